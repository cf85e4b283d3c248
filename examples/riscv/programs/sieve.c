/* The sieve of Eratosthenes over one byte a number: the long program, for measuring speed. */
#include "program.h"

#define LIMIT 64000
#define PRIMES_BELOW_LIMIT 6413 /* pi(64000) */

static uint8_t composite[LIMIT];

int main(void) {
    uint32_t count = 0, checksum = 0;
    for (uint32_t candidate = 2, square = 4; candidate < LIMIT; candidate++) {
        if (!composite[candidate]) {
            count++;
            checksum = mix(checksum, candidate);
            for (uint32_t multiple = square; multiple < LIMIT; multiple += candidate) composite[multiple] = 1;
        }
        square += 2 * candidate + 1; /* (n + 1)^2 = n^2 + 2 n + 1; (LIMIT - 1)^2 fits 32 bits */
    }
    return count == PRIMES_BELOW_LIMIT ? checksum : SELF_CHECK_FAILED;
}
