/* Timers of the ATmega2560: 0 the clock, 1 the servo, 2 the tool, 3 and 4 the wheels. */
#ifndef TIMERS_H
#define TIMERS_H

#include <avr/io.h>

#define TICK_VECTOR TIMER0_COMPA_vect

#define SERVO_OPEN 1999   /* 1.0 ms in steps of 0.5 us; the pulse is one step longer than the number */
#define SERVO_CLOSED 3999 /* 2.0 ms */
#define TOOL_COUNTS(duty) (duty)

static inline void timers_init(void)
{
    OCR0A = F_CPU / 64 / 1000 - 1; /* 1 kHz */
    TCCR0A = _BV(WGM01);
    TCCR0B = _BV(CS01) | _BV(CS00);
    TIMSK0 = _BV(OCIE0A);

    ICR1 = F_CPU / 8 / 50 - 1; /* 50 Hz */
    TCCR1A = _BV(WGM11);
    TCCR1B = _BV(WGM13) | _BV(WGM12) | _BV(CS11);

    TCCR2A = _BV(WGM20); /* 3.9 kHz: slow enough for a MOSFET whose gate hangs on the pin */
    TCCR2B = _BV(CS21);

    /* Phase-correct: in fast PWM a duty of zero is still one step long. 31 kHz can't be heard. */
    TCCR3A = _BV(WGM30);
    TCCR3B = _BV(CS30);
    TCCR4A = _BV(WGM40);
    TCCR4B = _BV(CS40);
}

#endif
