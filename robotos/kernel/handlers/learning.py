"""What the owner teaches: names of their own, and phrases that stand for a call; and what is like what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from robotos.errno import Errno
from robotos.kernel import agenda
from robotos.kernel.calls import Bindings, Call, Handle, Kind, Result, Word
from robotos.kernel.handler import Handler
from robotos.kernel.handlers.call import permitted
from robotos.kernel.kernel import Kernel
from robotos.kernel.process import Process
from robotos.kernel.resolve import Invalid, Named
from robotos.kernel.spoken import LONGEST_NAME, LONGEST_PHRASE, core, plain, plain_name, says
from robotos.kernel.syscalls import BY_NAME
from robotos.kernel.trap import PENDING, Blocked

LOOK_UP = 2.0  # s for finding exemplars, after which the processor reads without
# Words that mean what they mean: as names or orders they would turn every other saying into something else.
RESERVED = frozenset(
    {
        *("me", "you", "it", "that", "this", "here", "there", "them", "everything", "all", "nothing"),
        *("yes", "no", "ok", "okay", "sure", "right", "please", "robot", "now", "again"),
        *("go", "come", "bring", "clean", "stop", "wait", "home"),
    }
)


def alias(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Learn a name of the owner's own. What has a name already keeps it: no order is to change its meaning."""
    called, target = _first(args, "name"), _first(args, "target")
    if not isinstance(called, Named) or not isinstance(target, Named):
        return Result(Errno.EINVAL, reason="I did not get what is called how.")
    meant = str(target.value)
    if meant not in _known(kernel)[target.kind]:
        return Result(Errno.EINVAL, {"target": meant}, reason=f"I don't know {meant} myself.")
    name = _name_of(kernel, process, called)
    if name is None or name in _taken(kernel):
        known = str(called.value) if name is None else name
        return Result(Errno.EALREADY, {"name": known}, reason=f"I know something else as {known} already.")
    if not _fit(kernel, name, LONGEST_NAME):
        return Result(Errno.EINVAL, {"name": name}, reason="I can't use that as a name.")
    kernel.journal("alias", {"name": name, "kind": target.kind.value, "target": meant})
    kernel.ports.disk.alias(name, target.kind, meant, kernel.ports.clock.wall())
    kernel.conversation.remembered = name
    return Result(data={"name": name, "target": meant})


def _name_of(kernel: Kernel, process: Process, called: Named) -> str | None:
    """The new name; for a handle of something known, the owner's own name that was said for it, None for no such."""
    if called.kind in {Kind.UNKNOWN, Kind.TEXT}:
        return plain_name(str(called.value))
    said = str(process.args.get("text", ""))
    own = kernel.ports.disk.aliases().items()
    return next((name for name, known in own if known == (called.kind, called.value) and says(said, name)), None)


def _known(kernel: Kernel) -> Mapping[Kind, Mapping[str, tuple[str, ...]]]:
    """Names of the home with their aliases."""
    home = kernel.ports.home
    return {
        Kind.ROOM: {one.name: one.aliases for one in home.rooms.values()},
        Kind.PLACE: {one.name: one.aliases for one in home.places.values()},
        Kind.THING: {one.name: one.aliases for one in home.things.values()},
        Kind.PERSON: {one.name: one.aliases for one in home.people.values()},
    }


def _taken(kernel: Kernel) -> set[str]:
    """Every spelling that the home gives to something."""
    every = ((name, *aliases) for names in _known(kernel).values() for name, aliases in names.items())
    return {plain_name(spelling) for spellings in every for spelling in spellings}


def _fit(kernel: Kernel, words: str, longest: int) -> bool:
    """Whether words may be given a meaning: some, not too many, and none that means something else at once."""
    split = words.split()
    if not 0 < len(split) <= longest or all(word.isdigit() for word in split):
        return False
    return words not in RESERVED and words not in BY_NAME and not kernel.ports.reflex(words)


def teach(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Learn what a phrase means. The call is checked now, and again each time it is made, for whoever says it then."""
    said, wanted = _first(args, "phrase"), cast("tuple[Call, ...]", args["call"])[0]
    bindings = cast(Bindings, args[""])
    checked = permitted(process, wanted, bindings)
    if isinstance(checked, Invalid):
        return Result(checked.errno, reason=checked.reason)
    if not checked[0].model or any(operand.call for operand in checked[0].operands):
        return Result(Errno.EINVAL, reason=f"{wanted.name} cannot be taught")
    phrase = plain(str(said.value)) if isinstance(said, Named) else ""
    if not _fit(kernel, phrase, LONGEST_PHRASE) or plain_name(phrase) in _taken(kernel):
        return Result(Errno.EINVAL, {"phrase": phrase}, reason="I can't give those words another meaning.")
    kept = agenda.dump(wanted, bindings, process.taint)
    kernel.journal("teach", {"phrase": phrase, "call": kept})
    kernel.ports.disk.teach(phrase, kept, kernel.ports.clock.wall())
    if kernel.ports.exemplars is not None:
        kernel.ports.exemplars.learn(phrase, (_outline(wanted),))
    kernel.conversation.remembered = phrase
    return Result(data={"phrase": phrase, "call": wanted})


def _outline(call: Call) -> str:
    """The call with slots in place of handles, in linear form: `clean all but {room}`."""
    parts = [call.name]
    for operand in BY_NAME[call.name].operands:
        if operand.name not in call.operands:
            continue
        parts += [operand.keyword] if operand.keyword else []
        for value in call.operands[operand.name]:
            parts.append(f"{{{value.kind.name.lower()}}}" if isinstance(value, Handle) else str(value))
    return " ".join(parts)


def is_taught(kernel: Kernel, words: str) -> bool:
    """Whether words are one of the owner's names or phrases."""
    return words in kernel.ports.disk.aliases() or any(one.phrase == words for one in kernel.ports.disk.taught())


def forget_taught(kernel: Kernel, said: str) -> int:
    """Forget the owner's names and phrases that occur in what was said; how many."""
    disk, count = kernel.ports.disk, 0
    for name in disk.aliases():
        if says(said, name):
            kernel.journal("unalias", {"name": name})
            count += disk.unalias(name)
    for one in disk.taught():
        if says(said, one.phrase):
            kernel.journal("unteach", {"phrase": one.phrase})
            count += disk.unteach(one.phrase)
            if kernel.ports.exemplars is not None:
                kernel.ports.exemplars.unlearn(one.phrase)
    return count


def taught(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The call that these words stand for, give or take a "please"; None for no such."""
    said, known = plain(str(args["text"])), {one.phrase: one for one in kernel.ports.disk.taught()}
    found = known.get(said) or {core(phrase): one for phrase, one in known.items()}.get(core(said))
    if found is None:
        return None
    try:
        return agenda.load(found.call)
    except ValueError:  # written by another version
        kernel.note(process.pid, process.program.name, "event", f"cannot read what {said!r} means", Errno.EIO)
        return None


def aliases(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """The owner's own names that mean something in this home now."""
    known = _known(kernel)
    return {name: meant for name, meant in kernel.ports.disk.aliases().items() if meant[1] in known.get(meant[0], {})}


def nearest(kernel: Kernel, process: Process, args: Mapping[str, object]) -> object:
    """Phrases like what was said; none without a store of them, or when it takes too long."""
    store, words, k = kernel.ports.exemplars, cast("tuple[Word, ...]", args["words"]), cast(int, args["k"])
    if store is None:
        return ()
    future = kernel.ports.compute(lambda: tuple(store.nearest(words, k)))
    if future.done():
        return future.result()

    def late() -> object:
        future.cancel()
        kernel.note(process.pid, process.program.name, "event", "no exemplars in time", Errno.ETIMEDOUT)
        return ()

    def abandon() -> None:
        future.cancel()

    poll = lambda: future.result() if future.done() else PENDING  # noqa: E731
    return Blocked(poll, kernel.now() + LOOK_UP, late, "exemplars", abandon)


def _first(args: Mapping[str, object], name: str) -> Named | Handle | str | None:
    values = args.get(name, ())
    return values[0] if isinstance(values, tuple) and values else None


HANDLERS = {
    "sys.alias": Handler(alias, "disk"),
    "sys.teach": Handler(teach, "disk"),
    "taught": Handler(taught),
    "aliases": Handler(aliases),
    "nearest": Handler(nearest, dying=False),
}
