/* A board without hardware: serial bytes from stdin, to stdout; time passes by being asked for. It prints nothing else, and
 * exits when stdin has ended and a second has passed. Exit status 1: the watchdog would have bitten, or PWM moved unasked. */
#include <stdio.h>
#include <stdlib.h>

#include "hal.h"

static uint32_t calls, last_kick, ended_at;
static bool ended;

void hal_init(void) {}
uint32_t hal_boot_nonce(void) { return 0x600DF00D; }
uint32_t hal_millis(void) { return ++calls / 8; }

bool hal_serial_get(uint8_t *byte)
{
    int found = ended ? EOF : getchar();
    if (found == EOF && !ended) {
        ended = true;
        ended_at = hal_millis();
    }
    *byte = (uint8_t)found;
    return found != EOF;
}

uint16_t hal_serial_room(void) { return 7; }
void hal_serial_put(const uint8_t *bytes, uint16_t count) { fwrite(bytes, 1, count, stdout); }

void hal_read(struct core_inputs *in)
{
    static uint16_t ranges[BEAMS];
    *in = (struct core_inputs){.battery_mv = 15000, .ranges_mm = calls % 5 == 0 ? ranges : NULL};
}

uint8_t hal_contacts(void) { return 0; }

void hal_apply(const struct core_outputs *out)
{
    if (out->pwm_left != 0 || out->pwm_right != 0 || out->tool_pwm != 0)
        exit(1);
}

void hal_watchdog_kick(void)
{
    uint32_t now = hal_millis();
    if (now - last_kick > 60)
        exit(1);
    last_kick = now;
    if (ended && now - ended_at > 1000)
        exit(0);
}
