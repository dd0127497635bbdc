"""Rates with their uncertainty, percentiles, and the summary over all results."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from robotos.evaluation.confusion import confusion
from robotos.evaluation.result import Result

# Parts of a run that are reported apart, by their names in the summary.
GROUPS: Mapping[str, Callable[[Result], bool]] = MappingProxyType(
    {
        "motion": lambda r: r["needs_motion"],
        "no_motion": lambda r: not r["needs_motion"],
        "held_out": lambda r: r["held_out"],
        "held_out_motion": lambda r: r["held_out"] and r["needs_motion"],
        "held_out_no_motion": lambda r: r["held_out"] and not r["needs_motion"],
        "not_held_out": lambda r: not r["held_out"],
        "not_held_out_motion": lambda r: not r["held_out"] and r["needs_motion"],
        "not_held_out_no_motion": lambda r: not r["held_out"] and not r["needs_motion"],
    }
)
Z = 1.959963985  # standard normal quantile of a two-sided 95 % interval


def wilson(passed: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a rate (Wilson 1927, J. Am. Stat. Assoc. 22:209); (0, 1) for no trial."""
    if total == 0:
        return 0.0, 1.0
    rate, square = passed / total, Z * Z / total
    middle = (rate + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(rate * (1 - rate) / total + square / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Linear between the nearest ranks, as numpy has it; None for no value."""
    if not values:
        return None
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    low, high = math.floor(rank), math.ceil(rank)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def share_of(count: int, total: int) -> dict[str, object]:
    """A count, the total, the rate (None of nothing) and its interval."""
    low, high = wilson(count, total)
    rate = round(count / total, 4) if total else None
    return {"count": count, "of": total, "rate": rate, "interval": [round(low, 4), round(high, 4)]}


def rate_of(results: Sequence[Result]) -> dict[str, object]:
    """How many, how many passed, the rate and its interval; and what became of the others."""
    share = share_of(sum(result["passed"] for result in results), len(results))
    outcomes = Counter(result["outcome"] for result in results)
    return {
        "scenarios": len(results),
        "passed": share["count"],
        "rate": share["rate"],
        "interval": share["interval"],
        **{name: share_of(outcomes[name], len(results)) for name in ("wrong", "asked", "refused")},
        "needless": share_of(sum(result["needless_questions"] > 0 for result in results), len(results)),
    }


def spread(values: Sequence[float | None]) -> dict[str, object]:
    """Percentiles of what is there, seconds."""
    known = [value for value in values if value is not None]
    found = {name: percentile(known, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"count": len(known), **{name: None if v is None else round(v, 3) for name, v in found.items()}}


def summary_of(results: Sequence[Result]) -> dict[str, object]:
    """Everything the table shows."""
    kinds = dict.fromkeys(result["kind"] for result in results)
    prompt = sum(result["tokens"]["prompt"] for result in results)
    cached = sum(result["tokens"]["cached"] for result in results)
    seconds = sum(result["seconds"] for result in results)
    virtual = sum(result["virtual_seconds"] for result in results)
    return {
        **rate_of(results),
        "kinds": {kind: rate_of([r for r in results if r["kind"] == kind]) for kind in kinds},
        **{name: rate_of([r for r in results if belongs(r)]) for name, belongs in GROUPS.items()},
        "confusion": confusion((result["expected_call"], result["first_call"]) for result in results),
        "outcomes": dict(Counter(result["outcome"] for result in results)),
        "needless_questions": sum(result["needless_questions"] for result in results),
        "latency": {
            "first_syscall": spread([at for r in results for at in r["latency"]["first_syscall"]]),
            "first_motion": spread([at for r in results for at in r["latency"]["first_motion"]]),
        },
        "tokens": {
            "prompt": prompt,
            "cached": cached,
            "generated": sum(result["tokens"]["generated"] for result in results),
            "cached_share": round(cached / prompt, 4) if prompt else None,
            "inference_seconds": round(sum(result["tokens"]["seconds"] for result in results), 3),
        },
        "seconds": round(seconds, 2),
        "virtual_seconds": round(virtual, 1),
        "speed": round(virtual / seconds, 1) if seconds else None,
    }
