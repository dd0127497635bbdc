/* A counter of boots in EEPROM, from which the nonce of this boot is made. */
#ifndef NONCE_H
#define NONCE_H

#include <stdint.h>

/* Writes the next count, then returns it, mixed. Takes up to 60 ms for each EEPROM slot that fails; kicks the watchdog. */
uint32_t nonce_next(void);

#endif
