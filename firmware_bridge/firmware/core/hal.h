/* What a board must offer: the contract between the core and the hardware. One file that defines these functions, linked with
 * the core and main.c, is a port.
 *
 * Pins. Motor, tool and enable outputs must be off from the first instruction on and during reset (pull-downs). The stop button
 * has normally-closed contacts in the motor drivers' enable line *and* an input pin: the wire cuts the motors, the pin tells
 * the core. A cut wire must read as pressed. The gripper keeps its last position whatever happens.
 *
 * Types. `int` may have 16 bits. Nothing here allocates, blocks or is called from an interrupt. Interrupts of the board count
 * encoder edges, and move serial bytes between the UART and two rings; nothing else.
 */
#ifndef HAL_H
#define HAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"

/* Clocks, pins (all outputs off), UART at 250000 baud 8N1 (on AVR: U2X before UBRR), encoder interrupts, and a hardware
 * watchdog of at most 60 ms. */
void hal_init(void);

/* A number that no recent boot had: a counter in EEPROM or flash, incremented here, mixed with noise if there is any. */
uint32_t hal_boot_nonce(void);

/* Milliseconds since boot; wraps at 2^32. */
uint32_t hal_millis(void);

/* One received byte; false when there is none. Bytes lost to a full ring are the sender's problem: the CRC finds out. */
bool hal_serial_get(uint8_t *byte);

/* How many bytes hal_serial_put takes now without waiting. */
uint16_t hal_serial_room(void);
void hal_serial_put(const uint8_t *bytes, uint16_t count);

/* Fills every field. Encoders: read with interrupts off, all bytes at once. Bumpers, cliffs and the button: as they are now, without
 * debouncing (a reflex that fires early is harmless, the core latches it). ranges_mm: only when a scan is complete. */
void hal_read(struct core_inputs *in);

/* Puts everything on the pins before it returns; `enabled` false must also pull the enable line down. */
void hal_apply(const struct core_outputs *out);

/* Once per period, after hal_apply: a loop that hangs resets the board, which comes up disarmed with another nonce. */
void hal_watchdog_kick(void);

#endif
