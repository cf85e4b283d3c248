/* The device of a core: who it is, and words to the next core and from the one before; see ring.asyn. */
#ifndef RING_H
#define RING_H

#include "program.h"

#define DEVICE ((volatile uint32_t *)0x80000010)
#define ARRIVED 1u
#define ROOM 2u

static inline uint32_t number(void) { return DEVICE[0]; }

static inline uint32_t count(void) { return DEVICE[1]; }

/* Waits for room. */
static inline void send(uint32_t word) {
    while (!(DEVICE[2] & ROOM)) {}
    DEVICE[3] = word;
}

/* Waits for a word. */
static inline uint32_t receive(void) {
    while (!(DEVICE[2] & ARRIVED)) {}
    return DEVICE[3];
}

#endif
