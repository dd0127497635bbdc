/* Pins of the Stellaris LM3S6965. Generated from board.toml by firmware_bridge/wiring.py: do not edit. */
#ifndef PINS_H
#define PINS_H

/* PA0: host (UART0 RX), 250000 baud 8N1 */
#define HAS_HOST_RX 1
#define HOST_RX_PORT PORTA
#define HOST_RX_DDR DDRA
#define HOST_RX_PIN PINA
#define HOST_RX_BIT 0

/* PA1: host (UART0 TX) */
#define HAS_HOST_TX 1
#define HOST_TX_PORT PORTA
#define HOST_TX_DDR DDRA
#define HOST_TX_PIN PINA
#define HOST_TX_BIT 1

/* PA2: left bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_LEFT 1
#define BUMPER_LEFT_PORT PORTA
#define BUMPER_LEFT_DDR DDRA
#define BUMPER_LEFT_PIN PINA
#define BUMPER_LEFT_BIT 2

/* PA3: right bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_RIGHT 1
#define BUMPER_RIGHT_PORT PORTA
#define BUMPER_RIGHT_DDR DDRA
#define BUMPER_RIGHT_PIN PINA
#define BUMPER_RIGHT_BIT 3

/* PA4: left cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_LEFT 1
#define CLIFF_LEFT_PORT PORTA
#define CLIFF_LEFT_DDR DDRA
#define CLIFF_LEFT_PIN PINA
#define CLIFF_LEFT_BIT 4

/* PA5: right cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_RIGHT 1
#define CLIFF_RIGHT_PORT PORTA
#define CLIFF_RIGHT_DDR DDRA
#define CLIFF_RIGHT_PIN PINA
#define CLIFF_RIGHT_BIT 5

/* PA6: stop button's second normally closed contact to ground: high is pressed */
#define HAS_STOP_BUTTON 1
#define STOP_BUTTON_PORT PORTA
#define STOP_BUTTON_DDR DDRA
#define STOP_BUTTON_PIN PINA
#define STOP_BUTTON_BIT 6

/* PB0: left motor driver PWM, 12 kHz */
#define HAS_LEFT_PWM 1
#define LEFT_PWM_PORT PORTB
#define LEFT_PWM_DDR DDRB
#define LEFT_PWM_PIN PINB
#define LEFT_PWM_BIT 0

/* PB1: right motor driver PWM, 12 kHz */
#define HAS_RIGHT_PWM 1
#define RIGHT_PWM_PORT PORTB
#define RIGHT_PWM_DDR DDRB
#define RIGHT_PWM_PIN PINB
#define RIGHT_PWM_BIT 1

/* PB4: dock contact through an opto-coupler: low is charging */
#define HAS_CHARGING 1
#define CHARGING_PORT PORTB
#define CHARGING_DDR DDRB
#define CHARGING_PIN PINB
#define CHARGING_BIT 4

/* PB5: gripper's contact: low is holding something */
#define HAS_HOLDING 1
#define HOLDING_PORT PORTB
#define HOLDING_DDR DDRB
#define HOLDING_PIN PINB
#define HOLDING_BIT 5

/* PC4: left encoder A; forward is A before B */
#define HAS_LEFT_A 1
#define LEFT_A_PORT PORTC
#define LEFT_A_DDR DDRC
#define LEFT_A_PIN PINC
#define LEFT_A_BIT 4

/* PC6: left encoder B */
#define HAS_LEFT_B 1
#define LEFT_B_PORT PORTC
#define LEFT_B_DDR DDRC
#define LEFT_B_PIN PINC
#define LEFT_B_BIT 6

/* PD4: left motor driver DIR: low forwards, high backwards */
#define HAS_LEFT_DIR 1
#define LEFT_DIR_PORT PORTD
#define LEFT_DIR_DDR DDRD
#define LEFT_DIR_PIN PIND
#define LEFT_DIR_BIT 4

/* PD5: right motor driver DIR: low forwards, high backwards */
#define HAS_RIGHT_DIR 1
#define RIGHT_DIR_PORT PORTD
#define RIGHT_DIR_DDR DDRD
#define RIGHT_DIR_PIN PIND
#define RIGHT_DIR_BIT 5

/* PD7: motor drivers' enable line, high is on, through the stop button's contacts */
#define HAS_ENABLE 1
#define ENABLE_PORT PORTD
#define ENABLE_DDR DDRD
#define ENABLE_PIN PIND
#define ENABLE_BIT 7

/* PE0: brush motor's MOSFET, PWM 12 kHz */
#define HAS_TOOL 1
#define TOOL_PORT PORTE
#define TOOL_DDR DDRE
#define TOOL_PIN PINE
#define TOOL_BIT 0

/* PE2: right encoder B */
#define HAS_RIGHT_B 1
#define RIGHT_B_PORT PORTE
#define RIGHT_B_DDR DDRE
#define RIGHT_B_PIN PINE
#define RIGHT_B_BIT 2

/* PE3: right encoder A; forward is A before B */
#define HAS_RIGHT_A 1
#define RIGHT_A_PORT PORTE
#define RIGHT_A_DDR DDRE
#define RIGHT_A_PIN PINE
#define RIGHT_A_BIT 3

/* PF0: gripper servo, 50 Hz, 1.0 ms open, 2.0 ms closed */
#define HAS_GRIPPER 1
#define GRIPPER_PORT PORTF
#define GRIPPER_DDR DDRF
#define GRIPPER_PIN PINF
#define GRIPPER_BIT 0

/* ADC0: battery through the divider: 3.000 V for 30.000 V */
#define HAS_BATTERY 1
#define BATTERY_PORT PORTADC
#define BATTERY_DDR DDRADC
#define BATTERY_PIN PINADC
#define BATTERY_BIT 0
#define BATTERY_ADC 0

/* Every port with outputs and their bits: DO(DDRx, bits) for each. */
#define FOR_EACH_OUTPUT_PORT(DO) DO(DDRB, 0x03) DO(DDRD, 0xB0) DO(DDRE, 0x01) DO(DDRF, 0x01)

/* Every port with pull-ups and their bits: DO(PORTx, bits) for each. */
#define FOR_EACH_PULL_UP_PORT(DO) DO(PORTA, 0x7C) DO(PORTB, 0x30) DO(PORTC, 0x50) DO(PORTE, 0x0C)

#endif
