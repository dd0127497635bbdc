"""Two seconds of sound with a stop word or without, and what the network shall say after every other column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from robotos.peripherals.sound import RATE, Pcm, to_float
from robotos.peripherals.stop.features import BANDS, HOP, WINDOW, columns
from robotos.peripherals.stop.network import FIELD, STRIDE
from robotos.peripherals.stop.words import WORDS
from robotos.training.stop.rooms import Sound, active, active_power, coloured, faster, reverberant, to_pcm, with_noise

LENGTH: Final = 2 * RATE  # samples of a clip
COLUMNS: Final = 1 + (LENGTH - WINDOW) // HOP
OUTPUTS: Final = 1 + (COLUMNS - FIELD) // STRIDE
# Seconds from the word's end to the end of the last column an output has seen: it shall say yes between the first and
# the last of these, anything between the outer two, and no otherwise.
_MAYBE_FROM, _YES_FROM, _YES_TO, _MAYBE_TO = -0.15, 0.03, 0.2, 0.6
_EARLIEST_END, _LATEST_END = 15_200, LENGTH - int(0.24 * RATE)  # samples at which a stop word ends in a clip
_SPEEDS: Final = (0.78, 1.28)
_WARPS: Final = np.arange(0.80, 1.23, 0.02)


@dataclass(frozen=True, slots=True, eq=False)
class Banks:
    """What clips are made from. `human` and `spoken` have one list of sounds for each stop word, ending with it."""

    human: Sequence[Sequence[Sound]]
    spoken: Sequence[Sequence[Sound]]
    others: Sequence[Sound]  # single words by people
    near: Sequence[Sound]
    talk: Sequence[Sound]
    robot: Sequence[Sound]
    noises: Sequence[Sound]  # each longer than a clip


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """`columns` (n, `COLUMNS`, `BANDS`) float16; `targets` (n, `OUTPUTS`, words) int8: 1 yes, 0 no, -1 anything."""

    columns: NDArray[np.float16]
    targets: NDArray[np.int8]


def floats(sounds: Sequence[Pcm]) -> list[Sound]:
    """As the banks want them."""
    return [to_float(one) for one in sounds]


def make_clips(banks: Banks, stops: int, others: int, seed: int) -> Clips:
    """`stops` clips with a stop word and `others` without, in an order of their own."""
    rng = np.random.default_rng(seed)
    wanted = rng.permutation(np.arange(stops + others) < stops)
    found = np.zeros((len(wanted), COLUMNS, BANDS), np.float16)
    targets = np.zeros((len(wanted), OUTPUTS, len(WORDS)), np.int8)
    for index, stop in enumerate(wanted):
        sound = np.zeros(LENGTH, np.float32)
        end = LENGTH // 3
        if stop:
            word, end, power = _stop(sound, banks, rng)
            targets[index] = targets_for(word, end)
        else:
            power = _other(sound, banks, rng)
        found[index] = columns(to_pcm(_room(sound, power, end, banks, rng)), float(rng.choice(_WARPS)))
    return Clips(found, targets)


def targets_for(word: int, end: int) -> NDArray[np.int8]:
    """(`OUTPUTS`, words) for a stop word that ends at sample `end`."""
    ends = (np.arange(OUTPUTS) * STRIDE + FIELD - 1) * HOP + WINDOW
    after = (ends - end) / RATE
    targets = np.zeros((OUTPUTS, len(WORDS)), np.int8)
    targets[(after > _MAYBE_FROM) & (after < _MAYBE_TO)] = -1
    targets[(after >= _YES_FROM) & (after <= _YES_TO), word] = 1
    return targets


# ---------------------------------------------------------------- what is said


def _stop(sound: Sound, banks: Banks, rng: np.random.Generator) -> tuple[int, int, float]:
    """Put a stop word into `sound`; which one, the sample at which it ends, and how loud it is."""
    word = 0 if rng.random() < 0.7 else int(rng.integers(1, len(WORDS)))
    human = bool(banks.human[word]) and rng.random() < 0.75
    said = faster(_pick(banks.human[word] if human else banks.spoken[word], rng), rng.uniform(*_SPEEDS))
    first, last = active(said) if human else (0, len(said))
    power = active_power(said)
    end = int(rng.integers(_EARLIEST_END, _LATEST_END))
    whole = human and rng.random() < 0.7  # with the silence around it, or the word alone
    begin, stop = (0, len(said)) if whole else (first, last)
    start = _lay(sound, said[begin:stop], end - (last - begin))
    if rng.random() < 0.35:
        _before(sound, max(0, min(start, end - (last - first))), power, banks, rng)
    if rng.random() < 0.3:
        _lay(sound, _levelled(_faded(_voice(banks, rng)), power, rng), end + int(rng.uniform(0.3, 0.5) * RATE))
    return word, end, power


def _before(sound: Sound, start: int, power: float, banks: Banks, rng: np.random.Generator) -> None:
    """Something else that is said just before sample `start`."""
    other = _levelled(_faded(_voice(banks, rng)), power, rng)
    _lay(sound, other, start - len(other) - int(rng.uniform(0.03, 0.4) * RATE))


def _other(sound: Sound, banks: Banks, rng: np.random.Generator) -> float:
    """Fill `sound` with what is no stop word; how loud that is."""
    kind = rng.random()
    if kind < 0.06:
        return 1e-4  # nobody speaks
    if kind < 0.12:  # a stop word backwards: the same sounds in another order
        stops = [*banks.human[0], *banks.spoken[int(rng.integers(len(WORDS)))]]
        first = faster(_pick(stops, rng)[::-1], rng.uniform(*_SPEEDS))
    elif kind < 0.5:
        first = faster(_pick(banks.others, rng), rng.uniform(*_SPEEDS))
    elif kind < 0.72:
        first = faster(_pick(banks.near, rng), rng.uniform(*_SPEEDS))
    else:
        first = _pick(banks.robot if kind > 0.93 else banks.talk, rng)
    power = active_power(first)
    if len(first) > LENGTH:
        begin = int(rng.integers(len(first) - LENGTH))
        _lay(sound, first[begin : begin + LENGTH], 0)
        return power
    at = int(rng.integers(-len(first) // 3, LENGTH - len(first) // 2))
    _lay(sound, first, at)
    if at + len(first) < LENGTH:
        _lay(sound, _levelled(_voice(banks, rng), power, rng), at + len(first) + int(rng.uniform(0, 0.3) * RATE))
    if at > 0:
        _before(sound, at, power, banks, rng)
    return power


def _voice(banks: Banks, rng: np.random.Generator) -> Sound:
    kind = rng.random()
    return _pick(banks.others if kind < 0.5 else banks.near if kind < 0.75 else banks.talk, rng)


# ---------------------------------------------------------------- where it is said


def _room(sound: Sound, power: float, end: int, banks: Banks, rng: np.random.Generator) -> Sound:
    """`end` is the first sample from which digital silence may follow."""
    if rng.random() < 0.4:
        sound = reverberant(sound, rng)
    scale = np.float32(np.sqrt(10.0 ** (rng.uniform(-42.0, -12.0) / 10.0) / max(power, 1e-9)))
    sound = sound * scale
    power = power * float(scale) ** 2
    if rng.random() < 0.75:
        sound = with_noise(sound, _noise(banks, rng), rng.uniform(0.0, 30.0), power)
    sound = sound + rng.standard_normal(LENGTH).astype(np.float32) * np.float32(10 ** rng.uniform(-5.5, -3.3))
    # Digital silence before or after: a file, or a device that opens late.
    if rng.random() < 0.25:
        sound[: int(rng.integers(LENGTH // 3))] = 0.0
    if rng.random() < 0.25:
        sound[int(rng.integers(end, LENGTH)) :] = 0.0
    return sound


def _noise(banks: Banks, rng: np.random.Generator) -> Sound:
    if rng.random() < 0.35:
        return coloured(LENGTH, rng)
    noise = _pick(banks.noises, rng)
    at = int(rng.integers(len(noise) - LENGTH))
    return noise[at : at + LENGTH]


def _pick(sounds: Sequence[Sound], rng: np.random.Generator) -> Sound:
    return sounds[int(rng.integers(len(sounds)))]


def _levelled(sound: Sound, power: float, rng: np.random.Generator) -> Sound:
    """About as loud as what stands beside it."""
    own = max(active_power(sound), 1e-9)
    return sound * np.float32(np.sqrt(power / own) * 10.0 ** (rng.uniform(-8.0, 3.0) / 20.0))


def _faded(sound: Sound) -> Sound:
    ramp = np.minimum(1.0, np.arange(len(sound)) / 80.0).astype(np.float32)
    return sound * ramp * ramp[::-1]


def _lay(sound: Sound, piece: Sound, start: int) -> int:
    """Add `piece` at `start`, as much of it as fits; `start`."""
    first, last = max(0, start), min(len(sound), start + len(piece))
    if last > first:
        sound[first:last] += piece[first - start : last - start]
    return start
