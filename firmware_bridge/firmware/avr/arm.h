/* Packets to the arm's own controller: A5, close, x, y, z (int16, mm, little-endian), sum of the eight before, modulo 256. */
#ifndef ARM_H
#define ARM_H

#include <stdbool.h>
#include <stdint.h>

#define ARM_PACKET 9
#define ARM_START 0xA5

/* Fills `packet`. Knows no hardware. */
void arm_pack(uint8_t packet[ARM_PACKET], bool close, const int16_t aim_mm[3]);

void arm_init(void);

/* Sends a packet at 115200 baud behind the back of the loop; replaces one that is still on its way. */
void arm_send(bool close, const int16_t aim_mm[3]);

#endif
