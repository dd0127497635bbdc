/* Battery voltage from the converter, without waiting for it. */
#include "battery.h"

#include <avr/io.h>

#include "pins.h"

static uint32_t smooth; /* mV times 16 */

static uint16_t convert(void)
{
    ADCSRA |= _BV(ADSC);
    while (ADCSRA & _BV(ADSC))
        ;
    return ADC;
}

static uint16_t to_mv(uint16_t counts)
{
    return (uint16_t)(counts * BATTERY_FULL_SCALE_MV / 1024);
}

void battery_init(void)
{
    ADMUX = _BV(REFS0) | BATTERY_ADC;
    DIDR0 = _BV(BATTERY_ADC);
    ADCSRA = _BV(ADEN) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0); /* 125 kHz: a conversion is 0.1 ms */
    convert(); /* the first after switching on is inexact */
    smooth = (uint32_t)to_mv(convert()) * 16;
    ADCSRA |= _BV(ADSC);
}

uint16_t battery_mv(void)
{
    if (!(ADCSRA & _BV(ADSC))) {
        smooth += to_mv(ADC) - smooth / 16;
        ADCSRA |= _BV(ADSC);
    }
    return (uint16_t)(smooth / 16);
}

uint8_t battery_noise(void)
{
    return (uint8_t)convert();
}
