/* Pins of the Arduino Mega 2560. Generated from board.toml by firmware_bridge/wiring.py: do not edit. */
#ifndef PINS_H
#define PINS_H

/* D0: host, USB (UART0 RX), 250000 baud 8N1 */
#define HAS_HOST_RX 1
#define HOST_RX_PORT PORTE
#define HOST_RX_DDR DDRE
#define HOST_RX_PIN PINE
#define HOST_RX_BIT 0

/* D1: host, USB (UART0 TX) */
#define HAS_HOST_TX 1
#define HOST_TX_PORT PORTE
#define HOST_TX_DDR DDRE
#define HOST_TX_PIN PINE
#define HOST_TX_BIT 1

/* D2: left encoder A; forward is A before B */
#define HAS_LEFT_A 1
#define LEFT_A_PORT PORTE
#define LEFT_A_DDR DDRE
#define LEFT_A_PIN PINE
#define LEFT_A_BIT 4
#define LEFT_A_INT 4

/* D3: left encoder B */
#define HAS_LEFT_B 1
#define LEFT_B_PORT PORTE
#define LEFT_B_DDR DDRE
#define LEFT_B_PIN PINE
#define LEFT_B_BIT 5
#define LEFT_B_INT 5

/* D21: right encoder A; forward is A before B */
#define HAS_RIGHT_A 1
#define RIGHT_A_PORT PORTD
#define RIGHT_A_DDR DDRD
#define RIGHT_A_PIN PIND
#define RIGHT_A_BIT 0
#define RIGHT_A_INT 0

/* D20: right encoder B */
#define HAS_RIGHT_B 1
#define RIGHT_B_PORT PORTD
#define RIGHT_B_DDR DDRD
#define RIGHT_B_PIN PIND
#define RIGHT_B_BIT 1
#define RIGHT_B_INT 1

/* D5: left motor driver PWM, 31 kHz */
#define HAS_LEFT_PWM 1
#define LEFT_PWM_PORT PORTE
#define LEFT_PWM_DDR DDRE
#define LEFT_PWM_PIN PINE
#define LEFT_PWM_BIT 3
#define LEFT_PWM_OCR OCR3A
#define LEFT_PWM_TCCRA TCCR3A
#define LEFT_PWM_COM _BV(COM3A1)

/* D7: left motor driver DIR: low forwards, high backwards */
#define HAS_LEFT_DIR 1
#define LEFT_DIR_PORT PORTH
#define LEFT_DIR_DDR DDRH
#define LEFT_DIR_PIN PINH
#define LEFT_DIR_BIT 4

/* D6: right motor driver PWM, 31 kHz */
#define HAS_RIGHT_PWM 1
#define RIGHT_PWM_PORT PORTH
#define RIGHT_PWM_DDR DDRH
#define RIGHT_PWM_PIN PINH
#define RIGHT_PWM_BIT 3
#define RIGHT_PWM_OCR OCR4A
#define RIGHT_PWM_TCCRA TCCR4A
#define RIGHT_PWM_COM _BV(COM4A1)

/* D8: right motor driver DIR: low forwards, high backwards */
#define HAS_RIGHT_DIR 1
#define RIGHT_DIR_PORT PORTH
#define RIGHT_DIR_DDR DDRH
#define RIGHT_DIR_PIN PINH
#define RIGHT_DIR_BIT 5

/* D9: motor drivers' enable line, high is on, through the stop button's contacts */
#define HAS_ENABLE 1
#define ENABLE_PORT PORTH
#define ENABLE_DDR DDRH
#define ENABLE_PIN PINH
#define ENABLE_BIT 6

/* D10: brush motor's MOSFET, PWM 3.9 kHz */
#define HAS_TOOL 1
#define TOOL_PORT PORTB
#define TOOL_DDR DDRB
#define TOOL_PIN PINB
#define TOOL_BIT 4
#define TOOL_OCR OCR2A
#define TOOL_TCCRA TCCR2A
#define TOOL_COM _BV(COM2A1)

/* D11: gripper servo, 50 Hz, 1.0 ms open, 2.0 ms closed */
#define HAS_GRIPPER 1
#define GRIPPER_PORT PORTB
#define GRIPPER_DDR DDRB
#define GRIPPER_PIN PINB
#define GRIPPER_BIT 5
#define GRIPPER_OCR OCR1A
#define GRIPPER_TCCRA TCCR1A
#define GRIPPER_COM _BV(COM1A1)

/* D22: left bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_LEFT 1
#define BUMPER_LEFT_PORT PORTA
#define BUMPER_LEFT_DDR DDRA
#define BUMPER_LEFT_PIN PINA
#define BUMPER_LEFT_BIT 0

/* D23: right bumper, normally closed to ground: high is pressed */
#define HAS_BUMPER_RIGHT 1
#define BUMPER_RIGHT_PORT PORTA
#define BUMPER_RIGHT_DDR DDRA
#define BUMPER_RIGHT_PIN PINA
#define BUMPER_RIGHT_BIT 1

/* D24: left cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_LEFT 1
#define CLIFF_LEFT_PORT PORTA
#define CLIFF_LEFT_DDR DDRA
#define CLIFF_LEFT_PIN PINA
#define CLIFF_LEFT_BIT 2

/* D25: right cliff sensor, low while it sees floor: high is no floor */
#define HAS_CLIFF_RIGHT 1
#define CLIFF_RIGHT_PORT PORTA
#define CLIFF_RIGHT_DDR DDRA
#define CLIFF_RIGHT_PIN PINA
#define CLIFF_RIGHT_BIT 3

/* D26: stop button's second normally closed contact to ground: high is pressed */
#define HAS_STOP_BUTTON 1
#define STOP_BUTTON_PORT PORTA
#define STOP_BUTTON_DDR DDRA
#define STOP_BUTTON_PIN PINA
#define STOP_BUTTON_BIT 4

/* D27: dock contact through an opto-coupler: low is charging */
#define HAS_CHARGING 1
#define CHARGING_PORT PORTA
#define CHARGING_DDR DDRA
#define CHARGING_PIN PINA
#define CHARGING_BIT 5

/* D28: gripper's contact: low is holding something */
#define HAS_HOLDING 1
#define HOLDING_PORT PORTA
#define HOLDING_DDR DDRA
#define HOLDING_PIN PINA
#define HOLDING_BIT 6

/* A0: battery through the divider: 5.000 V for 25.000 V */
#define HAS_BATTERY 1
#define BATTERY_PORT PORTF
#define BATTERY_DDR DDRF
#define BATTERY_PIN PINF
#define BATTERY_BIT 0
#define BATTERY_ADC 0

/* D19: lidar LD06 or LD19 (UART1 RX), 230400 baud 8N1 */
#define HAS_LIDAR_RX 1
#define LIDAR_RX_PORT PORTD
#define LIDAR_RX_DDR DDRD
#define LIDAR_RX_PIN PIND
#define LIDAR_RX_BIT 2

/* D16: arm controller (UART2 TX), 115200 baud 8N1 */
#define HAS_ARM_TX 1
#define ARM_TX_PORT PORTH
#define ARM_TX_DDR DDRH
#define ARM_TX_PIN PINH
#define ARM_TX_BIT 1

/* Battery voltage at the converter's highest number plus one, through the divider. */
#define BATTERY_FULL_SCALE_MV 25000UL

/* Every port with outputs and their bits: DO(DDRx, bits) for each. */
#define FOR_EACH_OUTPUT_PORT(DO) DO(DDRB, 0x30) DO(DDRE, 0x08) DO(DDRH, 0x78)

/* Every port with pull-ups and their bits: DO(PORTx, bits) for each. */
#define FOR_EACH_PULL_UP_PORT(DO) DO(PORTA, 0x7F) DO(PORTD, 0x03) DO(PORTE, 0x30)

#endif
