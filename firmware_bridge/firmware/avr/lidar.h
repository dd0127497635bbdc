/* Packets of an LD06 or LD19 lidar, byte by byte, into one reading per beam. Knows no hardware. */
#ifndef LIDAR_H
#define LIDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "messages.h"

/* Packet (LDROBOT, "LD06 development manual"): 54, 2C, speed u16, start angle u16, 12 x (distance u16 mm, confidence u8), end
 * angle u16, time u16, CRC-8; little-endian, angles in 0.01 degrees, clockwise from the front. */
#define LIDAR_PACKET 47
#define LIDAR_POINTS 12

struct lidar {
    uint8_t packet[LIDAR_PACKET];
    uint8_t length;
    bool synced;                /* a packet was read: angles before it mean nothing */
    uint16_t last_angle;
    uint16_t building[BEAMS];   /* the running turn; UNSEEN, NO_ECHO or the nearest in mm */
    uint16_t scan[BEAMS];       /* the last whole turn */
    bool ready;                 /* scan is new */
    uint16_t bad;               /* packets with a wrong CRC or impossible angles, wraps */
    uint16_t gaps;              /* turns not handed over because a beam was not looked at, wraps */
};

void lidar_reset(struct lidar *lidar);

/* The next byte. Packets with a wrong CRC are dropped and the search starts one byte after their first. */
void lidar_push(struct lidar *lidar, uint8_t byte);

/* The last whole turn, once; NULL when there is no new one. Beam i looks along 2*pi*i/BEAMS, counter-clockwise. Valid until the
 * next lidar_push. */
const uint16_t *lidar_take(struct lidar *lidar);

#endif
