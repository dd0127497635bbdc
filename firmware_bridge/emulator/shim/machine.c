/* The chip: made, loaded, reset, and run in lockstep with the world, to the cycle. */
#include "emulator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 4000 /* cycles between two looks at the events, at most */

static char last_words[200]; /* of simavr, whose logger has no context */

static void keep_words(avr_t *avr, const int level, const char *format, va_list arguments)
{
    if (level != LOG_ERROR || strcmp(format, "%s\n") == 0) /* the latter is only the name of a function */
        return;
    vsnprintf(last_words, sizeof last_words, format, arguments);
    if (avr != NULL && strstr(format, "Invalid Opcode") != NULL) /* simavr would go on behind it */
        avr->state = cpu_Crashed;
}

static void no_sleep(avr_t *avr, avr_cycle_count_t cycles) { (void)avr, (void)cycles; }

/* simavr reports a write behind the end of RAM and then does it all the same, into our heap: give every address a byte. */
static bool room_for_wild_writes(avr_t *avr)
{
    uint8_t *data = realloc(avr->data, UINT16_MAX + 1);
    if (data == NULL)
        return false;
    memset(data + avr->ramend + 1, 0, UINT16_MAX - avr->ramend);
    avr->data = data;
    return true;
}

EXPORT const char *emulator_words(void) { return last_words; }

/* A chip with a program, unpowered. NULL: simavr knows no such chip, or the program does not fit. */
EXPORT struct emulator *emulator_new(const char *mcu, uint32_t frequency, const uint8_t *flash, uint32_t size, uint32_t data_end)
{
    avr_global_logger_set(keep_words);
    avr_t *avr = avr_make_mcu_by_name(mcu);
    if (avr == NULL || size > avr->flashend + 1)
        return NULL;
    struct emulator *e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    avr_init(avr);
    if (!room_for_wild_writes(avr)) {
        avr_terminate(avr);
        free(avr);
        free(e);
        return NULL;
    }
    avr->frequency = frequency;
    avr->vcc = avr->avcc = avr->aref = 5000;
    avr->sleep = no_sleep;
    avr_loadcode(avr, (uint8_t *)flash, size, 0);
    avr->codeend = size;
    e->avr = avr;
    e->data_end = data_end;
    e->host_next = e->lidar.next = e->left.next = e->right.next = NEVER;
    e->battery = avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0);
    for (int i = 0; i < CONTACTS; i++)
        e->open[i] = true;
    return e;
}

EXPORT void emulator_free(struct emulator *e)
{
    avr_terminate(e->avr);
    free(e->avr);
    free(e);
}

/* Connects a pin of the board; false: the chip has no such port. */
EXPORT bool emulator_pin(struct emulator *e, int role, char port, int bit)
{
    struct pin pin = pin_find(e->avr, port, bit);
    if (pin.port == NULL)
        return false;
    struct pin *encoders[] = {&e->left.a, &e->left.b, &e->right.a, &e->right.b};
    if (role >= ROLE_OUTPUT) {
        output_connect(e, role - ROLE_OUTPUT, pin);
    } else if (role >= ROLE_LEFT_DIR) {
        e->dir[role - ROLE_LEFT_DIR] = pin;
        output_watch(e, pin);
    } else if (role >= ROLE_LEFT_A) {
        *encoders[role - ROLE_LEFT_A] = pin;
    } else {
        e->contacts[role] = pin;
    }
    return true;
}

/* Connects a serial line; false: the chip has no such UART. */
EXPORT bool emulator_serial(struct emulator *e, int line, char uart, uint32_t baud)
{
    line_connect(e, line, uart, baud);
    return e->lines[line].uart != NULL;
}

static void after_reset(struct emulator *e)
{
    e->timing.inside = false;
    e->timing.entered = e->timing.left = 0; /* the time of the reset is no gap between periods */
    pins_after_reset(e);
    serial_after_reset(e);
    outputs_look(e);
}

/* The reset line, held for so many cycles. */
EXPORT void emulator_reset(struct emulator *e, uint64_t hold)
{
    avr_reset(e->avr);
    avr_regbit_set(e->avr, e->avr->reset_flags.extrf);
    e->held_until = e->avr->cycle + hold;
    after_reset(e);
}

/* The supply comes (back): memory holds noise, flash and EEPROM are as they were. */
EXPORT void emulator_power(struct emulator *e, uint32_t noise)
{
    e->noise = noise;
    memory_noise(e);
    avr_reset(e->avr);
    avr_regbit_set(e->avr, e->avr->reset_flags.porf);
    after_reset(e);
}

static cycles_t wake(avr_t *avr, cycles_t when, void *param)
{
    (void)avr, (void)when, (void)param;
    return 0;
}

/* Runs the program up to a cycle, give or take the last instruction; what that took too long is missing from the next run. */
static void run_to(struct emulator *e, cycles_t until)
{
    avr_t *avr = e->avr;
    if (e->held_until > avr->cycle)
        avr->cycle = e->held_until < until ? e->held_until : until;
    if (avr->cycle >= until)
        return;
    avr_cycle_timer_register(avr, until - avr->cycle, wake, e); /* nothing runs past it */
    while (avr->cycle < until && (avr->state == cpu_Running || avr->state == cpu_Sleeping)) {
        if (avr->run != avr_callback_run_raw) { /* how simavr's watchdog says that it has bitten */
            avr->run(avr);
            e->watchdog_resets++;
            after_reset(e);
            avr_cycle_timer_register(avr, until - avr->cycle, wake, e);
        }
        avr->run_cycle_limit = e->timing.on ? 1 : BATCH;
        avr_callback_run_raw(avr);
        if (e->timing.on)
            timing_look(e);
    }
}

static cycles_t earliest(const struct emulator *e, cycles_t until)
{
    const cycles_t events[] = {e->left.next, e->right.next, e->host_next, e->lidar.next};
    for (int i = 0; i < 4; i++)
        if (events[i] < until)
            until = events[i];
    return until;
}

static bool due(cycles_t event, cycles_t now, cycles_t until)
{
    return event <= now && event < until; /* what happens at the very end happens with the next step's sensors */
}

static void live(struct emulator *e, cycles_t from, cycles_t until)
{
    host_plan(e);
    for (;;) {
        run_to(e, earliest(e, until));
        cycles_t now = e->avr->cycle;
        if (e->avr->state != cpu_Running && e->avr->state != cpu_Sleeping)
            return;
        while (due(e->left.next, now, until))
            encoder_edge(e, &e->left, from, until);
        while (due(e->right.next, now, until))
            encoder_edge(e, &e->right, from, until);
        while (due(e->host_next, now, until))
            host_byte(e);
        while (due(e->lidar.next, now, until))
            lidar_step(e);
        if (now >= until)
            return;
    }
}

/* The arm's packet takes a millisecond longer than the servo's pin: in between, an order is not yet complete. */
static void grip(struct emulator *e)
{
    bool close = e->outputs[GRIPPER].value != 0;
    if (e->lines[LINE_ARM].uart == NULL)
        e->shown.close = close;
    else if (e->ordered.close == close)
        e->shown = e->ordered;
}

static void report(struct emulator *e, int32_t *out)
{
    grip(e);
    out[0] = e->outputs[PWM_LEFT].value;
    out[1] = e->outputs[PWM_RIGHT].value;
    out[2] = e->outputs[TOOL].value;
    out[3] = e->shown.close;
    for (int i = 0; i < 3; i++)
        out[4 + i] = e->shown.aim[i];
    out[7] = e->outputs[ENABLED].value;
    out[8] = e->avr->state;
    out[9] = (int32_t)e->watchdog_resets;
}

/* Live from cycle `from` (the end of the last step) to cycle `until` with these sensors.
 * in: left, right, bumper, cliff, stop, battery mV, charging, holding, has_ranges. NULL: all as they were.
 * out: left, right, tool, gripper closed, aim x, y, z, enabled, state of the chip, watchdog resets. */
EXPORT void emulator_tick(struct emulator *e, uint64_t from, uint64_t until, const int32_t *in, const uint16_t *ranges, int32_t *out)
{
    if (in != NULL) {
        pins_drive(e, in);
        encoders_plan(e, (uint32_t)in[0], (uint32_t)in[1], from, until);
        if (in[8])
            lidar_take(e, ranges);
    }
    live(e, from, until);
    report(e, out);
}

EXPORT uint32_t emulator_pc(const struct emulator *e) { return e->avr->pc; }
EXPORT void emulator_jump(struct emulator *e, uint32_t to) { e->avr->pc = to; }

/* Changes of outputs that were not taken yet: cycle, output, value. Only the last EDGES are kept. */
EXPORT uint32_t emulator_edges(struct emulator *e, uint64_t *at, int32_t *values, uint32_t room)
{
    if (e->edge_count - e->edges_taken > EDGES)
        e->edges_taken = e->edge_count - EDGES;
    uint32_t count = 0;
    for (; count < room && e->edges_taken != e->edge_count; count++) {
        const struct edge *edge = &e->edges[e->edges_taken++ % EDGES];
        at[count] = edge->at;
        values[2 * count] = edge->output;
        values[2 * count + 1] = edge->value;
    }
    return count;
}

/* Memory. Addresses as the linker counts: SRAM in data space, flash in bytes. */
EXPORT bool emulator_memory(struct emulator *e, bool flash, bool write, uint32_t at, uint8_t *bytes, uint32_t count)
{
    uint32_t end = flash ? e->avr->flashend + 1 : e->avr->ramend + 1u;
    if (at > end || count > end - at)
        return false;
    uint8_t *memory = (flash ? e->avr->flash : e->avr->data) + at;
    memcpy(write ? memory : bytes, write ? bytes : memory, count);
    return true;
}

/* The EEPROM, whole; the number of its bytes. */
EXPORT uint32_t emulator_eeprom(struct emulator *e, bool write, uint8_t *bytes)
{
    uint32_t size = e->avr->e2end + 1;
    avr_eeprom_desc_t all = {.ee = bytes, .offset = 0, .size = size};
    if (bytes != NULL && avr_ioctl(e->avr, write ? AVR_IOCTL_EEPROM_SET : AVR_IOCTL_EEPROM_GET, &all) != -1)
        return 0;
    return size;
}
