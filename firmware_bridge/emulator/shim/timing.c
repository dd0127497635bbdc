/* How long the control period takes and how much stack the program uses, seen from outside. */
#include "emulator.h"

static uint16_t stack_pointer(const avr_t *avr) { return (uint16_t)(avr->data[R_SPL] | avr->data[R_SPH] << 8); }

static void enter(struct emulator *e)
{
    struct timing *timing = &e->timing;
    avr_t *avr = e->avr;
    uint16_t stack = stack_pointer(avr);
    uint32_t back = 0;
    for (int i = 1; i <= avr->address_size; i++)
        back = back << 8 | avr->data[stack + i];
    if (timing->entered != 0 && avr->cycle - timing->entered > timing->longest_step)
        timing->longest_step = avr->cycle - timing->entered;
    if (timing->left != 0 && avr->cycle - timing->left > timing->longest_gap)
        timing->longest_gap = avr->cycle - timing->left;
    timing->inside = true;
    timing->entered = avr->cycle;
    timing->back = back << 1;
    timing->stack = (uint16_t)(stack + avr->address_size);
}

static void leave(struct emulator *e)
{
    struct timing *timing = &e->timing;
    uint64_t took = e->avr->cycle - timing->entered;
    timing->inside = false;
    timing->left = e->avr->cycle;
    timing->periods++;
    timing->total += took;
    if (took > timing->worst)
        timing->worst = took;
}

/* After each instruction: whether the watched function has just been entered or left. */
void timing_look(struct emulator *e)
{
    struct timing *timing = &e->timing;
    if (!timing->inside && e->avr->pc == timing->from)
        enter(e);
    else if (timing->inside && e->avr->pc == timing->back && stack_pointer(e->avr) == timing->stack)
        leave(e);
}

/* Watch the function at this byte address from now on; 0 ends it. It costs speed: every instruction is run by itself. */
EXPORT void emulator_watch(struct emulator *e, uint32_t address)
{
    e->timing = (struct timing){.on = address != 0, .from = address};
}

/* periods, cycles in all, of the worst, of the longest gap between two, of the longest from one beginning to the next. */
EXPORT void emulator_timing(const struct emulator *e, uint64_t *found)
{
    const struct timing *timing = &e->timing;
    found[0] = timing->periods;
    found[1] = timing->total;
    found[2] = timing->worst;
    found[3] = timing->longest_gap;
    found[4] = timing->longest_step;
}

/* What a byte of SRAM holds at power-up: noise, but always the same for the same seed, so that it is known again. */
static uint8_t noise_at(const struct emulator *e, uint32_t at)
{
    uint32_t mixed = (at + e->noise * 0x9E3779B9u) * 0x85EBCA6Bu;
    mixed = (mixed ^ mixed >> 15) * 0xC2B2AE35u;
    return (uint8_t)(mixed >> 24);
}

void memory_noise(struct emulator *e)
{
    for (uint32_t at = e->avr->ioend + 1u; at <= e->avr->ramend; at++)
        e->avr->data[at] = noise_at(e, at);
}

/* The most bytes of stack that were ever used since power-up, and how many were left then. */
EXPORT void emulator_stack(const struct emulator *e, uint32_t *found)
{
    uint32_t at = e->data_end;
    while (at <= e->avr->ramend && e->avr->data[at] == noise_at(e, at))
        at++;
    found[0] = e->avr->ramend + 1 - at;
    found[1] = at - e->data_end;
}
