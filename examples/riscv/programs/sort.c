/* Quicksort of pseudo-random 16-bit numbers: recursion, data-dependent branches, half-word accesses. */
#include "program.h"

#define LENGTH 512

static int16_t numbers[LENGTH];
uint32_t seed = 12345; /* in .data, so that the data memory's initial content matters */

/* Hoare partition around the middle element; recursion into the smaller side keeps the stack small. */
static void quicksort(int16_t *low, int16_t *high) {
    while (low < high) {
        int16_t pivot = low[(high - low) >> 1];
        int16_t *left = low, *right = high;
        while (left <= right) {
            while (*left < pivot) left++;
            while (*right > pivot) right--;
            if (left <= right) {
                int16_t swapped = *left;
                *left++ = *right;
                *right-- = swapped;
            }
        }
        if (right - low < high - left) {
            quicksort(low, right);
            low = left;
        } else {
            quicksort(left, high);
            high = right;
        }
    }
}

int main(void) {
    uint32_t sum_before = 0, sum_after = 0, checksum = 0;
    for (int i = 0; i < LENGTH; i++) {
        seed = next_random(seed);
        numbers[i] = (int16_t)(seed >> 16);
        sum_before += numbers[i];
    }
    quicksort(numbers, numbers + LENGTH - 1);
    for (int i = 0; i < LENGTH; i++) {
        if (i > 0 && numbers[i - 1] > numbers[i]) return SELF_CHECK_FAILED;
        sum_after += numbers[i];
        checksum = mix(checksum, numbers[i]);
    }
    return sum_before == sum_after ? checksum : SELF_CHECK_FAILED;
}
