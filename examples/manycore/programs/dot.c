/*
 * Dot products in a ring of cores, the same program on each. In every round core 0 sends a seed around; whoever has
 * it makes up its share of two vectors, elements number(), number() + count(), …, and multiplies them. Then a sum
 * goes around to which each core adds its part; core 0 mixes it into the checksum and takes it for the next seed.
 * The sums, and so the result, are the same for any number of cores.
 */
#include "ring.h"

#ifndef LENGTH
#define LENGTH 40 /* elements of a vector, all cores together */
#define ROUNDS 2
#define EXPECTED 0xcc387238u
#endif

static uint32_t left[LENGTH];
static uint8_t right[LENGTH];

/* A number that depends on all bits of both. */
static uint32_t scramble(uint32_t seed, uint32_t index) {
    uint32_t value = seed ^ ((index << 16) | index);
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
    return value;
}

/* This core's part of the dot product of the vectors that a seed stands for. */
static uint32_t part(uint32_t seed) {
    uint32_t elements = 0, sum = 0;
    for (uint32_t index = number(); index < LENGTH; index += count()) {
        uint32_t value = scramble(seed, index);
        left[elements] = value;
        right[elements] = value >> 24;
        elements++;
    }
    for (uint32_t i = 0; i < elements; i++) sum += left[i] * right[i];
    return sum;
}

int main(void) {
    if (number() != 0) {
        for (;;) {
            uint32_t seed = receive();
            send(seed);
            uint32_t own = part(seed);
            send(receive() + own);
        }
    }
    uint32_t checksum = 0, seed = 2463534242u;
    for (int round = 0; round < ROUNDS; round++) {
        send(seed);
        uint32_t own = part(seed);
        if (receive() != seed) return SELF_CHECK_FAILED; /* it has been everywhere */
        send(own);
        uint32_t sum = receive();
        checksum = mix(checksum, sum);
        seed = sum | 1;
    }
    return checksum == EXPECTED ? checksum : SELF_CHECK_FAILED;
}
