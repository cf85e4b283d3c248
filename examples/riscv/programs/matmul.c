/* Integer matrix multiplication on a machine without a multiplier; elements are unsigned bytes. */
#include "program.h"

#define SIZE 10

static uint8_t a[SIZE][SIZE], b[SIZE][SIZE];
static uint32_t c[SIZE][SIZE];

/* Freivalds' check: A (B v) equals C v. */
static int product_is_right(void) {
    uint32_t v[SIZE], bv[SIZE];
    for (int i = 0; i < SIZE; i++) v[i] = i + 1;
    for (int i = 0; i < SIZE; i++) {
        bv[i] = 0;
        for (int j = 0; j < SIZE; j++) bv[i] += v[j] * b[i][j];
    }
    for (int i = 0; i < SIZE; i++) {
        uint32_t left = 0, right = 0;
        for (int j = 0; j < SIZE; j++) {
            left += bv[j] * a[i][j];
            right += c[i][j] * v[j];
        }
        if (left != right) return 0;
    }
    return 1;
}

int main(void) {
    uint32_t state = 2024, checksum = 0;
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            state = next_random(state);
            a[i][j] = state >> 24;
            b[i][j] = state >> 16;
        }
    }
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            uint32_t sum = 0;
            for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
            checksum = mix(checksum, sum);
        }
    }
    return product_is_right() ? checksum : SELF_CHECK_FAILED;
}
