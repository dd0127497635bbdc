/* The lidar's UART, on boards that have one to spare. */
#ifndef LIDAR_UART_H
#define LIDAR_UART_H

#include <stdint.h>

void lidar_init(void);

/* Reads some of what has arrived. */
void lidar_poll(void);

/* A scan of BEAMS readings once per turn, otherwise NULL. Valid until the next lidar_poll. */
const uint16_t *lidar_scan(void);

#endif
