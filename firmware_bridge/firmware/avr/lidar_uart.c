/* The lidar's UART, on boards that have one to spare. */
#include "pins.h"

#ifdef HAS_LIDAR_RX

#include <avr/interrupt.h>
#include <avr/io.h>

#include "lidar.h"
#include "lidar_uart.h"

#define BAUD 230400UL
#define BYTES_PER_ROUND 16 /* of which one at most ends a packet, which takes 0.3 ms */

static volatile uint8_t ring[256]; /* 11 ms of the line at full rate, 14 of what the lidar sends */
static volatile uint8_t head, tail;
static struct lidar lidar;

void lidar_init(void)
{
    lidar_reset(&lidar);
    UCSR1A = _BV(U2X1); /* before UBRR */
    UBRR1 = (F_CPU / 8 + BAUD / 2) / BAUD - 1; /* at 16 MHz 222222, 3.6 % slow: the receiver takes 4.0 %. See WIRING.md */
    UCSR1C = _BV(UCSZ11) | _BV(UCSZ10);
    UCSR1B = _BV(RXEN1) | _BV(RXCIE1);
}

ISR(USART1_RX_vect)
{
    uint8_t byte = UDR1, at = head;
    if ((uint8_t)(at + 1) == tail)
        return;
    ring[at] = byte;
    head = (uint8_t)(at + 1);
}

void lidar_poll(void)
{
    for (uint8_t i = 0; i < BYTES_PER_ROUND && tail != head; i++) {
        lidar_push(&lidar, ring[tail]);
        tail++;
    }
}

const uint16_t *lidar_scan(void)
{
    return lidar_take(&lidar);
}

#endif
