"""Training examples: whole conversations in tokens, composed of linked utterances by the recipe's random numbers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from robotos.cpu.grammar import parse_symbols
from robotos.cpu.isa import Compact
from robotos.errno import Errno
from robotos.kernel.calls import Call, Exemplar, Kind
from robotos.kernel.memory import state_page, user_page
from robotos.kernel.ports import Page, PageKind
from robotos.kernel.syscalls import BY_NAME, TABLE
from robotos.training.conversation import Conversation, LinkerMissError, Scope
from robotos.training.corpus import SLOT, Earlier, Entry, Pattern, Slot
from robotos.training.corpus import pattern as parse_pattern
from robotos.training.hints import Hints
from robotos.training.mistakes import Mistakes
from robotos.training.noise import Noise, Words
from robotos.training.pool import Pool
from robotos.training.utterances import Utterance

__all__ = ["Composer", "Example", "LinkerMissError", "Recipe", "stream"]

_ENDS_TURN = frozenset({Errno.ECANCELED, Errno.EAGAIN})  # after these the assistant asks for no further call
_TASKS = (
    "clean {room}",
    "goto {room}",
    "goto {place}",
    "fetch {thing} to {me}",
    "find {thing}",
    "dock",
    "follow {me}",
)
_EXCHANGES = 2  # that the assistant keeps


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation in tokens; `targets` are the positions of call tokens and what each counts in the loss.

    `final` are the calls expected after the last utterance. Plain examples also hold the pages before those.
    """

    intent: str
    tokens: tuple[int, ...]
    targets: tuple[tuple[int, float], ...]
    final: tuple[str, ...]
    text: str = ""
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How often what happens in a composed conversation; all shares between 0 and 1."""

    fills: int = 6  # linked variants of each line
    unrelated: tuple[float, ...] = (0.5, 0.3, 0.2)  # 0, 1, 2 earlier exchanges that have nothing to do with the line
    prebound: float = 0.5  # handles used up by conversation that is no longer in the window
    busy: float = 0.22  # a task running though the entry does not ask for one
    holding: float = 0.12
    paused: float = 0.15
    there_already: float = 0.12  # the robot is in the room that is spoken of
    held_is_meant: float = 0.7  # what the gripper holds is the thing that is spoken of
    refused: float = 0.15  # a call answered with an errno
    owner: float = 0.85
    reworded: float = 0.6  # an exchange before the line said in other words of the same meaning
    earlier_weight: float = 0.5  # loss weight of calls in earlier exchanges
    spoken_of: float = 0.7  # an earlier answer left handles for what it spoke of
    hinted: float = 0.6  # what the nearest other lines mean stands beside the last utterance


class Composer:
    """Makes examples of entries; the same random numbers make the same examples."""

    def __init__(
        self,
        isa: Compact,
        pool: Pool,
        recipe: Recipe,
        rng: random.Random,
        noise: Noise | None,
        hints: Hints | None = None,
        mistakes: Mistakes | None = None,
    ) -> None:
        self._isa = isa
        self._pool = pool
        self._recipe = recipe
        self._rng = rng
        self._noise = noise
        self._hints = hints
        self._mistakes = mistakes
        self._tasks = [parse_pattern(text) for text in _TASKS]

    def example(self, entry: Entry, line: str, *, plain: bool = False, utterance: Utterance | None = None) -> Example:
        """One conversation that ends in this line; `plain` adds nothing that the entry does not ask for.

        Raises `LinkerMissError` when the linker left out what a call needs.
        """
        talk = Conversation(self._isa, self._recipe.earlier_weight, keep_pages=plain)
        speaker = "owner"
        if not plain:
            self._prebind(talk)
            speaker = "owner" if self._chance(self._recipe.owner) else "guest"
            for _ in range(self._unrelated(entry, line)):
                self._add_unrelated(talk, speaker)
        scope = Scope(speaker)
        for earlier in entry.context:
            self._add_earlier(talk, earlier, scope, plain)
        said = utterance or self._rng.choice(self._pool.lines[line])
        heard = said.words if plain else self._heard(said.words, entry)
        scope.give_words(said.words, self._rng)
        words = talk.words(heard, scope)  # words are bound before the state, as the assistant does it
        talk.page(self._state(talk, entry, line, scope, plain))
        talk.page(user_page(words))
        for exemplar in self._hints_for(line, plain):
            talk.page(Page(PageKind.EXEMPLAR, exemplar))
        pages = tuple(talk.pages) if plain else ()
        final = self._add_calls(talk, entry, scope, plain)
        return Example(entry.intent, tuple(talk.tokens), tuple(talk.targets), final, said.text, pages)

    def _add_calls(self, talk: Conversation, entry: Entry, scope: Scope, plain: bool) -> tuple[str, ...]:
        """The calls that the line means, each with an answer, and the `exit` after the last."""
        final: list[str] = []
        result = Errno.OK
        for call in entry.calls:
            symbols = talk.symbols(call, scope)
            result = Errno.OK if plain else self._result(call)
            final.append(" ".join(map(str, symbols)))
            talk.call(symbols)
            talk.result(result)
            if result is not Errno.OK:
                break
        if result not in _ENDS_TURN:
            talk.call(["exit"])
            final.append("exit")
        return tuple(final)

    def _heard(self, words: Words, entry: Entry) -> Words:
        return words if self._noise is None else self._noise.apply(words, entry, self._rng, self._mistakes)

    def _hints_for(self, line: str, plain: bool) -> tuple[Exemplar, ...]:
        if self._hints is None or (not plain and not self._chance(self._recipe.hinted)):
            return ()
        return self._hints.of(line, None if plain else self._rng)

    # ------------------------------------------------------------ what came before

    def _prebind(self, talk: Conversation) -> None:
        if not self._chance(self._recipe.prebound):
            return
        for kind in Kind:
            for i in range(self._rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 5, 6))):
                talk.bind(kind, ("before", i))

    def _unrelated(self, entry: Entry, line: str) -> int:
        """How many exchanges to put in front: none where the words would mean something else after them."""
        count = self._rng.choices((0, 1, 2), self._recipe.unrelated)[0]
        if entry.context:
            return min(count, _EXCHANGES - len(entry.context))
        return 0 if line in self._pool.with_context else count

    def _add_unrelated(self, talk: Conversation, speaker: str) -> None:
        entry, line = self._rng.choice(self._pool.simple)
        said = self._rng.choice(self._pool.lines[line])
        scope = Scope(speaker)
        scope.give_words(said.words, self._rng)
        words = talk.words(said.words, scope)
        talk.bind(Kind.PERSON, speaker)
        talk.page(user_page(words))
        for call in entry.calls:
            try:
                symbols = talk.symbols(call, scope)
            except LinkerMissError:
                return
            result = self._result(call)
            talk.call(symbols, earlier=True)
            self._answer(talk, call, result)
            if result is not Errno.OK:
                return

    def _add_earlier(self, talk: Conversation, earlier: Earlier, scope: Scope, plain: bool) -> None:
        """An exchange that the entry asks for, in its own words or in others that mean the same call."""
        line = earlier.user
        alike = self._pool.by_call.get(earlier.call, [])
        if alike and (not line or (not plain and not _says_more(earlier) and self._chance(self._recipe.reworded))):
            line = self._rng.choice(alike)
        if line:
            said = self._rng.choice(self._pool.lines[line])
            scope.give_words(said.words, self._rng)
            talk.page(user_page(talk.words(said.words, scope)))
        talk.bind(Kind.PERSON, scope.speaker)
        scope.give_call(earlier.call, self._rng)
        talk.call(talk.symbols(earlier.call, scope, bind=True), learn=False)
        if plain or earlier.mentions:
            for slot in earlier.mentions:
                scope.give(slot.name, slot.kind, self._rng)
            talk.result(earlier.result, earlier.mentions, scope)
        else:
            self._answer(talk, earlier.call, earlier.result)

    def _answer(self, talk: Conversation, call: Pattern, result: Errno) -> None:
        """The answer to a call of an earlier exchange, with handles for what it may have spoken of."""
        kinds = _spoken_of(call) if result is Errno.OK and self._chance(self._recipe.spoken_of) else ()
        scope = Scope("")
        slots = [Slot(f"{kind.name.lower()}{'' if i == 0 else i + 1}") for i, kind in enumerate(kinds)]
        for slot in slots:
            scope.give(slot.name, slot.kind, self._rng)
        talk.result(result, slots[: self._rng.randint(1, len(slots))] if slots else (), scope)

    # ------------------------------------------------------------ what goes on

    def _state(self, talk: Conversation, entry: Entry, line: str, scope: Scope, plain: bool) -> Page:
        given = entry.state
        free = not plain and not given.given and line not in self._pool.with_state
        speaker = talk.bind(Kind.PERSON, scope.speaker)
        if not plain and self._chance(self._recipe.there_already):
            scope.same("here", "room")
        scope.give("here", Kind.ROOM, self._rng)
        here = talk.bind(Kind.ROOM, scope.values["here"])
        held = None
        if given.holding or (free and self._chance(self._recipe.holding)):
            if given.holding and self._chance(self._recipe.held_is_meant):
                scope.same("held", "thing")
            scope.give("held", Kind.THING, self._rng)
            held = talk.bind(Kind.THING, scope.values["held"])
        doing, paused, about = given.doing, given.paused, scope
        if free and not entry.context and self._chance(self._recipe.busy):
            doing, paused = self._rng.choice(self._tasks), self._chance(self._recipe.paused)
            about = Scope(scope.speaker)
        task: Call | None = None
        if doing:
            about.give_call(doing, self._rng)
            task = parse_symbols(talk.symbols(doing, about, bind=True), TABLE)
        return state_page(speaker, here, task, paused, held)

    def _result(self, call: Pattern) -> Errno:
        possible = [errno for errno in BY_NAME[str(call[0])].errnos if errno is not Errno.EINTR]
        if possible and self._chance(self._recipe.refused):
            return self._rng.choice(possible)
        return Errno.OK

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share


def _spoken_of(call: Pattern) -> Sequence[Kind]:
    """Kinds of what the answer to a call may speak of, as `robotos.programs.mentions` has them; at most three."""
    about = call[1].kind if len(call) > 1 and isinstance(call[1], Slot) else None
    match call[0], about:
        case "recall" | "find", Kind.THING | Kind.CATEGORY | Kind.UNKNOWN:
            return (Kind.PLACE,)
        case "recall" | "find", Kind.PERSON:
            return (Kind.ROOM,)
        case ("recall" | "look" | "count", Kind.PLACE | Kind.ROOM) | ("count", Kind.CATEGORY):
            return (Kind.THING,) * 3
        case "history", _:
            return (Kind.ROOM,) * 3
        case "fetch", Kind.CATEGORY:
            return (Kind.THING,)
        case _:
            return ()


def _says_more(earlier: Earlier) -> bool:
    """Whether the words say something that the call does not ("go to x" for `ask x`), so that no others will do."""
    if earlier.call[0] == "ask":
        return True
    used = {part.name for part in earlier.call if isinstance(part, Slot)}
    mentioned = set(SLOT.findall(earlier.user))
    return bool(mentioned - used - {"me"})


def stream(
    composer: Composer, entries: Sequence[Entry], keep: Mapping[str, bool], rng: random.Random
) -> Iterator[Example]:
    """Examples without end: an entry and line at a time; a line that many entries share counts less in each."""
    pairs = [(entry, line) for entry in entries for line in entry.lines if keep[line]]
    shared: dict[str, int] = defaultdict(int)
    for _, line in pairs:
        shared[line] += 1
    weights = [shared[line] ** -0.5 for _, line in pairs]
    while True:
        for entry, line in rng.choices(pairs, weights, k=4096):
            try:
                yield composer.example(entry, line)
            except LinkerMissError:
                continue
