"""Recall, forget and the index: real Chroma, always in agreement with SQLite, never touching the network."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.clock import VirtualClock
from robotos.disk import DiskError, SqliteDisk, fsck, lexical, open_disk
from robotos.disk.database import Database
from robotos.disk.embedding import HashedWords, embed, folded
from robotos.disk.index import ChromaIndex, Disagreement
from robotos.disk.ranking import Query
from robotos.disk.reader import FILE, Reader
from robotos.disk.store import note_seal
from robotos.kernel.handlers.disk import SURE

NOON = datetime(2026, 11, 20, 12, 0)
FACTS = (
    "The plumber comes on Tuesday at nine.",
    "Grandma's birthday is on the third of May.",
    "The wifi password is blue elephant seven.",
    "The spare key is under the flower pot by the garage.",
    "Anna is allergic to peanuts.",
    "The bins are collected every Thursday morning.",
    "Grandma takes her blue pills after breakfast.",
    "The cat must not go into the study.",
    "I like my coffee black with no sugar.",
    "Christmas presents are hidden in the wardrobe.",
    "The dishwasher is broken, don't use it.",
    "My dentist appointment is on Friday at four.",
    "We fly to Lisbon on the twelfth of July.",
    "The dog gets two cups of food in the evening.",
)
ASKED = (
    ("when does the plumber come", "plumber"),
    ("what do you know about the plumber", "plumber"),
    ("when was granny born", "birthday"),
    ("what's the internet password", "wifi"),
    ("where is the spare key", "flower pot"),
    ("peanut allergy", "peanuts"),
    ("garbage", "bins"),
    ("when does grandma take her medicine", "pills"),
    ("is the cat allowed in the study", "cat"),
    ("how do I like my coffee", "coffee"),
    ("where did I hide the gifts", "presents"),
    ("dishwsher", "dishwasher"),
    ("teeth", "dentist"),
    ("when is our vacation in lisbon", "Lisbon"),
    ("feed the puppy", "dog"),
)
UNKNOWN = (
    "what is the capital of france",
    "the car insurance",
    "where is my umbrella",
    "blue submarine",
    "the",
    "?!",
    "",
)


@pytest.fixture(params=[False, True], ids=["scan", "chroma"])
def disk(request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock):
    disk = open_disk(tmp_path, clock, index=request.param, durable=False)
    for fact in FACTS:
        disk.remember(fact, "owner", NOON)
    yield disk
    disk.close()


# Whole questions, as they are asked of `recall words`: what was told, and what sounds like it.
TOLD = (
    ("my niece's wedding is on the ninth of june", "when is the wedding of my niece"),
    ("i drink my cocoa with cinnamon", "how do i like my cocoa"),
    ("the gardener comes on wednesday at ten", "which day did i say the gardener was coming"),
    ("the parrot is called pablo", "what is our parrot's name"),
    ("i parked the car behind the church", "where did i leave the car"),
    ("tom's favourite colour is green", "which colour does tom like best"),
    ("the dentist is at nine on thursday", "have i got anything at the dentist this week"),
    ("the router password is seven swans", "what was the password for the internet"),
)
NOT_TOLD = (
    ("the gardener comes on wednesday at ten", "when does the piano tuner come"),
    ("my niece's wedding is on the ninth of june", "when is my uncle's funeral"),
    ("i drink my cocoa with cinnamon", "how do i like my eggs"),
    ("the parrot is called pablo", "what is the goldfish called"),
    ("the gardener comes on wednesday at ten", "who won the race on wednesday"),
    ("the bins go out on tuesday", "when does school start"),
)


def test_a_whole_question_is_answered_by_what_is_about_it() -> None:
    for text, question in TOLD:
        assert Query(question).relevance(text) >= SURE, question
    for text, question in NOT_TOLD:
        assert Query(question).relevance(text) < SURE, question


def indexed(home: Path, clock: VirtualClock) -> SqliteDisk:
    return open_disk(home, clock, durable=False)


def filled(home: Path, clock: VirtualClock) -> None:
    disk = indexed(home, clock)
    for fact in FACTS:
        disk.remember(fact, "owner", NOON)
    assert disk.recall("plumber")
    disk.close()


def rebuilds(disk: SqliteDisk) -> list[str]:
    return [event.body["why"] for event in disk.events(kind="index_rebuilt")]


def test_finds_what_was_meant_and_nothing_unrelated(disk: SqliteDisk) -> None:
    for query, expected in ASKED:
        found = disk.recall(query)
        assert found, query
        assert expected in found[0].text, query
        assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    for query in UNKNOWN:
        assert disk.recall(query) == [], query
    assert len(disk.recall("grandma", limit=1)) == 1
    assert disk.recall("grandma", limit=0) == []


def test_recall_tells_the_source_and_the_time(disk: SqliteDisk) -> None:
    disk.remember("the piano is a Bechstein", "web", datetime(2026, 1, 2, 3, 4))
    (piano,) = disk.recall("piano")
    assert (piano.source, piano.at) == ("web", datetime(2026, 1, 2, 3, 4))


def test_what_is_remembered_or_forgotten_counts_at_once(disk: SqliteDisk) -> None:
    assert disk.recall("piano tuner") == []
    disk.remember("the piano tuner is called Otto", "owner", NOON)
    assert "Otto" in disk.recall("piano tuner")[0].text
    assert disk.forget("piano tuner") == 1
    assert disk.recall("piano tuner") == []
    assert disk.forget("piano tuner") == 0
    assert len(disk.memories()) == len(FACTS)


def test_forget_takes_a_subject_or_one_sentence(disk: SqliteDisk) -> None:
    disk.remember("the plumber wants to be paid in cash", "owner", NOON)
    assert disk.forget(FACTS[0]) == 1
    assert ["cash" in m.text for m in disk.recall("plumber")] == [True]
    disk.remember(FACTS[0], "owner", NOON)
    assert disk.forget("what I told you about the plumber") == 2
    assert disk.recall("plumber") == []
    assert len(disk.recall("grandma")) == 2


def test_the_same_words_are_kept_once(disk: SqliteDisk) -> None:
    again = disk.remember(FACTS[0], "owner", datetime(2026, 11, 21))
    assert [(m.id, m.at) for m in disk.recall("plumber")] == [(again, datetime(2026, 11, 21))]
    disk.remember(FACTS[0], "web", NOON)
    assert {m.source for m in disk.recall("plumber")} == {"owner", "web"}
    with pytest.raises(ValueError, match="nothing to remember"):
        disk.remember(" ...!", "owner", NOON)


def test_forgotten_words_leave_the_files(tmp_path: Path, clock: VirtualClock) -> None:
    disk = open_disk(tmp_path, clock)
    disk.remember("the safe opens with xylophone", "owner", NOON)
    assert disk.recall("safe")
    assert any(b"xylophone" in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert disk.forget("safe") == 1
    disk.close()
    assert not any(b"xylophone" in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


def test_rows_written_before_the_index_opens_are_found(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    bare = open_disk(tmp_path, clock, index=False, durable=False)
    bare.remember("the piano tuner is called Otto", "owner", NOON)
    assert bare.forget("wifi password") == 1
    bare.close()
    disk = indexed(tmp_path, clock)
    disk.remember("the violin hangs in the study", "owner", NOON)
    assert "Otto" in disk.recall("piano tuner")[0].text
    assert "hangs" in disk.recall("violin")[0].text
    assert disk.recall("wifi password") == []
    assert rebuilds(disk) == ["there is no index yet"]  # brought up to date, not built anew
    disk.close()


def remove_all(index: Path, seal: Path) -> None:
    shutil.rmtree(index)


def truncate(index: Path, seal: Path) -> None:
    largest = max((f for f in index.rglob("*") if f.is_file()), key=lambda f: f.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])


def truncate_vectors(index: Path, seal: Path) -> None:
    (vectors,) = index.rglob("data_level0.bin")
    vectors.write_bytes(b"")


def flip_one_bit(index: Path, seal: Path) -> None:
    (database,) = index.rglob("chroma.sqlite3")
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(content)


def lose_the_seal(index: Path, seal: Path) -> None:
    seal.unlink()  # what a kill -9 leaves


def garble_the_seal(index: Path, seal: Path) -> None:
    seal.write_text("{")


@pytest.mark.parametrize(
    "damage", [remove_all, truncate, truncate_vectors, flip_one_bit, lose_the_seal, garble_the_seal]
)
@pytest.mark.parametrize("by", ["recall", "fsck"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, clock: VirtualClock, damage, by: str) -> None:
    filled(tmp_path, clock)
    damage(tmp_path / "index", tmp_path / "index-seal.json")
    if by == "fsck":
        assert len(fsck(tmp_path).rebuilt) == 1
    disk = indexed(tmp_path, clock)
    assert "Tuesday" in disk.recall("when does the plumber come")[0].text
    assert len(rebuilds(disk)) == (2 if by == "recall" else 1)
    disk.close()
    assert fsck(tmp_path).rebuilt == ()


def tampered(home: Path, clock: VirtualClock, tamper) -> None:
    """An index that opens well and was closed well, but does not say what SQLite says."""
    filled(home, clock)
    database = Database(home / FILE, durable=False)
    index = ChromaIndex(home, Reader(database))
    index.verify()
    tamper(index._collection)
    note_seal(database, index.close())
    database.close()


def vector_of(text: str):
    return HashedWords()([text])[0]


def swap_vectors(collection) -> None:
    collection.update(ids=["1", "2"], embeddings=[vector_of(FACTS[1]), vector_of(FACTS[0])])


def change_digest(collection) -> None:
    collection.update(ids=["3"], metadatas=[{"digest": "0"}])


def blank_vector(collection) -> None:
    collection.update(ids=["14"], embeddings=[vector_of("submarine")])


@pytest.mark.parametrize("tamper", [swap_vectors, change_digest, blank_vector])
def test_fsck_finds_an_index_that_disagrees(tmp_path: Path, clock: VirtualClock, tamper) -> None:
    tampered(tmp_path, clock, tamper)
    checked = fsck(tmp_path)
    assert len(checked.rebuilt) == 1
    assert "memory" in checked.rebuilt[0]
    assert checked.memories == len(FACTS)
    assert fsck(tmp_path).rebuilt == ()


def test_a_canary_notices_at_the_first_recall(tmp_path: Path, clock: VirtualClock) -> None:
    tampered(tmp_path, clock, swap_vectors)
    disk = indexed(tmp_path, clock)
    assert "Tuesday" in disk.recall("when does the plumber come")[0].text
    assert rebuilds(disk)[-1] == "memory 1 is held with another vector"
    disk.close()


def test_an_index_that_fails_while_open_is_built_anew(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    disk = indexed(tmp_path, clock)
    assert disk.recall("plumber")
    disk._index._collection.add(ids=["999"], embeddings=[vector_of("submarine")], metadatas=[{"digest": "0"}])
    assert disk.recall("submarine") == []
    assert rebuilds(disk)[-1] == "it knows memory 999, which does not exist"
    disk.close()


def test_scan_and_chroma_agree(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    answers = []
    for index in (True, False):
        disk = open_disk(tmp_path, clock, index=index, durable=False)
        answers.append([disk.recall(query, limit=5) for query, _ in ASKED])
        disk.close()
    assert answers[0] == answers[1]


OFFLINE = """
import json, socket, sys
from datetime import datetime
from pathlib import Path

attempts = []
def refuse(*args, **kwargs):
    attempts.append(str(args[1:]))
    raise OSError("the network is not to be used")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse

from robotos.clock import VirtualClock
from robotos.disk import open_disk

clock = VirtualClock(datetime(2026, 11, 20, 12, 0))
home = Path(sys.argv[1])
bare = open_disk(home / "bare", clock, index=False)
bare.remember("the plumber comes on Tuesday", "owner", clock.wall())
scanned = [m.text for m in bare.recall("plumber")]
bare.close()
disk = open_disk(home / "full", clock)
disk.remember("the plumber comes on Tuesday", "owner", clock.wall())
before = "chromadb" in sys.modules
found = [m.text for m in disk.recall("plumber")]
after = "chromadb" in sys.modules
disk.close()
print(json.dumps({"before": before, "after": after, "scanned": scanned, "found": found, "attempts": attempts}))
"""


def test_chroma_is_imported_at_the_first_recall_only_and_stays_offline(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    told = json.loads(ran.stdout)
    plumber = ["the plumber comes on Tuesday"]
    assert told == {"before": False, "after": True, "scanned": plumber, "found": plumber, "attempts": []}
    assert ran.stderr == ""


def test_chroma_embeds_with_ours(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    database = Database(tmp_path / FILE, readonly=True)
    index = ChromaIndex(tmp_path, Reader(database))
    index._connect()
    assert index._collection.configuration_json["embedding_function"]["name"] == HashedWords.name()
    index.close()
    database.close()


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None, max_examples=100)
def test_vectors_have_length_one_and_relevance_stays_in_range(one: str, other: str) -> None:
    length = float(np.linalg.norm(embed(one)))
    assert length == 0.0 or abs(length - 1.0) < 1e-5
    assert 0.0 <= Query(one).relevance(other) <= 1.0
    assert np.array_equal(embed(one), embed(one.swapcase())) or not one.isascii()


@given(st.sampled_from(FACTS), st.permutations(["plumber", "tuesday", "nine"]))
@settings(deadline=None)
def test_a_sentence_is_most_relevant_to_itself(fact: str, order: list[str]) -> None:
    assert all(Query(fact).relevance(fact) >= Query(fact).relevance(other) for other in FACTS)
    sorted_words = Query("plumber tuesday nine").relevance(FACTS[0])
    assert Query(" ".join(order)).relevance(FACTS[0]) == pytest.approx(sorted_words)


def test_an_index_that_stays_wrong_is_said_to_be_and_never_sealed(
    tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, clock)
    turns = itertools.count()  # a library that answers otherwise each time
    monkeypatch.setattr(
        HashedWords, "__call__", lambda self, input: [folded(embed(f"{text} {next(turns)}")) for text in input]
    )
    (tmp_path / "index-seal.json").unlink()
    disk = indexed(tmp_path, clock)
    with pytest.raises(DiskError, match=r"rebuilt, and still wrong .*reinstall"):
        disk.recall("plumber")
    disk.close()
    assert not (tmp_path / "index-seal.json").exists()
    monkeypatch.undo()
    assert len(fsck(tmp_path).rebuilt) == 1


def test_one_canary_that_is_not_found_among_many_alike_is_no_damage(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    disk = indexed(tmp_path, clock)
    disk.recall("plumber")
    index, nearest = disk._index, disk._index._nearest
    index._nearest = lambda queries, limit: ([[], *nearest(queries, limit)[0][1:]], [])
    index._canary(disk.texts())
    index._nearest = lambda queries, limit: ([[] for _ in queries], [])
    with pytest.raises(Disagreement, match="does not find itself"):
        index._canary(disk.texts())
    disk.close()


def test_words_and_likeness_find_together_what_neither_finds_alone(tmp_path: Path, clock: VirtualClock) -> None:
    filled(tmp_path, clock)
    disk = indexed(tmp_path, clock)
    assert lexical.find(disk._db, "dishwsher", 36) == [], "words do not know it misspelt"
    assert "dishwasher" in disk.recall("dishwsher")[0].text
    for number in range(300):
        disk.remember(f"parcel {number} for the neighbour is in locker {number * 7}", "owner", NOON)
    parcel = disk.recall("parcel 123 for the neighbour")[0]
    assert parcel.text.startswith("parcel 123 ") and lexical.find(disk._db, "parcel 123", 3)[0] == parcel.id
    disk.close()
