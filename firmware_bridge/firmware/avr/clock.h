/* Milliseconds since boot, from timer 0. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

uint32_t clock_millis(void);

#endif
