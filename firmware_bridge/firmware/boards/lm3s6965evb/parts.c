/* PWM, quadrature decoders and flash of the LM3S6965, as its data sheet has them. */
#include "chip.h"
#include "parts.h"
#include "pins.h"

#ifndef QEMU

enum { SERVO, WHEELS, TOOL }; /* generators: PWM0; PWM2 left and PWM3 right; PWM4 */
#define PWM_TOP 254          /* 255 steps of 16 cycles: 12.3 kHz */
#define SERVO_TOP 62499      /* 50 Hz */
#define SERVO_OPEN 3125      /* 1.0 ms */
#define SERVO_CLOSED 6250    /* 2.0 ms */
#define HIGH_FROM_LOAD_TO_A 0x08CUL
#define HIGH_FROM_LOAD_TO_B 0x80CUL

extern volatile uint32_t nonce_page[NONCE_WORDS]; /* from the linker script */

static void start_generator(uint8_t generator, uint32_t top)
{
    PWM_GEN(generator, 0) = HIGH_FROM_LOAD_TO_A;
    PWM_GEN(generator, 1) = HIGH_FROM_LOAD_TO_B;
    PWM_LOAD(generator) = top;
    PWM_CTL(generator) = 1;
}

/* Gives a pin to its peripheral. */
static void hand_over(uint32_t port, uint8_t bit)
{
    GPIO_AFSEL(port) |= BIT(bit);
    GPIO_DEN(port) |= BIT(bit);
}

void parts_init(void)
{
    PWM_ENABLE = 0;
    start_generator(WHEELS, PWM_TOP);
    start_generator(TOOL, PWM_TOP);
    start_generator(SERVO, SERVO_TOP);
    hand_over(LEFT_PWM_PORT, LEFT_PWM_BIT);
    hand_over(RIGHT_PWM_PORT, RIGHT_PWM_BIT);
    hand_over(TOOL_PORT, TOOL_BIT);
    hand_over(GRIPPER_PORT, GRIPPER_BIT);
    hand_over(LEFT_A_PORT, LEFT_A_BIT);
    hand_over(LEFT_B_PORT, LEFT_B_BIT);
    hand_over(RIGHT_A_PORT, RIGHT_A_BIT);
    hand_over(RIGHT_B_PORT, RIGHT_B_BIT);
    for (uint8_t i = 0; i < 2; i++) {
        QEI_MAXPOS(i) = 0xFFFFFFFFUL; /* wraps like the contract's counters */
        QEI_CTL(i) = BIT(0) | BIT(3); /* every edge of both phases */
    }
    FLASH_USECRL = CYCLES_PER_MS / 1000 - 1;
}

/* Zero is not a short pulse but an output that is off. */
static void put_duty(uint8_t generator, uint8_t b, uint8_t duty)
{
    uint32_t output = BIT(2 * generator + b);
    PWM_CMP(generator, b) = duty > PWM_TOP ? PWM_TOP + 1u : (uint32_t)(PWM_TOP - duty); /* above the top: never low */
    PWM_ENABLE = duty == 0 ? PWM_ENABLE & ~output : PWM_ENABLE | output;
}

void parts_drive(const struct core_outputs *out)
{
    put_duty(WHEELS, 0, (uint8_t)(out->pwm_left < 0 ? -out->pwm_left : out->pwm_left));
    put_duty(WHEELS, 1, (uint8_t)(out->pwm_right < 0 ? -out->pwm_right : out->pwm_right));
    put_duty(TOOL, 0, out->tool_pwm);
    PWM_CMP(SERVO, 0) = SERVO_TOP - (out->gripper_close ? SERVO_CLOSED : SERVO_OPEN);
    if (out->gripper_ordered)
        PWM_ENABLE |= BIT(0);
}

void parts_count(int32_t *left, int32_t *right)
{
    *left = (int32_t)QEI_POS(0);
    *right = (int32_t)QEI_POS(1);
}

const volatile uint32_t *parts_nonces(void)
{
    return nonce_page;
}

static void flash_command(const volatile uint32_t *at, uint32_t command)
{
    FLASH_FMA = (uint32_t)at;
    FLASH_FMC = command;
    while (FLASH_FMC & FMC_BUSY) /* 20 us to write, 20 ms to erase; the watchdog ends what takes longer */
        ;
}

void parts_nonces_erase(void)
{
    flash_command(nonce_page, FMC_ERASE);
}

void parts_nonces_write(uint16_t index, uint32_t value)
{
    FLASH_FMD = value;
    flash_command(nonce_page + index, FMC_WRITE);
}

#endif
