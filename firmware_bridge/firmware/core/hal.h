/* What a board must offer: the contract between the core and the hardware. Files that define these functions, linked with
 * everything in core/ (main.c there has the loop), are a port. boards/lm3s6965evb is the one to copy.
 *
 * Order. hal_init, hal_boot_nonce, then for ever: hal_serial_*, hal_millis, and once per PERIOD_MS hal_read, core_tick,
 * hal_apply, hal_watchdog_kick, one after the other. All calls come from this loop, none from an interrupt.
 *
 * Time. Nothing here waits or allocates. hal_read, core_tick and hal_apply together take at most 4 ms of the 10; the longest
 * stretch in which the loop reads no bytes is that plus the longest interrupt, and the receiver must hold what arrives in it
 * (25 us a byte): a ring filled by an interrupt, or a FIFO where one is deep enough. Interrupts count encoder edges and move
 * serial bytes, nothing else; a part with quadrature counters and FIFOs needs none.
 *
 * Pins. Motor, tool and enable outputs must be off from the first instruction on, during reset and after a crash (pull-downs;
 * fault handlers reset the part, they don't loop). The stop button has normally-closed contacts in the motor drivers' enable line
 * *and* an input pin: the wire cuts the motors, the pin tells the core. A cut wire must read as pressed.
 *
 * Types. `int` may have 16 bits. The core needs memcpy, memset, sinf and cosf of a C library, floats (soft ones will do), and
 * no heap.
 */
#ifndef HAL_H
#define HAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"

/* Clocks, pins (all outputs off), UART at 250000 baud 8N1 (on AVR: U2X before UBRR), encoders, and a hardware watchdog of at most
 * 60 ms, started first: whatever hangs from here on ends in a reset. */
void hal_init(void);

/* A number that no recent boot had, on a warm reset as after a power cut: a counter in EEPROM or flash, incremented here. An
 * erase or a write that takes long must not starve the watchdog. */
uint32_t hal_boot_nonce(void);

/* Milliseconds since boot; wraps at 2^32 and never goes back. Cheap: asked for with every byte. One made from a
 * counter that wraps must be read, or counted on in an interrupt, before each wrap. */
uint32_t hal_millis(void);

/* One received byte; false when there is none. Bytes lost to a full ring are the sender's problem: the CRC finds out. */
bool hal_serial_get(uint8_t *byte);

/* How many bytes hal_serial_put takes now without waiting; it is never given more. Fewer than there are is fine. */
uint16_t hal_serial_room(void);
void hal_serial_put(const uint8_t *bytes, uint16_t count);

/* Fills every field.
 * encoder_*: ticks of UM_PER_TICK since any start, forwards positive on both sides, through 2^31 without a jump; read all bytes
 *   at once (interrupts off, or a 32-bit counter).
 * bumper, cliff, stop_button: as they are now, without debouncing (a reflex that fires early is harmless, the core latches it).
 * charging, gripper_holding: false where there is no such contact. battery_mv: the last conversion, never waited for.
 * ranges_mm: NULL but for the one period after a scan is complete; the buffer stays as it is until core_tick returns. Beam 0
 *   looks forward, the rest follow counter-clockwise, in mm from the robot's centre; NO_ECHO where nothing is. Without a lidar
 *   NULL for ever. */
void hal_read(struct core_inputs *in);

/* The contacts alone, as they are now: bits 0 and 1 bumper left and right, 2 and 3 cliff, 4 stop button. Cheap: asked for many
 * times in each period, so that one that opens is acted on within a millisecond or two. */
uint8_t hal_contacts(void);

/* Puts everything on the pins before it returns.
 * enabled: false pulls the enable line down first, true lets it up last.
 * pwm_*: -255 to 255, forwards positive; 0 is an output that is off, not a short pulse.
 * gripper_*: nothing may move it before gripper_ordered, which a reset makes false: what it holds it holds through a reset. */
void hal_apply(const struct core_outputs *out);

/* Once per period, after hal_apply: a loop that hangs resets the board, which comes up disarmed with another nonce. */
void hal_watchdog_kick(void);

/* Called in every round of the loop in which no period is due: for work that can wait (the bytes of a lidar), or to sleep
 * until the next interrupt. Returns within a millisecond. It may be left out; main.c then does nothing. */
void hal_idle(void);

#endif
