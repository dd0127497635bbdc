/* Before main: outputs driven low, and a watchdog that a reset left running switched off. */
#ifndef START_H
#define START_H

#include <stdint.h>

/* MCUSR as it was at reset; 0 where a bootloader has taken it. */
extern uint8_t start_cause;

#endif
