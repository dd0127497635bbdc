from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from robotos.encoder.exemplars import Senses, Store, opened, store_of
from robotos.encoder.hashed import HashedSentences
from robotos.encoder.index import IndexDamageError, Phrase, PhraseIndex, build, open_index
from robotos.encoder.masking import of_line
from robotos.encoder.model import Encoder
from robotos.kernel.calls import Exemplar, Handle, Kind

CORPUS = {
    "clean the {room}": ("clean {room}",),
    "vacuum the {room}": ("clean {room}",),
    "hoover the {room}": ("clean {room}",),
    "sweep the {room} please": ("clean {room}",),
    "clean the {room} and the {room2}": ("clean {room} {room2}",),
    "bring me the {thing}": ("fetch {thing} to {me}",),
    "where is the {thing}": ("recall {thing}",),
    "go to the {room}": ("goto {room}",),
    "go home": ("dock",),
    "what time is it": ("status clock",),
}
R1 = Handle(Kind.ROOM, 1)
EMBED = HashedSentences().embed


def phrases() -> list[Phrase]:
    return [Phrase(line, of_line(line), calls) for line, calls in CORPUS.items()]


def never() -> Sequence[Phrase]:
    raise AssertionError("it was to be opened, not built")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cache")
    open_index(directory, "key", phrases, EMBED).close()
    return directory


def plain(text: str) -> str:
    return text


def a_store(cache: Path, *taught: tuple[str, Sequence[str]]) -> Store:
    return store_of(opened(Senses(HashedSentences(), open_index(cache, "key", never, EMBED))), plain, taught)


def test_a_phrase_that_is_said_again_comes_with_its_calls(cache: Path) -> None:
    store = a_store(cache)
    found = store.nearest(["where", "is", "the", Handle(Kind.THING, 7)], 3)
    store.close()
    assert Exemplar("where is the {thing}", ("recall {thing}",), pytest.approx(1.0, abs=1e-3)) in found


def test_each_kind_of_order_is_shown_once_and_no_more_than_asked_for(cache: Path) -> None:
    store = a_store(cache)
    for k in (0, 1, 2, 3):
        found = store.nearest(["sweep", "the", R1], k)
        outlines = [tuple(call.split()[0] for call in one.calls) for one in found]
        assert len(found) <= k and len(set(outlines)) == len(outlines)
    store.close()


def test_what_was_taught_comes_first_and_is_forgotten_when_told(cache: Path) -> None:
    store = a_store(cache, ("lights out", ("dock",)))
    assert store.nearest(["lights", "out", "please"], 3)[0].phrase == "lights out"
    assert store.nearest(["clean", "the", R1], 3)[0].phrase != "lights out"
    store.learn("lights out", ("stop",))
    assert store.nearest(["lights", "out"], 1)[0].calls == ("stop",)
    store.unlearn("lights out")
    store.unlearn("lights out")
    assert all(one.phrase != "lights out" for one in store.nearest(["lights", "out"], 3))
    store.close()


def test_without_an_encoder_taught_phrases_are_found_still() -> None:
    store = store_of(opened(Senses(HashedSentences(), problem="no encoder")), plain, [("lights out", ("dock",))])
    (found,) = store.nearest(["lights", "out"], 3)
    assert found.calls == ("dock",) and found.similarity == pytest.approx(1.0)
    assert store.nearest(["clean", "the", R1], 3) == ()
    assert store.problem == "no encoder"


def test_while_it_opens_nothing_is_found_and_nobody_waits() -> None:
    opening: Future[Senses] = Future()
    store = store_of(opening, plain, [("lights out", ("dock",))])
    assert store.nearest(["lights", "out"], 3) == () and store.problem == ""
    opening.set_exception(OSError("no room"))
    assert store.nearest(["lights", "out"], 3) == () and "no room" in store.problem


def test_a_failed_search_is_told(cache: Path) -> None:
    store = a_store(cache)
    senses = store.opening.result()
    assert senses.index is not None
    senses.index.close()
    senses.index._collection.query = None  # what a lost database looks like from here
    with pytest.raises(IndexDamageError):
        store.nearest(["clean", "the", R1], 3)
    assert "not found" in store.problem


# ------------------------------------------------------------ the collection


def test_a_collection_is_built_once_for_a_corpus(cache: Path) -> None:
    open_index(cache, "key", never, EMBED).close()
    asked: list[int] = []

    def other() -> list[Phrase]:
        asked.append(1)
        return phrases()[:4]

    index = open_index(cache, "other", other, EMBED)
    assert asked == [1] and len(index.nearest(EMBED(["clean room"])[0], 10)) == 4
    index.close()


def test_damaged_vectors_are_noticed_and_made_anew(tmp_path: Path) -> None:
    open_index(tmp_path, "key", phrases, EMBED).close()
    (place,) = tmp_path.glob("exemplars-*")
    for file in place.rglob("*.bin"):
        content = bytearray(file.read_bytes())
        if content:
            content[len(content) // 2] ^= 0xFF
            file.write_bytes(content)
    with pytest.raises(IndexDamageError, match="changed"):
        PhraseIndex(place)
    index = open_index(tmp_path, "key", phrases, EMBED)
    assert len(index.nearest(EMBED(["clean the room"])[0], 3)) == 3
    index.close()


@pytest.mark.parametrize("seal", ["", "{}", "[]", '{"files": {}, "count": 1}'])
def test_a_collection_without_a_whole_seal_is_not_opened(tmp_path: Path, seal: str) -> None:
    place = tmp_path / "exemplars"
    build(place, phrases(), EMBED)
    (place / "seal.json").write_text(seal)
    with pytest.raises(IndexDamageError):
        PhraseIndex(place)


def test_a_database_that_lost_phrases_is_not_trusted(tmp_path: Path) -> None:
    place = tmp_path / "exemplars"
    build(place, phrases(), EMBED)
    index = PhraseIndex(place)
    index._collection.delete(ids=["3"])
    index.close()
    with pytest.raises(IndexDamageError, match="holds 9 phrases of 10"):
        PhraseIndex(place)


def test_the_real_encoder_finds_the_meaning_where_no_word_is_shared(real: Encoder, tmp_path: Path) -> None:
    index = open_index(tmp_path, "real", phrases, real.embed)
    wanted = {
        "return to your base": "dock",
        "tell me the hour": "status clock",
        "get rid of the dust in the {room}": "clean {room}",
        "any idea where my {thing} went": "recall {thing}",
    }
    found = {
        line: index.nearest(vector, 1)[0].calls[0]
        for line, vector in zip(wanted, real.embed([of_line(line) for line in wanted]), strict=True)
    }
    index.close()
    assert found == wanted


def test_a_robot_reads_the_authored_phrases_without_what_training_needs() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from robotos.boot.exemplars import authored; print(len(authored()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) > 10_000
