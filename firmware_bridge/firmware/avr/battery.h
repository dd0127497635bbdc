/* Battery voltage from the converter, without waiting for it. */
#ifndef BATTERY_H
#define BATTERY_H

#include <stdint.h>

void battery_init(void);

/* The last conversion in millivolts, smoothed; starts the next. Once per period. */
uint16_t battery_mv(void);

/* One conversion's lowest bits; waits 0.1 ms. */
uint8_t battery_noise(void);

#endif
