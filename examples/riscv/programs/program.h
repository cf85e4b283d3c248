/* What the programs share. main() returns the checksum; crt0.S stores it to the halt register. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdint.h>

/* The result of a program whose self-check failed. */
#define SELF_CHECK_FAILED 0xbad00badu

/* x' = 1664525 x + 1013904223 mod 2^32, the linear congruential generator of Numerical Recipes. */
static inline uint32_t next_random(uint32_t state) {
    return state * 1664525u + 1013904223u;
}

/* An order-sensitive checksum: rotate left by five, then add. */
static inline uint32_t mix(uint32_t checksum, uint32_t value) {
    return ((checksum << 5) | (checksum >> 27)) + value;
}

#endif
