/* The same with more work, for measurements. */
#define LENGTH 4096
#define ROUNDS 10
#define EXPECTED 0xadefbcc5u

#include "dot.c"
