/* The arm controller's UART, on boards that have one to spare. */
#include "pins.h"

#ifdef HAS_ARM_TX

#include <avr/interrupt.h>
#include <avr/io.h>
#include <string.h>

#include "arm.h"

#define BAUD 115200UL
#define ENABLED _BV(TXEN2)

static uint8_t packet[ARM_PACKET];
static volatile uint8_t sent = ARM_PACKET;

void arm_init(void)
{
    UCSR2A = _BV(U2X2); /* before UBRR */
    UBRR2 = (F_CPU / 8 + BAUD / 2) / BAUD - 1; /* at 16 MHz 2.1 % fast, which a receiver with a good clock takes */
    UCSR2C = _BV(UCSZ21) | _BV(UCSZ20);
    UCSR2B = ENABLED;
}

ISR(USART2_UDRE_vect)
{
    UDR2 = packet[sent++];
    if (sent == ARM_PACKET)
        UCSR2B = ENABLED;
}

void arm_send(bool close, const int16_t aim_mm[3])
{
    UCSR2B = ENABLED; /* the routine above rests while the packet is changed under it */
    arm_pack(packet, close, aim_mm);
    sent = 0;
    UCSR2B = ENABLED | _BV(UDRIE2);
}

#endif
