/* The contract of core/hal.h on a Cortex-M3 whose peripherals have FIFOs and counters: no interrupt is ever enabled. */
#include "hal.h"

#include "chip.h"
#include "parts.h"
#include "pins.h"

#define BATTERY_FULL_SCALE_MV 30000UL /* 3.0 V behind a divider by ten, on ADC0 */
#define ADC_STEPS 1024
#define CRYSTAL_START 20000UL /* rounds: more than 10 ms on the internal oscillator */

static void start_clocks(void)
{
    SYSCTL_RCGC0 |= BIT(3) | BIT(16) | BIT(20);         /* watchdog, ADC, PWM */
    SYSCTL_RCGC1 |= BIT(0) | BIT(8) | BIT(9) | BIT(16); /* UART0, QEI0, QEI1, timer 0 */
    SYSCTL_RCGC2 |= 0x3F;                               /* GPIO A to F */
    (void)SYSCTL_RCGC2;                                 /* a gate needs a moment to open */
    WDT_LOAD = CYCLES_PER_MS * WATCHDOG_MS / 2;         /* it bites at the second time-out */
    WDT_CTL = BIT(0) | BIT(1);
    SYSCTL_RCC &= ~RCC_CRYSTAL_OFF;
    for (volatile uint32_t i = 0; i < CRYSTAL_START; i++)
        ;
    SYSCTL_RCC = RCC_BYPASS | RCC_PLL_OFF | RCC_XTAL_8MHZ;
    SYSCTL_RCC = RCC_BYPASS | RCC_XTAL_8MHZ | RCC_SYS_DIV4 | RCC_PWM_DIV16;
    while (!(SYSCTL_RIS & RIS_PLL_LOCKED)) /* the watchdog runs: a crystal that doesn't swing ends in a reset, outputs off */
        ;
    SYSCTL_RCC = RCC_XTAL_8MHZ | RCC_SYS_DIV4 | RCC_PWM_DIV16;
    SYST_RVR = SYST_MASK;
    SYST_CVR = 0;
    SYST_CSR = BIT(0) | BIT(2); /* counts cycles, without an interrupt */
}

static void start_pins(void)
{
#define DRIVE_LOW(port, bits) GPIO_DATA(port, bits) = 0, GPIO_DIR(port) |= (bits), GPIO_DEN(port) |= (bits);
#define PULL_UP(port, bits) GPIO_PUR(port) |= (bits), GPIO_DEN(port) |= (bits);
    FOR_EACH_OUTPUT_PORT(DRIVE_LOW)
    FOR_EACH_PULL_UP_PORT(PULL_UP)
    GPIO_AFSEL(HOST_RX_PORT) |= BIT(HOST_RX_BIT) | BIT(HOST_TX_BIT);
    GPIO_DEN(HOST_RX_PORT) |= BIT(HOST_RX_BIT) | BIT(HOST_TX_BIT);
}

static void start_uart(void)
{
    UART_IBRD = 12; /* 50 MHz / 16 / 250000 = 12 + 32/64 */
    UART_FBRD = 32;
    UART_LCRH = 0x70; /* 8N1, FIFOs on */
    UART_CTL = BIT(0) | BIT(8) | BIT(9);
}

static void start_adc(void)
{
    ADC_EMUX = 5UL << 12; /* sequencer 3 by timer */
    ADC_SSMUX3 = 0;
    ADC_SSCTL3 = BIT(1) | BIT(2);
    ADC_ACTSS = BIT(3);
    TIMER0_CFG = 0;
    TIMER0_TAMR = 2; /* periodic */
    TIMER0_TAILR = CYCLES_PER_MS * PERIOD_MS;
    TIMER0_CTL = BIT(0) | BIT(5);
}

void hal_init(void)
{
    start_clocks();
    start_pins();
    parts_init();
    start_uart();
    start_adc();
}

/* Each boot writes the next free word of a page: one more than the word before. */
uint32_t hal_boot_nonce(void)
{
    const volatile uint32_t *nonces = parts_nonces();
    uint16_t used = 0;
    while (used < NONCE_WORDS && nonces[used] != NONCE_ERASED)
        used++;
    uint32_t nonce = used == 0 ? 1 : nonces[used - 1] + 1;
    if (used == NONCE_WORDS) {
        parts_nonces_erase();
        used = 0;
    }
    parts_nonces_write(used, nonce);
    return nonce;
}

/* SysTick wraps after 0.3 s, far more often than it is read here: the loop asks with every byte and in every round. */
uint32_t hal_millis(void)
{
    static uint32_t ms, cycles, last;
    uint32_t count = SYST_CVR; /* counts down */
    cycles += (last - count) & SYST_MASK;
    last = count;
    ms += cycles / CYCLES_PER_MS;
    cycles %= CYCLES_PER_MS;
    return ms;
}

/* 16 bytes are 640 us at 250000 baud, and a period takes a tenth of that: the FIFO is the ring. */
bool hal_serial_get(uint8_t *byte)
{
    if (UART_FR & FR_RX_EMPTY)
        return false;
    *byte = (uint8_t)UART_DR;
    return true;
}

uint16_t hal_serial_room(void)
{
    return (UART_FR & FR_TX_EMPTY) != 0 ? UART_FIFO : 0;
}

void hal_serial_put(const uint8_t *bytes, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        UART_DR = bytes[i];
}

static bool high(uint32_t port, uint8_t bit)
{
    return GPIO_DATA(port, BIT(bit)) != 0;
}

static void put(uint32_t port, uint8_t bit, bool level)
{
    GPIO_DATA(port, BIT(bit)) = level ? BIT(bit) : 0;
}

/* Contacts are closed to ground when all is well: high is pressed, no floor, or a cut wire. */
uint8_t hal_contacts(void)
{
    return (uint8_t)(high(BUMPER_LEFT_PORT, BUMPER_LEFT_BIT) | high(BUMPER_RIGHT_PORT, BUMPER_RIGHT_BIT) << 1 |
                     high(CLIFF_LEFT_PORT, CLIFF_LEFT_BIT) << 2 | high(CLIFF_RIGHT_PORT, CLIFF_RIGHT_BIT) << 3 |
                     high(STOP_BUTTON_PORT, STOP_BUTTON_BIT) << 4);
}

void hal_read(struct core_inputs *in)
{
    static uint16_t battery_mv;
    uint8_t contacts = hal_contacts();
    if (!(ADC_SSFSTAT3 & FSTAT_EMPTY))
        battery_mv = (uint16_t)(ADC_SSFIFO3 * BATTERY_FULL_SCALE_MV / ADC_STEPS);
    *in = (struct core_inputs){
        .battery_mv = battery_mv,
        .bumper = contacts & 3,
        .cliff = contacts >> 2 & 3,
        .stop_button = contacts >> 4 != 0,
        .charging = !high(CHARGING_PORT, CHARGING_BIT),
        .gripper_holding = !high(HOLDING_PORT, HOLDING_BIT),
        .ranges_mm = 0, /* no lidar on this board */
    };
    parts_count(&in->encoder_left, &in->encoder_right);
}

void hal_apply(const struct core_outputs *out)
{
    if (!out->enabled) /* off before anything else, on after it */
        put(ENABLE_PORT, ENABLE_BIT, false);
    put(LEFT_DIR_PORT, LEFT_DIR_BIT, out->pwm_left < 0);
    put(RIGHT_DIR_PORT, RIGHT_DIR_BIT, out->pwm_right < 0);
    parts_drive(out);
    put(ENABLE_PORT, ENABLE_BIT, out->enabled);
}

void hal_watchdog_kick(void)
{
    WDT_ICR = 1; /* clears the first time-out and counts anew */
}
