/* What the arm's controller is sent. Knows no hardware. */
#include "arm.h"

void arm_pack(uint8_t packet[ARM_PACKET], bool close, const int16_t aim_mm[3])
{
    uint8_t sum = 0;
    packet[0] = ARM_START;
    packet[1] = close;
    for (uint8_t i = 0; i < 3; i++) {
        packet[2 + 2 * i] = (uint8_t)(uint16_t)aim_mm[i];
        packet[3 + 2 * i] = (uint8_t)((uint16_t)aim_mm[i] >> 8);
    }
    for (uint8_t i = 0; i < ARM_PACKET - 1; i++)
        sum = (uint8_t)(sum + packet[i]);
    packet[ARM_PACKET - 1] = sum;
}
