/* The host's UART: 250000 baud 8N1 through two rings, which short interrupt routines serve. */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stdint.h>

void uart_init(void);

/* One received byte; false when there is none. */
bool uart_get(uint8_t *byte);

/* How many bytes uart_put takes now. */
uint8_t uart_room(void);

/* Queues `count` bytes, at most uart_room() of them. */
void uart_put(const uint8_t *bytes, uint8_t count);

#endif
