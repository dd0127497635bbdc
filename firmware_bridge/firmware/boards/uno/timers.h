/* Timers of the ATmega328P: 0 the clock and the tool, 1 the wheels, 2 the servo. */
#ifndef TIMERS_H
#define TIMERS_H

#include <avr/io.h>

#define TICK_VECTOR TIMER0_COMPA_vect

#define SERVO_OPEN 15   /* 1.02 ms in steps of 64 us; the pulse is one step longer than the number */
#define SERVO_CLOSED 30 /* 1.98 ms */
#define TOOL_STEPS (F_CPU / 64 / 1000)
#define TOOL_COUNTS(duty) ((uint8_t)((uint16_t)(duty) * (TOOL_STEPS - 1) / 255)) /* the clock's turns have 250 steps */

static inline void timers_init(void)
{
    OCR0A = TOOL_STEPS - 1; /* 1 kHz; OC0B makes the tool's PWM on the way */
    TCCR0A = _BV(WGM01) | _BV(WGM00);
    TCCR0B = _BV(WGM02) | _BV(CS01) | _BV(CS00);
    TIMSK0 = _BV(OCIE0A);

    /* Phase-correct: in fast PWM a duty of zero is still one step long. 31 kHz can't be heard. */
    TCCR1A = _BV(WGM10);
    TCCR1B = _BV(CS10);

    TCCR2A = _BV(WGM21) | _BV(WGM20); /* 61 Hz, steps of 64 us */
    TCCR2B = _BV(CS22) | _BV(CS21) | _BV(CS20);
}

#endif
