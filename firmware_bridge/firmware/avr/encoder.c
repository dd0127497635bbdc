/* Quadrature x4 of both wheels: set-up and reading; encoder_isr.S counts. */
#include "encoder.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "pins.h"

/* 16 bits in the interrupt, where every cycle counts; widened here. The two low bits are always the signals' phase. */
volatile uint16_t encoder_left, encoder_right;
volatile uint8_t encoder_skips;

#define PHASE(pins, a, b) ((((pins) >> (a)) & 1 ? 1 : 0) ^ (((pins) >> (b)) & 1 ? 3 : 0))

void encoder_init(void)
{
    encoder_left = PHASE(LEFT_A_PIN, LEFT_A_BIT, LEFT_B_BIT);
    encoder_right = PHASE(RIGHT_A_PIN, RIGHT_A_BIT, RIGHT_B_BIT);
#ifdef LEFT_A_PCINT
    PCMSK2 = _BV(LEFT_A_BIT) | _BV(LEFT_B_BIT) | _BV(RIGHT_A_BIT) | _BV(RIGHT_B_BIT);
    PCICR = _BV(PCIE2);
#else
    EICRA = _BV(ISC00) | _BV(ISC10); /* any change */
    EICRB = _BV(ISC40) | _BV(ISC50);
    EIMSK = _BV(LEFT_A_INT) | _BV(LEFT_B_INT) | _BV(RIGHT_A_INT) | _BV(RIGHT_B_INT);
#endif
}

void encoder_read(int32_t *left, int32_t *right)
{
    static int32_t left_total, right_total;
    uint16_t left_now, right_now;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        left_now = encoder_left;
        right_now = encoder_right;
    }
    left_total += (int16_t)(left_now - (uint16_t)left_total);
    right_total += (int16_t)(right_now - (uint16_t)right_total);
    *left = left_total;
    *right = right_total;
}
