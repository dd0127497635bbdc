/* The gripper's servo and the arm behind it: they keep their last order through stops and resets. */
#include "gripper.h"

#include <avr/io.h>
#include <stddef.h>
#include <string.h>

#include "arm.h"
#include "pins.h"
#include "start.h"
#include "timers.h"

#define REPEAT_PERIODS (1000 / PERIOD_MS)

struct order_kept {
    uint8_t close;
    int16_t aim_mm[3];
    uint16_t crc; /* right only if the memory outlived the reset */
};

static struct order_kept kept __attribute__((section(".noinit")));
static bool known;
static uint8_t countdown;

static uint16_t crc_of(const struct order_kept *order)
{
    uint16_t crc = CRC_INIT;
    for (uint8_t i = 0; i < offsetof(struct order_kept, crc); i++)
        crc = crc_update(crc, ((const uint8_t *)order)[i]);
    return crc;
}

static void put(void)
{
    GRIPPER_OCR = kept.close ? SERVO_CLOSED : SERVO_OPEN;
    GRIPPER_TCCRA |= GRIPPER_COM;
#ifdef HAS_ARM_TX
    arm_send(kept.close, kept.aim_mm);
#endif
    countdown = REPEAT_PERIODS;
}

void gripper_init(void)
{
    known = !(start_cause & _BV(PORF)) && kept.close <= 1 && kept.crc == crc_of(&kept);
    if (known)
        put();
}

void gripper_apply(const struct core_outputs *out)
{
    if (out->gripper_ordered) {
        bool same = known && kept.close == out->gripper_close &&
                    memcmp(kept.aim_mm, out->gripper_aim_mm, sizeof kept.aim_mm) == 0;
        if (!same) {
            kept.close = out->gripper_close;
            memcpy(kept.aim_mm, out->gripper_aim_mm, sizeof kept.aim_mm);
            kept.crc = crc_of(&kept);
            known = true;
            countdown = 0;
        }
    }
    if (known && countdown-- == 0)
        put();
}
