"""What is connected to which pin of an emulated board: board.toml's pins and the numbers of the shim's emulator.h."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# roles of pins, by their names in board.toml (enum role; contacts from 0 on, outputs from 32 on)
ROLES: Mapping[str, int] = MappingProxyType(
    {
        "bumper_left": 0,
        "bumper_right": 1,
        "cliff_left": 2,
        "cliff_right": 3,
        "stop_button": 4,
        "charging": 5,
        "holding": 6,
        "left_a": 16,
        "left_b": 17,
        "right_a": 18,
        "right_b": 19,
        "left_dir": 24,
        "right_dir": 25,
        "left_pwm": 32,
        "right_pwm": 33,
        "tool": 34,
        "enable": 35,
        "gripper": 36,
    }
)
REQUIRED = frozenset(ROLES) - {"holding"}  # the smallest board has no pin for it

# outputs, in the order of enum output, by their names in `Outputs`
OUTPUTS = ("pwm_left", "pwm_right", "tool_pwm", "enabled", "gripper_close")

# serial lines (enum line_number): pin, number of the line, baud of the device at its other end
LINES = (("host_rx", 0, 250_000), ("lidar_rx", 1, 230_400), ("arm_tx", 2, 115_200))

# which UART is on a pin: ATmega2560 and ATmega328P data sheets, "alternate functions of port"
UARTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("atmega2560", "E0"): "0",
        ("atmega2560", "E1"): "0",
        ("atmega2560", "D2"): "1",
        ("atmega2560", "D3"): "1",
        ("atmega2560", "H0"): "2",
        ("atmega2560", "H1"): "2",
        ("atmega328p", "D0"): "0",
        ("atmega328p", "D1"): "0",
    }
)
