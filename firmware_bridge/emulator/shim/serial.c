/* The board's serial lines, byte by byte in time: the host's cable, the lidar's, and the arm controller's.
 *
 * simavr counts a parity bit that is not there (11 bits a byte), hands bytes on before they are through, and keeps 63 of them. Here
 * a byte takes ten bits of the sender's baud, is there when its stop bit is, and the receiver keeps two, and a third in its shift
 * register (ATmega2560 data sheet, 22.7.4). */
#include "emulator.h"

#include <string.h>

DEFINE_FIFO(uint16_t, uart_fifo);

#define RECEIVER_KEEPS 3
#define BITS 10
/* Sender up to 3.9 % faster or 4 % slower than the receiver in double speed mode, 8 bits (data sheet, table 22-3). */
#define FASTEST 1039
#define SLOWEST 960

static uint32_t bit_cycles(const avr_uart_t *uart)
{
    avr_t *avr = uart->io.avr;
    uint32_t ubrr = avr_regbit_get(avr, uart->ubrrl) | (uint32_t)avr_regbit_get(avr, uart->ubrrh) << 8;
    return (ubrr + 1) * (avr_regbit_get(avr, uart->u2x) ? 8 : 16);
}

/* Whether the two ends understand each other. */
static bool in_tune(const struct line *line)
{
    uint64_t theirs = (uint64_t)line->baud * bit_cycles(line->uart) * 1000 / line->uart->io.avr->frequency;
    return theirs >= SLOWEST && theirs <= FASTEST;
}

/* How long so many bytes take at the speed of the device at the other end. */
cycles_t line_byte_cycles(const struct emulator *e, const struct line *line, uint32_t bytes)
{
    return (cycles_t)bytes * BITS * e->avr->frequency / line->baud;
}

static void ask_for_reading(avr_uart_t *uart)
{
    uart->rx_cnt = 0;
    uart->rxc_raise_time = 0;
    avr_raise_interrupt(uart->io.avr, &uart->rxc);
}

/* A byte has come through to the board. */
void line_deliver(struct emulator *e, struct line *line, uint8_t byte)
{
    avr_uart_t *uart = line->uart;
    if (e->held_until > e->avr->cycle || !avr_regbit_get(e->avr, uart->rxen))
        return;
    uint16_t value = byte;
    if (!in_tune(line)) {
        line->mangled++;
        value = (uint16_t)((byte ^ 0x5A) | UART_INPUT_FE);
    }
    if (uart_fifo_get_read_size(&uart->input) >= RECEIVER_KEEPS) {
        avr_regbit_set(e->avr, uart->dor);
        line->lost++;
        return;
    }
    uart_fifo_write(&uart->input, value);
    ask_for_reading(uart);
}

/* The receive interrupt stays raised for as long as there is something to read; simavr raises it once. */
static void returned(struct avr_irq_t *irq, uint32_t running, void *param)
{
    (void)irq;
    avr_uart_t *uart = param;
    if (!running && !uart_fifo_isempty(&uart->input))
        ask_for_reading(uart);
}

static void to_host(struct emulator *e, uint8_t byte, cycles_t at)
{
    struct queue *out = &e->out;
    if (out->head - out->tail == QUEUE)
        out->tail++; /* nobody has read for seconds */
    out->bytes[out->head % QUEUE] = byte;
    out->at[out->head++ % QUEUE] = at;
}

static int16_t i16(const uint8_t *bytes) { return (int16_t)(uint16_t)(bytes[0] | bytes[1] << 8); }

/* A5, close, x, y, z, sum. Whatever does not add up is shifted out until something does. */
static void to_arm(struct emulator *e, uint8_t byte)
{
    e->arm_heard[e->arm_head++ % SPARE] = byte;
    e->arm[e->arm_have++] = byte;
    while (e->arm_have > 0) {
        uint8_t sum = 0;
        for (int i = 0; i < ARM_BYTES - 1; i++)
            sum = (uint8_t)(sum + e->arm[i]);
        if (e->arm[0] == 0xA5 && e->arm_have < ARM_BYTES)
            return;
        if (e->arm[0] == 0xA5 && sum == e->arm[ARM_BYTES - 1]) {
            for (int i = 0; i < 3; i++)
                e->ordered.aim[i] = i16(e->arm + 2 + 2 * i);
            e->ordered.close = e->arm[1] != 0;
            e->arm_have = 0;
            return;
        }
        memmove(e->arm, e->arm + 1, (size_t)--e->arm_have);
    }
}

static void sent(struct emulator *e, struct line *line, uint8_t byte)
{
    avr_uart_t *uart = line->uart;
    uint32_t took = bit_cycles(uart) * BITS;
    uart->cycles_per_byte = took; /* before the transmitter's clock starts */
    cycles_t now = e->avr->cycle;
    line->tx_free = (line->tx_free > now ? line->tx_free : now) + took;
    if (!in_tune(line)) {
        line->mangled++;
        byte ^= 0x5A;
    }
    if (line == &e->lines[LINE_HOST])
        to_host(e, byte, line->tx_free);
    else if (line == &e->lines[LINE_ARM])
        to_arm(e, byte);
}

static void output(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct emulator *e = param;
    for (int i = 0; i < LINES; i++)
        if (e->lines[i].uart != NULL && e->lines[i].uart->io.irq + UART_IRQ_OUTPUT == irq)
            sent(e, &e->lines[i], (uint8_t)value);
}

/* `uart` is its number as a character. */
void line_connect(struct emulator *e, int which, char uart, uint32_t baud)
{
    for (avr_io_t *io = e->avr->io_port; io != NULL; io = io->next) {
        avr_uart_t *found = (avr_uart_t *)io;
        if (strcmp(io->kind, "uart") != 0 || found->name != uart)
            continue;
        e->lines[which] = (struct line){.uart = found, .baud = baud};
        avr_irq_register_notify(io->irq + UART_IRQ_OUTPUT, output, e);
        avr_irq_register_notify(&found->rxc.irq[AVR_INT_IRQ_RUNNING], returned, found);
    }
    serial_after_reset(e);
}

/* simavr's UARTs print what is sent, and put the whole process to sleep when they are polled, unless told not to. */
void serial_after_reset(struct emulator *e)
{
    for (avr_io_t *io = e->avr->io_port; io != NULL; io = io->next)
        if (strcmp(io->kind, "uart") == 0)
            ((avr_uart_t *)io)->flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    e->arm_have = 0;
}

/* If the host's line is idle and bytes wait, the first of them begins now. */
void host_plan(struct emulator *e)
{
    if (e->host_next == NEVER && e->in.head != e->in.tail)
        e->host_next = e->avr->cycle + line_byte_cycles(e, &e->lines[LINE_HOST], 1);
}

/* The byte on the host's line is through. */
void host_byte(struct emulator *e)
{
    line_deliver(e, &e->lines[LINE_HOST], e->in.bytes[e->in.tail++ % QUEUE]);
    e->host_next = e->in.head == e->in.tail ? NEVER : e->host_next + line_byte_cycles(e, &e->lines[LINE_HOST], 1);
}

/* Bytes from the host, to be sent one after another; how many there was room for. */
EXPORT uint32_t emulator_receive(struct emulator *e, const uint8_t *bytes, uint32_t count)
{
    uint32_t room = QUEUE - (e->in.head - e->in.tail);
    uint32_t taken = count < room ? count : room;
    for (uint32_t i = 0; i < taken; i++)
        e->in.bytes[e->in.head++ % QUEUE] = bytes[i];
    return taken;
}

/* Bytes that are through to the host; their times, in cycles, go to `at` unless it is NULL. */
EXPORT uint32_t emulator_transmit(struct emulator *e, uint8_t *bytes, uint64_t *at, uint32_t room)
{
    struct queue *out = &e->out;
    uint32_t count = 0;
    while (count < room && out->tail != out->head && out->at[out->tail % QUEUE] <= e->avr->cycle) {
        if (at != NULL)
            at[count] = out->at[out->tail % QUEUE];
        bytes[count++] = out->bytes[out->tail++ % QUEUE];
    }
    return count;
}

/* Bytes that the arm's controller has heard since the last call; only the last SPARE are kept. */
EXPORT uint32_t emulator_arm_take(struct emulator *e, uint8_t *bytes, uint32_t room)
{
    if (e->arm_head - e->arm_tail > SPARE)
        e->arm_tail = e->arm_head - SPARE;
    uint32_t count = 0;
    while (count < room && e->arm_tail != e->arm_head)
        bytes[count++] = e->arm_heard[e->arm_tail++ % SPARE];
    return count;
}

/* Bytes that wait for the host's line, that were lost in the line's UART, and that were mangled. */
EXPORT void emulator_line(const struct emulator *e, int line, uint32_t *found)
{
    found[0] = line == LINE_HOST ? e->in.head - e->in.tail : 0;
    found[1] = e->lines[line].lost;
    found[2] = e->lines[line].mangled;
}
