/* What the core asks of a board (hal.h), on AVR. Pins come from the board's pins.h, timers from its timers.h. */
#include "hal.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#include "arm.h"
#include "battery.h"
#include "clock.h"
#include "encoder.h"
#include "gripper.h"
#include "lidar_uart.h"
#include "nonce.h"
#include "pins.h"
#include "timers.h"
#include "uart.h"

/* Ports are changed only here, in the main loop, and only bit by bit (read, change, write): the other pins of a port keep
 * their level, and the inputs among them their pull-ups. No interrupt writes a port, so none can be overwritten. */
#define HIGH(pin) (pin##_PORT |= _BV(pin##_BIT))
#define LOW(pin) (pin##_PORT &= (uint8_t)~_BV(pin##_BIT))
#define IS_HIGH(pin) ((pin##_PIN & _BV(pin##_BIT)) != 0)

/* A duty of zero takes the pin from its timer at once, instead of at the end of the running PWM period. */
#define PWM(pin, counts)                       \
    do {                                       \
        if ((counts) == 0)                     \
            pin##_TCCRA &= (uint8_t)~pin##_COM; \
        pin##_OCR = (counts);                  \
        if ((counts) != 0)                     \
            pin##_TCCRA |= pin##_COM;          \
    } while (0)

void hal_init(void)
{
    wdt_enable(WDTO_60MS);
#define PULL_UP(port, mask) port |= mask;
    FOR_EACH_PULL_UP_PORT(PULL_UP)
    timers_init();
    uart_init();
    battery_init();
#ifdef HAS_ARM_TX
    arm_init();
#endif
#ifdef HAS_LIDAR_RX
    lidar_init();
#endif
    gripper_init();
    encoder_init();
    sei();
}

uint32_t hal_boot_nonce(void)
{
    return nonce_next();
}

uint32_t hal_millis(void)
{
    return clock_millis();
}

bool hal_serial_get(uint8_t *byte)
{
    return uart_get(byte);
}

uint16_t hal_serial_room(void)
{
    return uart_room();
}

void hal_serial_put(const uint8_t *bytes, uint16_t count)
{
    uart_put(bytes, (uint8_t)count);
}

void hal_read(struct core_inputs *in)
{
    encoder_read(&in->encoder_left, &in->encoder_right);
    in->battery_mv = battery_mv();
    uint8_t contacts = hal_contacts();
    in->bumper = contacts & 3;
    in->cliff = contacts >> 2 & 3;
    in->stop_button = contacts >> 4 != 0;
    in->charging = !IS_HIGH(CHARGING);
#ifdef HAS_HOLDING
    in->gripper_holding = !IS_HIGH(HOLDING);
#else
    in->gripper_holding = false;
#endif
#ifdef HAS_LIDAR_RX
    in->ranges_mm = lidar_scan();
#else
    in->ranges_mm = 0;
#endif
}

uint8_t hal_contacts(void)
{
    return (uint8_t)(IS_HIGH(BUMPER_LEFT) | IS_HIGH(BUMPER_RIGHT) << 1 | IS_HIGH(CLIFF_LEFT) << 2 | IS_HIGH(CLIFF_RIGHT) << 3 |
                     IS_HIGH(STOP_BUTTON) << 4);
}

static void apply_wheels(int16_t left, int16_t right)
{
    if (left < 0)
        HIGH(LEFT_DIR);
    else
        LOW(LEFT_DIR);
    if (right < 0)
        HIGH(RIGHT_DIR);
    else
        LOW(RIGHT_DIR);
    PWM(LEFT_PWM, (uint8_t)(left < 0 ? -left : left));
    PWM(RIGHT_PWM, (uint8_t)(right < 0 ? -right : right));
}

void hal_apply(const struct core_outputs *out)
{
    if (!out->enabled)
        LOW(ENABLE); /* first, so that the drivers are off before anything else changes */
    apply_wheels(out->pwm_left, out->pwm_right);
    PWM(TOOL, TOOL_COUNTS(out->tool_pwm));
    if (out->enabled)
        HIGH(ENABLE);
    gripper_apply(out);
}

void hal_idle(void)
{
#ifdef HAS_LIDAR_RX
    lidar_poll();
#endif
}

void hal_watchdog_kick(void)
{
#ifdef HANG_MS /* for the checklist in WIRING.md: hang once, so long after power-up, to see the watchdog bite */
    while (clock_millis() > HANG_MS)
        ;
#endif
    wdt_reset();
}
