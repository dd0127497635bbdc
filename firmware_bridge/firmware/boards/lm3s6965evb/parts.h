/* The parts of this board that qemu does not model: made of registers in parts.c, of memory in parts_qemu.c. */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"

#define NONCE_WORDS 256 /* one flash page */
#define NONCE_ERASED 0xFFFFFFFFUL

/* How long the watchdog waits. qemu's clock goes on while the emulator waits for a processor, so there it must wait longer. */
#ifdef QEMU
#define WATCHDOG_MS 1000UL
#else
#define WATCHDOG_MS 50UL
#endif

/* PWM off, decoders counting from 0. */
void parts_init(void);

/* PWM of both wheels, tool and gripper servo. */
void parts_drive(const struct core_outputs *out);

/* Cumulative ticks since parts_init. */
void parts_count(int32_t *left, int32_t *right);

/* The page that keeps one word per boot. */
const volatile uint32_t *parts_nonces(void);
void parts_nonces_erase(void);
void parts_nonces_write(uint16_t index, uint32_t value);

#endif
