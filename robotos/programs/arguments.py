"""Reading the resolved operands of a call."""

from __future__ import annotations

from typing import cast

from robotos.kernel.process import Args
from robotos.kernel.resolve import Argument, Named


def many(args: Args, name: str) -> tuple[Argument, ...]:
    """All values of an operand; empty when it was left out."""
    return cast("tuple[Argument, ...]", args.get(name, ()))


def one(args: Args, name: str) -> Argument | None:
    """The value of an operand, None when it was left out."""
    values = many(args, name)
    return values[0] if values else None


def number(args: Args, name: str, default: float) -> float:
    """The number an operand stands for."""
    value = one(args, name)
    return float(cast(float, value.value)) if isinstance(value, Named) else default


def flag(args: Args, name: str) -> bool:
    """Whether a flag was given."""
    return name in args
