/* The registers of the LM3S6965 that this board uses, by the names and offsets of its data sheet. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))
#define BIT(n) (1UL << (n))

#define CYCLES_PER_MS 50000UL /* 50 MHz from the PLL */

/* Cortex-M3 */
#define SYST_CSR REG(0xE000E010UL)
#define SYST_RVR REG(0xE000E014UL)
#define SYST_CVR REG(0xE000E018UL)
#define SYST_MASK 0xFFFFFFUL /* the counter has 24 bits */
#define AIRCR REG(0xE000ED0CUL)
#define AIRCR_RESET 0x05FA0004UL

/* System control: clock tree and gates */
#define SYSCTL_RIS REG(0x400FE050UL)
#define RIS_PLL_LOCKED BIT(6)
#define SYSCTL_RCC REG(0x400FE060UL)
#define RCC_CRYSTAL_OFF BIT(0)
#define RCC_BYPASS BIT(11)
#define RCC_PLL_OFF BIT(13)
#define RCC_XTAL_8MHZ (14UL << 6)
#define RCC_PWM_DIV16 (BIT(20) | 3UL << 17)
#define RCC_SYS_DIV4 (BIT(22) | 3UL << 23)
#define SYSCTL_RCGC0 REG(0x400FE100UL)
#define SYSCTL_RCGC1 REG(0x400FE104UL)
#define SYSCTL_RCGC2 REG(0x400FE108UL)

/* Watchdog: the first time-out asks for an interrupt, the second one resets */
#define WDT_LOAD REG(0x40000000UL)
#define WDT_CTL REG(0x40000008UL)
#define WDT_ICR REG(0x4000000CUL)

/* GPIO. The address of the data register selects which bits an access touches. */
#define GPIO_A 0x40004000UL
#define GPIO_B 0x40005000UL
#define GPIO_C 0x40006000UL
#define GPIO_D 0x40007000UL
#define GPIO_E 0x40024000UL
#define GPIO_F 0x40025000UL
#define PORTA GPIO_A /* as pins.h calls them */
#define PORTB GPIO_B
#define PORTC GPIO_C
#define PORTD GPIO_D
#define PORTE GPIO_E
#define PORTF GPIO_F
#define DDRB GPIO_B
#define DDRD GPIO_D
#define DDRE GPIO_E
#define DDRF GPIO_F
#define GPIO_DATA(port, bits) REG((port) + ((bits) << 2))
#define GPIO_DIR(port) REG((port) + 0x400)
#define GPIO_AFSEL(port) REG((port) + 0x420)
#define GPIO_PUR(port) REG((port) + 0x510)
#define GPIO_DEN(port) REG((port) + 0x51C)

/* UART0: 16-byte FIFOs both ways */
#define UART_DR REG(0x4000C000UL)
#define UART_FR REG(0x4000C018UL)
#define FR_RX_EMPTY BIT(4)
#define FR_TX_EMPTY BIT(7)
#define UART_FIFO 16
#define UART_IBRD REG(0x4000C024UL)
#define UART_FBRD REG(0x4000C028UL)
#define UART_LCRH REG(0x4000C02CUL)
#define UART_CTL REG(0x4000C030UL)

/* ADC, sequencer 3, triggered by timer 0 */
#define ADC_ACTSS REG(0x40038000UL)
#define ADC_EMUX REG(0x40038014UL)
#define ADC_SSMUX3 REG(0x400380A0UL)
#define ADC_SSCTL3 REG(0x400380A4UL)
#define ADC_SSFIFO3 REG(0x400380A8UL)
#define ADC_SSFSTAT3 REG(0x400380ACUL)
#define FSTAT_EMPTY BIT(8)
#define TIMER0_CFG REG(0x40030000UL)
#define TIMER0_TAMR REG(0x40030004UL)
#define TIMER0_CTL REG(0x4003000CUL)
#define TIMER0_TAILR REG(0x40030028UL)

/* PWM generators 0 to 2, quadrature decoders 0 and 1, flash controller */
#define PWM_ENABLE REG(0x40028008UL)
#define PWM_CTL(generator) REG(0x40028040UL + 0x40 * (generator))
#define PWM_LOAD(generator) REG(0x40028050UL + 0x40 * (generator))
#define PWM_CMP(generator, b) REG(0x40028058UL + 0x40 * (generator) + 4 * (b))
#define PWM_GEN(generator, b) REG(0x40028060UL + 0x40 * (generator) + 4 * (b))
#define QEI_CTL(n) REG(0x4002C000UL + 0x1000 * (n))
#define QEI_POS(n) REG(0x4002C008UL + 0x1000 * (n))
#define QEI_MAXPOS(n) REG(0x4002C00CUL + 0x1000 * (n))
#define FLASH_FMA REG(0x400FD000UL)
#define FLASH_FMD REG(0x400FD004UL)
#define FLASH_FMC REG(0x400FD008UL)
#define FMC_WRITE (0xA4420000UL | BIT(0))
#define FMC_ERASE (0xA4420000UL | BIT(1))
#define FMC_BUSY (BIT(0) | BIT(1))
#define FLASH_USECRL REG(0x400FE140UL)

#endif
