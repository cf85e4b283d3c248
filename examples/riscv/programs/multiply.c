/* RV32I has no multiplier: the compiler calls __mulsi3, and this is it. */
#include "program.h"

uint32_t __mulsi3(uint32_t multiplicand, uint32_t multiplier);

/* Shift and add; the loop is as long as the multiplier, so callers put the small factor second. */
uint32_t __mulsi3(uint32_t multiplicand, uint32_t multiplier) {
    uint32_t product = 0;
    while (multiplier != 0) {
        if (multiplier & 1) product += multiplicand;
        multiplicand <<= 1;
        multiplier >>= 1;
    }
    return product;
}
