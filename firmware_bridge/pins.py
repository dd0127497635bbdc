"""The C header of a board's pins."""

from __future__ import annotations

import re
from collections.abc import Callable

from firmware_bridge.boards import Board, Pin


def render_pins(board: Board) -> str:
    """`pins.h`: per pin its registers and bit, per timer output and converter channel the registers that serve it."""
    lines = [
        f"/* Pins of the {board.title}. Generated from board.toml by firmware_bridge/wiring.py: do not edit. */",
        "#ifndef PINS_H",
        "#define PINS_H",
    ]
    for pin in board.pins.values():
        lines += ["", f"/* {pin.header}: {pin.doc} */", *_pin(pin)]
    if board.battery is not None:
        lines += ["", "/* Battery voltage at the converter's highest number plus one, through the divider. */"]
        lines.append(f"#define BATTERY_FULL_SCALE_MV {board.battery.full_scale_mv}UL")
    lines += ["", "/* Every port with outputs and their bits: DO(DDRx, bits) for each. */"]
    lines.append("#define FOR_EACH_OUTPUT_PORT(DO) " + _ports(board, "DDR", lambda pin: pin.is_output))
    lines += ["", "/* Every port with pull-ups and their bits: DO(PORTx, bits) for each. */"]
    lines.append("#define FOR_EACH_PULL_UP_PORT(DO) " + _ports(board, "PORT", lambda pin: pin.has_pull_up))
    return "\n".join([*lines, "", "#endif", ""])


def _pin(pin: Pin) -> list[str]:
    name = pin.name.upper()
    lines = [
        f"#define HAS_{name} 1",
        *(f"#define {name}_{register} {register}{pin.port}" for register in ("PORT", "DDR", "PIN")),
        f"#define {name}_BIT {pin.bit}",
    ]
    if match := re.fullmatch(r"OC(\d)([ABC])", pin.function):
        timer, output = match.groups()
        lines += [
            f"#define {name}_OCR OCR{timer}{output}",
            f"#define {name}_TCCRA TCCR{timer}A",
            f"#define {name}_COM _BV(COM{timer}{output}1)",
        ]
    elif match := re.fullmatch(r"(INT|PCINT|ADC)(\d+)", pin.function):
        lines.append(f"#define {name}_{match[1]} {match[2]}")
    return lines


def _ports(board: Board, register: str, wanted: Callable[[Pin], bool]) -> str:
    masks: dict[str, int] = {}
    for pin in filter(wanted, board.pins.values()):
        masks[pin.port] = masks.get(pin.port, 0) | 1 << pin.bit
    return " ".join(f"DO({register}{port}, 0x{mask:02X})" for port, mask in sorted(masks.items()))
