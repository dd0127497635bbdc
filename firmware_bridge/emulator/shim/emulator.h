/* An AVR board in lockstep with a simulated world: what Python calls, and what the parts of the shim share.
 *
 * libsimavr is licensed under the GPL, version 3 or later. This shim is source that is compiled against it on the machine of
 * whoever wants to run the emulator; no binary of it is ever distributed. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_extint.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_timer.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>

#define EXPORT __attribute__((visibility("default")))

typedef avr_cycle_count_t cycles_t;

#define NEVER UINT64_MAX
#define BEAMS 72
#define EDGES 8192        /* a power of two */
#define QUEUE (1u << 17)  /* bytes, a power of two: more than a host sends in four seconds at full baud */
#define LIDAR_BYTES 47
#define ARM_BYTES 9
#define SPARE 4096        /* bytes, a power of two: put on the lidar's line, or heard by the arm, until somebody asks */

/* Outputs, by number; Python names them alike. */
enum output { PWM_LEFT, PWM_RIGHT, TOOL, ENABLED, GRIPPER, OUTPUTS };

/* Switches with a contact: what is wired to the pins, and when the contact is open. */
enum contact { BUMPER_LEFT, BUMPER_RIGHT, CLIFF_LEFT, CLIFF_RIGHT, STOP_BUTTON, CHARGING, HOLDING, CONTACTS };

/* Where each pin of the board is. */
enum role {
    ROLE_CONTACT = 0, /* to ROLE_CONTACT + CONTACTS - 1 */
    ROLE_LEFT_A = 16, ROLE_LEFT_B, ROLE_RIGHT_A, ROLE_RIGHT_B,
    ROLE_LEFT_DIR = 24, ROLE_RIGHT_DIR,
    ROLE_OUTPUT = 32, /* to ROLE_OUTPUT + OUTPUTS - 1 */
};

enum line_number { LINE_HOST, LINE_LIDAR, LINE_ARM, LINES };

struct pin {
    avr_ioport_t *port; /* NULL: the board has no such pin */
    uint8_t bit;
};

struct output_pin {
    struct pin pin;
    avr_timer_t *timer; /* of the compare channel on this pin, or NULL */
    int channel;
    int32_t value;
    cycles_t rose; /* a pulse made by software began */
    bool high;
};

struct encoder {
    struct pin a, b;
    uint32_t count;   /* as the pins are */
    int32_t left;     /* edges still to come in this step, and how many it has in all */
    int32_t all;
    cycles_t next;
};

/* One UART of the board and what hangs on it, at its own speed. */
struct line {
    avr_uart_t *uart;
    uint32_t baud; /* of the device at the other end */
    cycles_t tx_free;
    uint32_t lost, mangled; /* bytes: no room in the UART, or speeds too far apart */
};

struct queue {
    uint8_t bytes[QUEUE];
    cycles_t at[QUEUE]; /* when each byte is through */
    uint32_t head, tail;
};

struct lidar {
    bool running;
    bool unplugged;       /* somebody else is on its line */
    uint8_t other[SPARE]; /* what they send */
    uint32_t other_head, other_tail;
    uint16_t ranges[BEAMS];
    cycles_t zero;    /* when the first turn began */
    uint64_t packet;  /* packets begun since then */
    cycles_t begun;   /* of the packet on the line */
    uint8_t bytes[LIDAR_BYTES];
    int sent;         /* of these */
    cycles_t next;    /* when the next byte is through, or the next packet begins to be measured */
    bool sending;
};

struct grip {
    bool close;
    int16_t aim[3];
};

struct edge {
    cycles_t at;
    int32_t output, value;
};

/* How long the control period takes, in cycles; see timing.c. */
struct timing {
    bool on, inside;
    uint32_t from, back; /* byte addresses: the function, and where it returns to */
    uint16_t stack;
    cycles_t entered, left;
    uint64_t periods, total, worst, longest_gap, longest_step;
};

struct emulator {
    avr_t *avr;
    uint32_t data_end; /* the first byte of SRAM above the program's variables */
    uint32_t noise;
    cycles_t held_until; /* the reset line is held */
    struct pin contacts[CONTACTS];
    bool open[CONTACTS];
    avr_irq_t *battery;
    struct encoder left, right;
    bool know_counts;
    struct output_pin outputs[OUTPUTS];
    struct pin dir[2];
    avr_timer_t *quiet[8]; /* timers that only make PWM: see pwm.c */
    int quiet_count;
    struct edge edges[EDGES];
    uint64_t edge_count, edges_taken;
    struct line lines[LINES];
    struct queue in, out;
    cycles_t host_next; /* when the byte on the host's line is through */
    struct lidar lidar;
    uint8_t arm[ARM_BYTES];
    int arm_have;
    uint8_t arm_heard[SPARE];
    uint32_t arm_head, arm_tail;
    struct grip ordered, shown; /* what the arm was last told; what servo and arm agree on */
    struct timing timing;
    uint32_t watchdog_resets;
};

/* pins.c */
struct pin pin_find(avr_t *avr, char port, int bit);
bool pin_level(avr_t *avr, struct pin pin);
void pins_drive(struct emulator *e, const int32_t *in);
void pins_after_reset(struct emulator *e);
void encoders_plan(struct emulator *e, uint32_t left, uint32_t right, cycles_t from, cycles_t to);
void encoder_edge(struct emulator *e, struct encoder *encoder, cycles_t from, cycles_t to);

/* pwm.c */
void output_connect(struct emulator *e, int output, struct pin pin);
void output_watch(struct emulator *e, struct pin pin);
void outputs_look(struct emulator *e);

/* serial.c */
void line_connect(struct emulator *e, int line, char uart, uint32_t baud);
void line_deliver(struct emulator *e, struct line *line, uint8_t byte);
cycles_t line_byte_cycles(const struct emulator *e, const struct line *line, uint32_t bytes);
void host_byte(struct emulator *e);
void host_plan(struct emulator *e);
void serial_after_reset(struct emulator *e);

/* lidar.c */
void lidar_take(struct emulator *e, const uint16_t *ranges);
void lidar_step(struct emulator *e);

/* timing.c */
void timing_look(struct emulator *e);
void memory_noise(struct emulator *e);

#endif
