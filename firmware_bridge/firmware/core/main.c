/* The main loop of every board: bytes when they come, a control period every PERIOD_MS. */
#include "core.h"
#include "hal.h"

#define BYTES_PER_ROUND 32 /* so that a flood of bytes can't put off the next period */

static struct core core;

static void serve_serial(void)
{
    uint8_t bytes[BYTES_PER_ROUND];
    for (uint8_t i = 0; i < BYTES_PER_ROUND && hal_serial_get(bytes); i++)
        core_receive(&core, bytes[0], hal_millis());
    uint16_t room = hal_serial_room();
    uint16_t count = core_transmit(&core, bytes, room < BYTES_PER_ROUND ? room : BYTES_PER_ROUND);
    if (count != 0)
        hal_serial_put(bytes, count);
}

static void run_period(uint32_t now_ms)
{
    struct core_inputs in;
    struct core_outputs out;
    hal_read(&in);
    core_tick(&core, now_ms, &in, &out);
    hal_apply(&out);
    hal_watchdog_kick();
}

int main(void)
{
    hal_init();
    core_init(&core, hal_boot_nonce());
    uint32_t next_ms = hal_millis();
    for (;;) {
        serve_serial();
        uint32_t now_ms = hal_millis();
        if ((int32_t)(now_ms - next_ms) < 0)
            continue;
        /* after an overrun go on from now: two periods in a burst would tell the wheel loops a wrong speed */
        next_ms = (int32_t)(now_ms - next_ms) >= PERIOD_MS ? now_ms + PERIOD_MS : next_ms + PERIOD_MS;
        run_period(now_ms);
    }
}
