/* The board's outputs: duty read from the timers' registers, direction and enable pins, servo pulses, and when they change. */
#include "emulator.h"

#include <string.h>

#define SERVO_MIDDLE_US 1500 /* 1.0 ms open, 2.0 ms closed */
#define SERVO_LONGEST_US 3000

/* A timer's waveform by its WGM bits (ATmega2560 data sheet, tables 17-2 and 20-8). simavr itself knows no phase-correct modes on
 * this chip. */
struct waveform {
    bool pwm, fast;
    uint32_t top;
};

static uint32_t ocr(const avr_timer_t *timer, int channel)
{
    const uint8_t *data = timer->io.avr->data;
    const avr_timer_comp_t *comp = &timer->comp[channel];
    return data[comp->r_ocr] | (comp->r_ocrh ? (uint32_t)data[comp->r_ocrh] << 8 : 0);
}

static struct waveform waveform(avr_timer_t *timer)
{
    avr_t *avr = timer->io.avr;
    unsigned mode = avr_regbit_get_array(avr, timer->wgm, 4);
    if (timer->comp[0].r_ocrh == 0) { /* 8 bits */
        uint32_t top = mode & 4 ? ocr(timer, 0) : 0xFF;
        return (struct waveform){mode & 1, (mode & 3) == 3, top};
    }
    if (mode >= 1 && mode <= 3)
        return (struct waveform){true, false, 0x80u << mode};
    if (mode >= 5 && mode <= 7)
        return (struct waveform){true, true, (0x80u << (mode - 4)) - 1};
    if (mode == 0 || mode == 4 || mode == 12 || mode == 13)
        return (struct waveform){false, false, 0};
    uint32_t icr = avr->data[timer->r_icr] | (uint32_t)avr->data[timer->r_icrh] << 8;
    return (struct waveform){true, mode >= 14, mode & 1 ? ocr(timer, 0) : icr};
}

static uint32_t prescaler(avr_timer_t *timer)
{
    unsigned clock = avr_regbit_get_array(timer->io.avr, timer->cs, 3);
    return clock == 0 ? 0 : 1u << timer->cs_div[clock];
}

/* Ticks of the timer that the pin is high per cycle of the PWM, and ticks of such a cycle; false while no timer drives the pin. */
static bool pulse(const struct output_pin *output, uint32_t *high, uint32_t *all)
{
    avr_timer_t *timer = output->timer;
    if (timer == NULL || (timer->io.avr->data[output->pin.port->r_ddr] >> output->pin.bit & 1) == 0)
        return false;
    unsigned com = avr_regbit_get(timer->io.avr, timer->comp[output->channel].com);
    struct waveform wave = waveform(timer);
    if (com < 2 || !wave.pwm)
        return false;
    uint32_t compare = ocr(timer, output->channel);
    *all = wave.fast ? wave.top + 1 : 2 * wave.top;
    *high = wave.fast ? compare + 1 : 2 * compare;
    if (*high > *all)
        *high = *all;
    if (com == 3)
        *high = *all - *high;
    return *all != 0;
}

/* 0 to 255. Whatever is not exactly off is at least 1: fast PWM leaves a spike at OCR = 0, and that is not a stop. */
static int32_t duty(struct emulator *e, const struct output_pin *output)
{
    uint32_t high, all;
    if (!pulse(output, &high, &all))
        return pin_level(e->avr, output->pin) ? 255 : 0;
    if (high == 0 || high == all)
        return high == 0 ? 0 : 255;
    if (prescaler(output->timer) == 0)
        return 255; /* frozen, perhaps while high */
    /* fast PWM is high for one tick more than its register says: what it says is meant */
    uint32_t value = (output->timer->comp[0].r_ocrh == 0 && all == 256) ? high * 255 / all : (high * 510 + all) / (2 * all);
    return value == 0 ? 1 : (int32_t)value;
}

static int32_t servo(struct emulator *e, struct output_pin *output)
{
    uint32_t high, all;
    uint32_t us = 0;
    if (pulse(output, &high, &all)) {
        us = (uint32_t)((uint64_t)high * prescaler(output->timer) * 1000000 / e->avr->frequency);
    } else { /* a pulse made by software */
        bool level = pin_level(e->avr, output->pin);
        if (level && !output->high)
            output->rose = e->avr->cycle;
        if (!level && output->high)
            us = (uint32_t)((e->avr->cycle - output->rose) * 1000000 / e->avr->frequency);
        output->high = level;
    }
    if (us == 0 || us > SERVO_LONGEST_US)
        return output->value; /* without pulses a servo stays where it is */
    return us >= SERVO_MIDDLE_US;
}

static int32_t signed_duty(struct emulator *e, int which)
{
    int32_t value = duty(e, &e->outputs[PWM_LEFT + which]);
    return pin_level(e->avr, e->dir[which]) ? -value : value; /* low is forwards */
}

static void put(struct emulator *e, int which, int32_t value)
{
    struct output_pin *output = &e->outputs[which];
    if (output->value == value)
        return;
    output->value = value;
    e->edges[e->edge_count++ % EDGES] = (struct edge){e->avr->cycle, which, value};
}

/* Looks at all output pins, and notes what has changed. */
void outputs_look(struct emulator *e)
{
    put(e, PWM_LEFT, signed_duty(e, 0));
    put(e, PWM_RIGHT, signed_duty(e, 1));
    put(e, TOOL, duty(e, &e->outputs[TOOL]));
    put(e, ENABLED, pin_level(e->avr, e->outputs[ENABLED].pin));
    put(e, GRIPPER, servo(e, &e->outputs[GRIPPER]));
}

static bool interrupts(avr_timer_t *timer)
{
    avr_t *avr = timer->io.avr;
    bool any = avr_regbit_get(avr, timer->overflow.enable) || avr_regbit_get(avr, timer->icr.enable);
    for (int i = 0; i < AVR_TIMER_COMP_COUNT; i++)
        any = any || avr_regbit_get(avr, timer->comp[i].interrupt.enable);
    return any;
}

/* simavr runs every timer tick by tick of its waveform, in modes it does not know (phase-correct on the ATmega2560) once in a few
 * cycles. A timer that only makes PWM need not run: its registers say everything. */
static void silence(struct emulator *e)
{
    avr_cycle_timer_pool_t *pool = &e->avr->cycle_timers;
    for (int i = 0; i < e->quiet_count; i++) {
        if (interrupts(e->quiet[i]))
            continue;
        avr_cycle_timer_slot_p slot = pool->timer;
        while (slot != NULL) {
            avr_cycle_timer_slot_p next = slot->next;
            if (slot->param == e->quiet[i])
                avr_cycle_timer_cancel(e->avr, slot->timer, slot->param);
            slot = next;
        }
    }
}

static void changed(struct avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq, (void)value;
    silence(param);
    outputs_look(param);
}

static void watch(struct emulator *e, avr_io_addr_t address)
{
    if (address == 0)
        return;
    avr_irq_t *irq = avr_iomem_getirq(e->avr, address, NULL, AVR_IOMEM_IRQ_ALL);
    if (irq != NULL)
        avr_irq_register_notify(irq, changed, e);
}

/* Looks again whenever the program writes to the registers of this pin. */
void output_watch(struct emulator *e, struct pin pin)
{
    watch(e, pin.port->r_port);
    watch(e, pin.port->r_ddr);
}

static void watch_timer(struct emulator *e, avr_timer_t *timer, int channel)
{
    watch(e, timer->comp[channel].r_ocr);
    watch(e, timer->comp[channel].com.reg);
    for (int i = 0; i < 4; i++) {
        watch(e, timer->wgm[i].reg);
        watch(e, timer->cs[i].reg);
    }
    watch(e, timer->r_icr);
    for (int i = 0; i < e->quiet_count; i++)
        if (e->quiet[i] == timer)
            return;
    if (e->quiet_count < (int)(sizeof e->quiet / sizeof e->quiet[0]))
        e->quiet[e->quiet_count++] = timer;
}

/* An output sits on this pin; the compare channel there, if there is one, is found. */
void output_connect(struct emulator *e, int which, struct pin pin)
{
    struct output_pin *output = &e->outputs[which];
    output->pin = pin;
    output_watch(e, pin);
    if (which == ENABLED)
        return;
    for (avr_io_t *io = e->avr->io_port; io != NULL; io = io->next) {
        avr_timer_t *timer = (avr_timer_t *)io;
        if (strcmp(io->kind, "timer") != 0)
            continue;
        for (int i = 0; i < AVR_TIMER_COMP_COUNT; i++) {
            avr_regbit_t at = timer->comp[i].com_pin;
            if (at.reg != pin.port->r_port || at.bit != pin.bit)
                continue;
            output->timer = timer;
            output->channel = i;
            watch_timer(e, timer, i);
        }
    }
}
