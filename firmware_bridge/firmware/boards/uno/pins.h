/* Pins of the Arduino Uno. Generated from board.toml by firmware_bridge/wiring.py: do not edit. */
#ifndef PINS_H
#define PINS_H

/* D0: host, USB (UART0 RX), 250000 baud 8N1 */
#define HAS_HOST_RX 1
#define HOST_RX_PORT PORTD
#define HOST_RX_DDR DDRD
#define HOST_RX_PIN PIND
#define HOST_RX_BIT 0

/* D1: host, USB (UART0 TX) */
#define HAS_HOST_TX 1
#define HOST_TX_PORT PORTD
#define HOST_TX_DDR DDRD
#define HOST_TX_PIN PIND
#define HOST_TX_BIT 1

/* D2: left encoder A; forward is A before B */
#define HAS_LEFT_A 1
#define LEFT_A_PORT PORTD
#define LEFT_A_DDR DDRD
#define LEFT_A_PIN PIND
#define LEFT_A_BIT 2
#define LEFT_A_PCINT 18

/* D3: left encoder B */
#define HAS_LEFT_B 1
#define LEFT_B_PORT PORTD
#define LEFT_B_DDR DDRD
#define LEFT_B_PIN PIND
#define LEFT_B_BIT 3
#define LEFT_B_PCINT 19

/* D4: right encoder A; forward is A before B */
#define HAS_RIGHT_A 1
#define RIGHT_A_PORT PORTD
#define RIGHT_A_DDR DDRD
#define RIGHT_A_PIN PIND
#define RIGHT_A_BIT 4
#define RIGHT_A_PCINT 20

/* D6: right encoder B */
#define HAS_RIGHT_B 1
#define RIGHT_B_PORT PORTD
#define RIGHT_B_DDR DDRD
#define RIGHT_B_PIN PIND
#define RIGHT_B_BIT 6
#define RIGHT_B_PCINT 22

/* D5: brush motor's MOSFET, PWM 1 kHz */
#define HAS_TOOL 1
#define TOOL_PORT PORTD
#define TOOL_DDR DDRD
#define TOOL_PIN PIND
#define TOOL_BIT 5
#define TOOL_OCR OCR0B
#define TOOL_TCCRA TCCR0A
#define TOOL_COM _BV(COM0B1)

/* D7: left motor driver DIR: low forwards, high backwards */
#define HAS_LEFT_DIR 1
#define LEFT_DIR_PORT PORTD
#define LEFT_DIR_DDR DDRD
#define LEFT_DIR_PIN PIND
#define LEFT_DIR_BIT 7

/* D8: dock contact through an opto-coupler: low is charging */
#define HAS_CHARGING 1
#define CHARGING_PORT PORTB
#define CHARGING_DDR DDRB
#define CHARGING_PIN PINB
#define CHARGING_BIT 0

/* D9: left motor driver PWM, 31 kHz */
#define HAS_LEFT_PWM 1
#define LEFT_PWM_PORT PORTB
#define LEFT_PWM_DDR DDRB
#define LEFT_PWM_PIN PINB
#define LEFT_PWM_BIT 1
#define LEFT_PWM_OCR OCR1A
#define LEFT_PWM_TCCRA TCCR1A
#define LEFT_PWM_COM _BV(COM1A1)

/* D10: right motor driver PWM, 31 kHz */
#define HAS_RIGHT_PWM 1
#define RIGHT_PWM_PORT PORTB
#define RIGHT_PWM_DDR DDRB
#define RIGHT_PWM_PIN PINB
#define RIGHT_PWM_BIT 2
#define RIGHT_PWM_OCR OCR1B
#define RIGHT_PWM_TCCRA TCCR1A
#define RIGHT_PWM_COM _BV(COM1B1)

/* D11: gripper servo, 61 Hz, 1.0 ms open, 2.0 ms closed */
#define HAS_GRIPPER 1
#define GRIPPER_PORT PORTB
#define GRIPPER_DDR DDRB
#define GRIPPER_PIN PINB
#define GRIPPER_BIT 3
#define GRIPPER_OCR OCR2A
#define GRIPPER_TCCRA TCCR2A
#define GRIPPER_COM _BV(COM2A1)

/* D12: motor drivers' enable line, high is on, through the stop button's contacts */
#define HAS_ENABLE 1
#define ENABLE_PORT PORTB
#define ENABLE_DDR DDRB
#define ENABLE_PIN PINB
#define ENABLE_BIT 4

/* D13: right motor driver DIR: low forwards, high backwards (the board's LED shows it) */
#define HAS_RIGHT_DIR 1
#define RIGHT_DIR_PORT PORTB
#define RIGHT_DIR_DDR DDRB
#define RIGHT_DIR_PIN PINB
#define RIGHT_DIR_BIT 5

/* A0: battery through the divider: 5.000 V for 25.000 V */
#define HAS_BATTERY 1
#define BATTERY_PORT PORTC
#define BATTERY_DDR DDRC
#define BATTERY_PIN PINC
#define BATTERY_BIT 0
#define BATTERY_ADC 0

/* A1: left bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_LEFT 1
#define BUMPER_LEFT_PORT PORTC
#define BUMPER_LEFT_DDR DDRC
#define BUMPER_LEFT_PIN PINC
#define BUMPER_LEFT_BIT 1

/* A2: right bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_RIGHT 1
#define BUMPER_RIGHT_PORT PORTC
#define BUMPER_RIGHT_DDR DDRC
#define BUMPER_RIGHT_PIN PINC
#define BUMPER_RIGHT_BIT 2

/* A3: left cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_LEFT 1
#define CLIFF_LEFT_PORT PORTC
#define CLIFF_LEFT_DDR DDRC
#define CLIFF_LEFT_PIN PINC
#define CLIFF_LEFT_BIT 3

/* A4: right cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_RIGHT 1
#define CLIFF_RIGHT_PORT PORTC
#define CLIFF_RIGHT_DDR DDRC
#define CLIFF_RIGHT_PIN PINC
#define CLIFF_RIGHT_BIT 4

/* A5: stop button's second normally closed contact to ground: high is pressed */
#define HAS_STOP_BUTTON 1
#define STOP_BUTTON_PORT PORTC
#define STOP_BUTTON_DDR DDRC
#define STOP_BUTTON_PIN PINC
#define STOP_BUTTON_BIT 5

/* Battery voltage at the converter's highest number plus one, through the divider. */
#define BATTERY_FULL_SCALE_MV 25000UL

/* Every port with outputs and their bits: DO(DDRx, bits) for each. */
#define FOR_EACH_OUTPUT_PORT(DO) DO(DDRB, 0x3E) DO(DDRD, 0xA0)

/* Every port with pull-ups and their bits: DO(PORTx, bits) for each. */
#define FOR_EACH_PULL_UP_PORT(DO) DO(PORTB, 0x01) DO(PORTC, 0x3E) DO(PORTD, 0x5C)

#endif
