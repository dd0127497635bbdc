/* Milliseconds since boot, from timer 0. */
#include "clock.h"

#include <avr/interrupt.h>
#include <util/atomic.h>

#include "timers.h"

static volatile uint32_t millis;

ISR(TICK_VECTOR)
{
    millis++;
}

uint32_t clock_millis(void)
{
    uint32_t now;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        now = millis;
    }
    return now;
}
