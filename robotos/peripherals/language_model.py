"""A trigram language model and a pronunciation dictionary made from sentences, kept for the next start."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotos.peripherals.ngram import estimate
from robotos.peripherals.sound import SoundError

VERSION: Final = 2  # raise it when the same sentences shall give another model
_SHORTEST_PART: Final = 3  # letters of a part of a compound
_VOICELESS: Final = frozenset({"P", "T", "K", "F", "TH"})
_HISSING: Final = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_ENDINGS: Final = (("ing", "IH NG"), ("er", "ER"), ("ers", "ER Z"), ("ed", "D"))


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Files for the decoder; `skipped` are words without a pronunciation, whose sentences were left out."""

    arpa: Path
    dictionary: Path
    skipped: tuple[str, ...]

    @property
    def warning(self) -> str:
        """One sentence about the skipped words, or ""."""
        if not self.skipped:
            return ""
        shown = ", ".join(self.skipped[:8]) + (", ..." if len(self.skipped) > 8 else "")
        return f"{len(self.skipped)} words cannot be heard, for want of a pronunciation: {shown}"


def build(sentences: Iterable[str], cache: Path, dictionary: Path, key: str = "") -> LanguageModel:
    """The model of `sentences` (lower case, no punctuation), taken from `cache` when it was made before.

    Sentences that take long to make may have a `key` that stands for them: with a model at hand they are not made.
    `dictionary` is a pronunciation dictionary in the CMU format. Raises `SoundError` when there is nothing to model
    or nowhere to keep it.
    """
    text = [] if key else _sentences(sentences)
    seed = f"{VERSION}\n{dictionary.stat().st_size}\n" + (key or "\n".join(text))
    name = hashlib.sha256(seed.encode()).hexdigest()[:16]
    model = (cache / f"{name}.arpa", cache / f"{name}.dict", cache / f"{name}.skipped")
    if not all(path.is_file() for path in model):
        try:
            cache.mkdir(parents=True, exist_ok=True)
            _make(text or _sentences(sentences), dictionary, *model)
        except OSError as error:
            raise SoundError(f"{cache} cannot hold the language model ({error.strerror}); free or change it") from error
    return LanguageModel(model[0], model[1], tuple(model[2].read_text("utf-8").split()))


def _sentences(sentences: Iterable[str]) -> list[str]:
    text = [line for line in sentences if line]
    if not text:
        raise SoundError("the recogniser was given no sentences; the home's layout or the phrases are missing")
    return text


def pronounce(word: str, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Pronunciations of `word`: the dictionary's, or put together from parts it knows; empty when there is no way."""
    if word in known:
        return known[word]
    for apostrophe in ("'s", "s"):
        stem = word.removesuffix(apostrophe)
        if stem != word and stem in known:
            return [f"{said} {_sibilant(said)}" for said in known[stem]]
    for ending, sound in _ENDINGS:
        stem = word.removesuffix(ending)
        for base in (stem, stem + "e", stem + "y" if stem.endswith("i") else stem):
            if stem != word and base in known and len(stem) >= _SHORTEST_PART:
                return [f"{said} {sound}" for said in known[base]]
    return _compound(word, known)


def _compound(word: str, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The longest first part that leaves a known second one: wash-room, shoe-rack."""
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        first, second = word[:cut], word[cut:]
        if first in known and second in known:
            return [f"{known[first][0]} {known[second][0]}"]
    return []


def _sibilant(said: str) -> str:
    last = said.rsplit(" ", 1)[-1]
    if last in _HISSING:
        return "IH Z"
    return "S" if last in _VOICELESS else "Z"


def _make(text: Sequence[str], dictionary: Path, arpa: Path, own: Path, skipped: Path) -> None:
    known = _read_dictionary(dictionary)
    words = {word for line in text for word in line.split()}
    said = {word: pronounce(word, known) for word in sorted(words)}
    missing = {word for word, ways in said.items() if not ways}
    usable = [line for line in text if missing.isdisjoint(line.split())]
    if not usable:
        raise SoundError("no sentence has only words that can be pronounced; is the home's layout in English?")
    kept = {word for line in usable for word in line.split()}
    model = estimate(usable)
    _replace(own, "".join(_entries(word, said[word]) for word in sorted(kept)))
    _replace(skipped, "\n".join(sorted(words - kept)))
    with tempfile.NamedTemporaryFile("w", dir=arpa.parent, delete=False, encoding="utf-8") as file:
        model.write(file)
    Path(file.name).replace(arpa)


def _replace(path: Path, text: str) -> None:
    """Write beside and rename: a second process never reads half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def _entries(word: str, ways: Sequence[str]) -> str:
    return "".join(f"{word}{f'({n})' if n > 1 else ''} {way}\n" for n, way in enumerate(ways, start=1))


def _read_dictionary(path: Path) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        word, _, said = line.partition(" ")
        known.setdefault(re.sub(r"\(\d+\)$", "", word), []).append(said.strip())
    return known
