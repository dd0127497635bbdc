/* The host's UART: 250000 baud 8N1 through two rings, which short interrupt routines serve. */
#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#define BAUD 250000UL

#ifdef USART_RX_vect /* parts with one UART name its vectors without a number */
#define USART0_RX_vect USART_RX_vect
#define USART0_UDRE_vect USART_UDRE_vect
#endif

_Static_assert((UART_RX_SIZE & (UART_RX_SIZE - 1)) == 0 && UART_RX_SIZE <= 256, "a power of two, up to 256");
_Static_assert((UART_TX_SIZE & (UART_TX_SIZE - 1)) == 0 && UART_TX_SIZE <= 256, "a power of two, up to 256");
_Static_assert(F_CPU / 8 % BAUD == 0, "the baud rate must divide exactly: the USB converter has no tolerance to give");

/* One byte of each ring stays free, so that equal indices always mean empty. */
static volatile uint8_t rx[UART_RX_SIZE], tx[UART_TX_SIZE];
static volatile uint8_t rx_head, rx_tail, tx_head, tx_tail;

void uart_init(void)
{
    UCSR0A = _BV(U2X0); /* before UBRR: the divider restarts with what is set when it is written */
    UBRR0 = F_CPU / 8 / BAUD - 1;
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

ISR(USART0_RX_vect)
{
    uint8_t byte = UDR0, head = rx_head, next = (uint8_t)(head + 1) % UART_RX_SIZE;
    if (next == rx_tail) /* full: the byte is lost and the frame's CRC will tell */
        return;
    rx[head] = byte;
    rx_head = next;
}

ISR(USART0_UDRE_vect)
{
    uint8_t tail = tx_tail;
    if (tail == tx_head) {
        UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
        return;
    }
    UDR0 = tx[tail];
    tx_tail = (uint8_t)(tail + 1) % UART_TX_SIZE;
}

bool uart_get(uint8_t *byte)
{
    uint8_t tail = rx_tail;
    if (tail == rx_head)
        return false;
    *byte = rx[tail];
    rx_tail = (uint8_t)(tail + 1) % UART_RX_SIZE;
    return true;
}

uint8_t uart_room(void)
{
    return (uint8_t)(tx_tail - tx_head - 1) % UART_TX_SIZE;
}

void uart_put(const uint8_t *bytes, uint8_t count)
{
    uint8_t head = tx_head;
    for (uint8_t i = 0; i < count; i++) {
        tx[head] = bytes[i];
        head = (uint8_t)(head + 1) % UART_TX_SIZE;
    }
    tx_head = head;
    UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0) | _BV(UDRIE0); /* written whole: no interrupt can come in between */
}
