/* Quadrature x4 of both wheels, counted in interrupts. */
#ifndef ENCODER_H
#define ENCODER_H

#include <stdint.h>

void encoder_init(void);

/* Ticks since power-up, cumulative. At most 32767 of them between two calls. */
void encoder_read(int32_t *left, int32_t *right);

/* Edges that came so late that a phase was skipped: both signals had changed. Saturates. Something is wrong with the encoder
 * or its speed when this rises. */
extern volatile uint8_t encoder_skips;

#endif
