/* The AVR boards' lidar parser and arm packets on the host: bytes from stdin; prints every scan, then the counters. */
#include <stdio.h>
#include <stdlib.h>

#include "arm.h"
#include "lidar.h"

static void print_scan(const uint16_t *scan)
{
    for (int i = 0; i < BEAMS; i++)
        printf("%u ", scan[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc == 5) {
        uint8_t packet[ARM_PACKET];
        int16_t aim[3] = {(int16_t)atoi(argv[2]), (int16_t)atoi(argv[3]), (int16_t)atoi(argv[4])};
        arm_pack(packet, atoi(argv[1]) != 0, aim);
        fwrite(packet, 1, sizeof packet, stdout);
        return 0;
    }
    static struct lidar lidar;
    lidar_reset(&lidar);
    for (int found; (found = getchar()) != EOF;) {
        lidar_push(&lidar, (uint8_t)found);
        const uint16_t *scan = lidar_take(&lidar);
        if (scan != 0)
            print_scan(scan);
    }
    printf("bad %u gaps %u\n", lidar.bad, lidar.gaps);
    return 0;
}
