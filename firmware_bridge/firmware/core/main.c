/* The main loop of every board: bytes when they come, a control period every PERIOD_MS, and sooner when something must stop. */
#include "core.h"
#include "hal.h"

#define BYTES_PER_ROUND 32 /* so that a flood of bytes can't put off the next period */

static struct core core;
static uint8_t contacts; /* as the last period saw them */

__attribute__((weak)) void hal_idle(void) {}

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

/* Not inlined: whoever measures how long a period takes, on a board or in an emulator, finds it by its symbol. */
__attribute__((noinline)) static void run_period(uint32_t now_ms)
{
    struct core_inputs in;
    struct core_outputs out;
    hal_read(&in);
    contacts = (uint8_t)(in.bumper | in.cliff << 2 | in.stop_button << 4);
    core_tick(&core, now_ms, &in, &out);
    hal_apply(&out);
    hal_watchdog_kick();
}

/* What doesn't wait for the next period: a contact that has opened, and what must end now. Not twice in a millisecond: the wheel
 * loops divide by the time gone by. */
static bool urgent(uint32_t now_ms)
{
    return now_ms != core.now_ticked && ((hal_contacts() & ~contacts) != 0 || core_overdue(&core, now_ms));
}

int main(void)
{
    /* a symbol whose value is the hash: the build reads it from the ELF, it takes no memory */
    __asm__ volatile(".global firmware_schema_hash\n.set firmware_schema_hash, %c0" : : "i"(SCHEMA_HASH));
    static const uint8_t delimiter[1] = {0}; /* ends the frame that the reset has cut off, so that the Welcome is heard */
    hal_init();
    hal_serial_put(delimiter, sizeof delimiter);
    core_init(&core, hal_boot_nonce());
    uint32_t next_ms = hal_millis();
    for (;;) {
        serve_serial();
        uint32_t now_ms = hal_millis();
        bool due = (int32_t)(now_ms - next_ms) >= 0;
        if (!due && !urgent(now_ms)) {
            hal_idle();
            continue;
        }
        /* after an overrun go on from now: two periods in a burst would tell the wheel loops a wrong speed */
        if (due)
            next_ms = (int32_t)(now_ms - next_ms) >= PERIOD_MS ? now_ms + PERIOD_MS : next_ms + PERIOD_MS;
        run_period(now_ms);
    }
}
