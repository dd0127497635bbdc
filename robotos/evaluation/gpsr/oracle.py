"""The right calls for a command: what it fails at with them, no model could do."""

from __future__ import annotations

from collections import Counter

from robotos.evaluation.gpsr.census import Census
from robotos.evaluation.gpsr.goals import ME, Carry, Command, Count, Meet, NameOf, Spot, Then


def calls_for(command: Command, census: Census) -> tuple[str, ...]:
    """The right calls, in linear form; `$p2` is the second place that the command mentions, `$me` who gave it."""
    assert command.errand is not None  # only supported commands are staged
    slots = _Slots(census)
    errand = command.errand
    if isinstance(errand, Carry):
        return slots.carry(errand)
    if isinstance(errand, Count):
        return (f"count $c1 at {slots.spot(errand.place)}",)
    if isinstance(errand, NameOf):
        where = slots.spot(errand.where)
        return (f"goto {where}", "count people at here")
    return slots.meet(errand)


class _Slots:
    """Numbers rooms and places in the order in which they are mentioned."""

    def __init__(self, census: Census) -> None:
        self._census = census
        self._seen = Counter[str]()

    def spot(self, spot: Spot) -> str:
        kind = "r" if self._census.is_room(spot) else "p"
        self._seen[kind] += 1
        return f"${kind}{self._seen[kind]}"

    def carry(self, errand: Carry) -> tuple[str, ...]:
        what = "$c1" if errand.what in self._census.kinds else "$o1"
        source = self.spot(errand.source)
        if errand.person:
            return (f"fetch {what} from {source} to {'$me' if errand.person == ME else '$h1'}",)
        self._seen["p"] += 1
        return (f"fetch {what} from {source} to $p{self._seen['p']}",)

    def meet(self, errand: Meet) -> tuple[str, ...]:
        calls = [f"goto $h1 at {self.spot(errand.where)}"]
        if errand.greeting:
            calls.append("say name" if errand.greeting.startswith("introduce") else "say hello")
        if errand.then is Then.TALK:
            calls.append(_telling(errand.topic))
        elif errand.then is Then.FOLLOW:
            calls.append(f"follow $h1 to {self.spot(errand.to)}" if errand.to is not None else "follow $h1")
        else:
            assert errand.to is not None
            verb = ("lead", "to") if errand.then is Then.GUIDE else ("find", "at")
            calls.append(f"{verb[0]} $h1 {verb[1]} {self.spot(errand.to)}")
        return tuple(calls)


def _telling(topic: str) -> str:
    if "team" in topic:
        return "recall words"
    if "yourself" in topic:
        return "say abilities"
    return "status clock" if "time" in topic else "status date"
