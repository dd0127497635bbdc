/* The board's inputs: contacts against pull-ups, the battery's divider, and wheel encoders in quadrature. */
#include "emulator.h"

#include <string.h>

static avr_io_t *find_io(avr_t *avr, const char *kind, avr_io_t *after)
{
    avr_io_t *io = after == NULL ? avr->io_port : after->next;
    while (io != NULL && strcmp(io->kind, kind) != 0)
        io = io->next;
    return io;
}

struct pin pin_find(avr_t *avr, char port, int bit)
{
    for (avr_io_t *io = find_io(avr, "port", NULL); io != NULL; io = find_io(avr, "port", io))
        if (((avr_ioport_t *)io)->name == port)
            return (struct pin){(avr_ioport_t *)io, (uint8_t)bit};
    return (struct pin){NULL, 0};
}

/* What is on an output pin. While it is not one, the pull-downs of the wiring decide. */
bool pin_level(avr_t *avr, struct pin pin)
{
    return pin.port != NULL && (avr->data[pin.port->r_ddr] & avr->data[pin.port->r_port]) >> pin.bit & 1;
}

/* Something outside holds the pin at a level. simavr puts pull-ups onto every input of a port whenever PORT is written, even where
 * something holds the pin; its "external" value is what it then puts there instead. */
static void hold(struct pin pin, bool level)
{
    uint8_t mask = (uint8_t)(1u << pin.bit);
    pin.port->external.pull_mask |= mask;
    if (level)
        pin.port->external.pull_value |= mask;
    else
        pin.port->external.pull_value &= (uint8_t)~mask;
    avr_raise_irq(pin.port->io.irq + pin.bit, level);
}

/* Nothing holds the pin: the pull-up does if there is one. Without, it floats; that reads as low here. */
static void let_go(avr_t *avr, struct pin pin)
{
    uint8_t mask = (uint8_t)(1u << pin.bit);
    pin.port->external.pull_mask &= (uint8_t)~mask;
    pin.port->external.pull_value &= (uint8_t)~mask;
    bool pulled_up = (avr->data[pin.port->r_port] & ~avr->data[pin.port->r_ddr] & mask) != 0;
    avr_raise_irq(pin.port->io.irq + pin.bit, pulled_up);
}

static void contact(struct emulator *e, int which, bool open)
{
    struct pin pin = e->contacts[which];
    e->open[which] = open;
    if (pin.port == NULL)
        return;
    if (open)
        let_go(e->avr, pin);
    else
        hold(pin, false);
}

static void quadrature(const struct encoder *encoder)
{
    /* forwards: A before B, 00 10 11 01 */
    unsigned phase = encoder->count & 3;
    hold(encoder->a, phase == 1 || phase == 2);
    hold(encoder->b, phase >= 2);
}

/* in: see emulator_tick. */
void pins_drive(struct emulator *e, const int32_t *in)
{
    contact(e, BUMPER_LEFT, in[2] & 1);
    contact(e, BUMPER_RIGHT, in[2] & 2);
    contact(e, CLIFF_LEFT, in[3] & 1);
    contact(e, CLIFF_RIGHT, in[3] & 2);
    contact(e, STOP_BUTTON, in[4]);
    contact(e, CHARGING, !in[6]);
    contact(e, HOLDING, !in[7]);
    if (e->battery != NULL) {
        /* the divider makes 5 V of 25 V. simavr's converter has 1023 steps to 5 V, a real one 1024. */
        uint32_t counts = (uint32_t)(in[5] < 0 ? 0 : in[5]) * 1024 / 25000;
        avr_raise_irq(e->battery, ((counts > 1023 ? 1023 : counts) * 5000 + 1022) / 1023);
    }
}

/* A reset zeroes PINx, and what is on the pins comes back only when it changes. */
void pins_after_reset(struct emulator *e)
{
    for (int i = 0; i < EXTINT_COUNT; i++) /* or an interrupt pin that is low costs a callback in every cycle */
        avr_extint_set_strict_lvl_trig(e->avr, (uint8_t)i, 0);
    for (avr_io_t *io = find_io(e->avr, "port", NULL); io != NULL; io = find_io(e->avr, "port", io)) {
        avr_ioport_t *port = (avr_ioport_t *)io;
        for (int bit = 0; bit < 8; bit++)
            if ((port->external.pull_mask >> bit & 1) == 0)
                avr_raise_irq(port->io.irq + bit, 0); /* floats until there is a pull-up again */
        e->avr->data[port->r_pin] = port->external.pull_value;
    }
}

static void plan(struct encoder *encoder, uint32_t count, cycles_t from, cycles_t to)
{
    encoder->left = encoder->all = (int32_t)(count - encoder->count);
    cycles_t edges = (cycles_t)(encoder->all < 0 ? -(int64_t)encoder->all : encoder->all);
    encoder->next = edges == 0 || encoder->a.port == NULL ? NEVER : from + (to - from) / (2 * edges);
}

/* Spreads the edges since the last step evenly over this one. Counts wrap. */
void encoders_plan(struct emulator *e, uint32_t left, uint32_t right, cycles_t from, cycles_t to)
{
    if (!e->know_counts) {
        e->know_counts = true;
        e->left.count = left;
        e->right.count = right;
        if (e->left.a.port != NULL && e->right.a.port != NULL) {
            quadrature(&e->left);
            quadrature(&e->right);
        }
    }
    plan(&e->left, left, from, to);
    plan(&e->right, right, from, to);
}

/* The next edge is due. */
void encoder_edge(struct emulator *e, struct encoder *encoder, cycles_t from, cycles_t to)
{
    (void)e;
    int32_t step = encoder->left < 0 ? -1 : 1;
    encoder->count += (uint32_t)step;
    encoder->left -= step;
    quadrature(encoder);
    int64_t all = encoder->all < 0 ? -(int64_t)encoder->all : encoder->all;
    int64_t done = all - (encoder->left < 0 ? -(int64_t)encoder->left : encoder->left);
    encoder->next = encoder->left == 0 ? NEVER : from + (to - from) * (cycles_t)(2 * done + 1) / (cycles_t)(2 * all);
}
