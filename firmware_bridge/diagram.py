"""The wiring diagram of a board as SVG: the board in the middle, sensors on its left, everything else on its right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from firmware_bridge.boards import Board

WIDTH, MIDDLE, HALF = 1160, 580, 105  # px: picture, the board's centre and half its width
ROW, GAP, TOP = 46, 20, 96  # px: one pin, between groups, above the first
BOX, EDGE = 190, 30  # px: width of the boxes, distance from the picture's edge
INK, WIRE, SOFT, STOP = "#1f2933", "#3d5a80", "#eef2f6", "#c1121f"


@dataclass(frozen=True, slots=True)
class Group:
    """One box: its title and its pins, each with the word that stands at the box and the symbol on the wire."""

    title: str
    pins: tuple[tuple[str, str, str], ...]


SENSORS = (
    Group("Left encoder", (("left_a", "A", ""), ("left_b", "B", ""))),
    Group("Right encoder", (("right_a", "A", ""), ("right_b", "B", ""))),
    Group("Bumpers", (("bumper_left", "left", "contact"), ("bumper_right", "right", "contact"))),
    Group("Cliff sensors", (("cliff_left", "left", "contact"), ("cliff_right", "right", "contact"))),
    Group("Stop button", (("stop_button", "second contact", "contact"),)),
    Group("Dock", (("charging", "charging: low", ""),)),
    Group("Gripper", (("holding", "holding: low", ""),)),
)
ACTORS = (
    Group(
        "Motor drivers",
        (
            ("enable", "enable, both", "stop"),
            ("left_pwm", "left PWM", "pull-down"),
            ("left_dir", "left DIR", "pull-down"),
            ("right_pwm", "right PWM", "pull-down"),
            ("right_dir", "right DIR", "pull-down"),
        ),
    ),
    Group("Brush", (("tool", "MOSFET gate", "pull-down"),)),
    Group("Gripper servo", (("gripper", "signal", "pull-down"),)),
    Group("Battery", (("battery", "plus, fused", "divider"),)),
    Group("Host computer", (("host_rx", "USB, to the board", ""), ("host_tx", "USB, to the host", ""))),
    Group("Lidar", (("lidar_rx", "TX", ""),)),
    Group("Arm controller", (("arm_tx", "RX", ""),)),
)


def render_diagram(board: Board) -> str:
    """The whole picture."""
    left, left_end = _column(board, SENSORS, right=False)
    right, right_end = _column(board, ACTORS, right=True)
    bottom = max(left_end, right_end)
    height = bottom + 96
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="14">',
            f"<title>Wiring of the {escape(board.title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            _text(MIDDLE, 36, f"{board.title}: wiring", "middle", 'font-size="22" font-weight="bold"'),
            _text(MIDDLE, 60, f"{board.mcu}. Every ground meets at the battery's minus.", "middle", 'fill="#52606d"'),
            f'<rect x="{MIDDLE - HALF}" y="{TOP - 16}" width="{2 * HALF}" height="{bottom - TOP + 32}" rx="10" '
            f'fill="#e3f0ee" stroke="{INK}" stroke-width="2"/>',
            *left,
            *right,
            *_legend(bottom + 48),
            "</svg>",
            "",
        ]
    )


def _column(board: Board, groups: Iterable[Group], right: bool) -> tuple[list[str], int]:
    """The boxes of one side and where they end."""
    lines: list[str] = []
    y = TOP
    for group in groups:
        pins = [entry for entry in group.pins if entry[0] in board.pins]
        if not pins:
            continue
        lines += _box(group.title, y, len(pins), right)
        for name, word, symbol in pins:
            lines += _row(board.pins[name].header, word, symbol, y + ROW // 2 + 12, right)
            y += ROW
        y += GAP + 12
    return lines, y - GAP


def _box(title: str, y: int, rows: int, right: bool) -> list[str]:
    x = WIDTH - EDGE - BOX if right else EDGE
    return [
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{rows * ROW + 12}" rx="8" fill="{SOFT}" stroke="{INK}"/>',
        _text(x + BOX // 2, y + 17, title, "middle", 'font-weight="bold"'),
    ]


def _row(header: str, word: str, symbol: str, y: int, right: bool) -> list[str]:
    """A wire between board and box, with the pin's name at one end, the signal's at the other."""
    at_board = MIDDLE + HALF if right else MIDDLE - HALF
    at_box = WIDTH - EDGE - BOX if right else EDGE + BOX
    inwards = "end" if right else "start"
    lines = [
        f'<rect x="{at_board - 6}" y="{y - 6}" width="12" height="12" fill="#c9a227" stroke="{INK}"/>',
        _text(at_board + (-14 if right else 14), y + 5, header, inwards, 'font-weight="bold"'),
        _text(at_box + (10 if right else -10), y + 5, word, "start" if right else "end"),
    ]
    draw = _SYMBOLS[symbol]
    return lines + draw(min(at_board, at_box) + (6 if right else 0), max(at_board, at_box) - (0 if right else 6), y)


def _plain(x0: int, x1: int, y: int) -> list[str]:
    return [_line(x0, y, x1, y)]


def _contact(x0: int, x1: int, y: int) -> list[str]:
    """A normally-closed contact whose other side is ground."""
    x = x0 + 70
    return [
        *_ground(x0 + 24, y),
        _line(x0 + 24, y, x, y),
        *_switch(x, y),
        _line(x + 34, y, x1, y),
        _line(x0, y, x0 + 24, y),
    ]


def _pull_down(x0: int, x1: int, y: int) -> list[str]:
    return [_line(x0, y, x1, y), *_resistor_down(x1 - 60, y, "10 kΩ")]


def _stop(x0: int, x1: int, y: int) -> list[str]:
    """The enable line: the stop button's contacts in series, the pull-down on the drivers' side of them."""
    x = x0 + 36
    return [
        _line(x0, y, x, y, STOP),
        *_switch(x, y, STOP),
        _line(x + 34, y, x1, y, STOP),
        _text(x + 17, y - 20, "stop button", "middle", f'font-size="12" fill="{STOP}"'),
        *_resistor_down(x1 - 60, y, "10 kΩ"),
    ]


def _divider(x0: int, x1: int, y: int) -> list[str]:
    """The pin, the node with the lower resistor to ground, the upper resistor, the battery."""
    x = x1 - 80
    return [
        _line(x0, y, x, y),
        f'<rect x="{x}" y="{y - 6}" width="40" height="12" fill="white" stroke="{WIRE}" stroke-width="2"/>',
        _text(x + 20, y - 11, "upper", "middle", 'font-size="11"'),
        _line(x + 40, y, x1, y),
        *_resistor_down(x0 + 70, y, "lower"),
    ]


_SYMBOLS: MappingProxyType[str, Callable[[int, int, int], list[str]]] = MappingProxyType(
    {"": _plain, "contact": _contact, "pull-down": _pull_down, "stop": _stop, "divider": _divider}
)


def _switch(x: int, y: int, ink: str = WIRE) -> list[str]:
    """A closed contact, 34 px wide."""
    return [
        f'<circle cx="{x + 3}" cy="{y}" r="3" fill="white" stroke="{ink}" stroke-width="2"/>',
        f'<circle cx="{x + 31}" cy="{y}" r="3" fill="white" stroke="{ink}" stroke-width="2"/>',
        _line(x + 31, y - 3, x + 31, y - 8, ink),
        _line(x + 5, y - 2, x + 36, y - 7, ink),
        _line(x + 17, y - 4, x + 17, y - 13, ink),
    ]


def _resistor_down(x: int, y: int, value: str) -> list[str]:
    return [
        f'<circle cx="{x}" cy="{y}" r="3" fill="{WIRE}"/>',
        _line(x, y, x, y + 6),
        f'<rect x="{x - 5}" y="{y + 6}" width="10" height="14" fill="white" stroke="{WIRE}" stroke-width="2"/>',
        _line(x, y + 20, x, y + 24),
        *_ground(x, y + 24, drop=0),
        _text(x + 10, y + 18, value, "start", 'font-size="11"'),
    ]


def _ground(x: int, y: int, drop: int = 8) -> list[str]:
    """Three shrinking bars below a wire."""
    foot = y + drop
    stem = [_line(x, y, x, foot)] if drop else []
    return [*stem, *(_line(x - 8 + 3 * i, foot + 3 * i, x + 8 - 3 * i, foot + 3 * i) for i in range(3))]


def _legend(y: int) -> list[str]:
    words = (
        "10 kΩ to ground at the driver's end hold every output down while the board resets, loads or is unplugged.",
        "Contacts are normally closed to ground, against the board's pull-up: pressed and a cut wire read the same.",
    )
    return [_text(EDGE, y + 20 * i, text, "start", 'fill="#52606d"') for i, text in enumerate(words)]


def _line(x0: float, y0: float, x1: float, y1: float, ink: str = WIRE) -> str:
    return f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{ink}" stroke-width="2"/>'


def _text(x: int, y: int, text: str, anchor: str, more: str = "") -> str:
    fill = "" if "fill=" in more else f' fill="{INK}"'
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{fill}{" " + more if more else ""}>{escape(text)}</text>'
