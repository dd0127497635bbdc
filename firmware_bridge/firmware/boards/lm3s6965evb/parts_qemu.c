/* What stands in for the parts that qemu does not model: a block of memory, two motors of first order. Only for tests in qemu. */
#include "hal.h"
#include "parts.h"

#ifdef QEMU

#define LAG_MS 60 /* time constant */
#define FULL_SPEED (FULL_PWM_MM_S * 65536L / UM_PER_TICK) /* at PWM 255, in 1/65536 tick per ms: mm/s is um/ms */

/* The emulator's monitor reads and writes it; it is in no other build. */
struct qemu_body {
    uint32_t hang;           /* write 1: the loop hangs at the next period */
    uint32_t last_driven_ms; /* when a wheel's PWM was last put at anything but zero */
    int32_t pwm_left, pwm_right, tool_pwm;
    int32_t gripper; /* -1 no order yet, 0 open, 1 closed */
};

struct motor {
    int32_t speed; /* 1/65536 tick per ms */
    int64_t way;   /* 1/65536 tick */
};

volatile struct qemu_body qemu_body;
static struct motor left_motor, right_motor;
static uint32_t turned_ms;

/* Kept by a reset, as flash is, but not by the end of the emulator. */
static volatile uint32_t nonces[NONCE_WORDS] __attribute__((section(".noinit")));

void parts_init(void)
{
    qemu_body.gripper = -1;
}

void parts_drive(const struct core_outputs *out)
{
    qemu_body.pwm_left = out->pwm_left;
    qemu_body.pwm_right = out->pwm_right;
    qemu_body.tool_pwm = out->tool_pwm;
    if (out->gripper_ordered)
        qemu_body.gripper = out->gripper_close;
    if (out->pwm_left != 0 || out->pwm_right != 0)
        qemu_body.last_driven_ms = hal_millis();
}

static int32_t turn(struct motor *motor, int32_t pwm, uint32_t ms)
{
    for (; ms > 0; ms--) {
        motor->speed += (pwm * (FULL_SPEED / 255) - motor->speed) / LAG_MS;
        motor->way += motor->speed;
    }
    return (int32_t)(motor->way / 65536);
}

void parts_count(int32_t *left, int32_t *right)
{
    while (qemu_body.hang)
        ;
    uint32_t now_ms = hal_millis(), ms = now_ms - turned_ms;
    turned_ms = now_ms;
    *left = turn(&left_motor, qemu_body.pwm_left, ms);
    *right = turn(&right_motor, qemu_body.pwm_right, ms);
}

const volatile uint32_t *parts_nonces(void)
{
    return nonces;
}

void parts_nonces_erase(void)
{
    for (uint16_t i = 0; i < NONCE_WORDS; i++)
        nonces[i] = NONCE_ERASED;
}

void parts_nonces_write(uint16_t index, uint32_t value)
{
    nonces[index] = value;
}

#endif
