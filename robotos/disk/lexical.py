"""The words of the memories, in SQLite: finds candidates by exact words and household concepts, at once after a start.

It is the other half of the hybrid search: Chroma finds what sounds alike, this what says the same word, however many
memories there are. Words are stems, so that "pill" finds "pills".
"""

from __future__ import annotations

import json
from math import log

from robotos.disk.database import Database
from robotos.disk.embedding import concept, stem, words
from robotos.disk.lexicon import LIGHT_WORDS, STOP_WORDS

VERSION = 1  # raise it when any key changes: every home's words are then written anew
_SETTING = "words"
_MOST = 400  # memories taken of one word, newest first: a word in more of them tells little


def keys(text: str) -> set[str]:
    """What a text is found by: the stems of its content words, and the concepts they belong to."""
    found = set()
    for word in words(text):
        if word in STOP_WORDS:
            continue
        found.add(stem(word).rstrip("e"))
        if named := concept(word):
            found.add(f"={named}")
    return found


def write(database: Database, memory: int, text: str) -> None:
    """Note the words of a new memory."""
    database.execute_many("INSERT OR IGNORE INTO memory_word VALUES (?, ?)", [(key, memory) for key in keys(text)])


def find(database: Database, query: str, limit: int) -> list[int]:
    """At most `limit` memories with words of the query, those with its rarest words first, newer before older."""
    counted = []
    for key in keys(query):
        count = database.value("SELECT count(*) FROM (SELECT 1 FROM memory_word WHERE word = ? LIMIT ?)", (key, _MOST))
        if count:
            counted.append((count, key))
    score: dict[int, float] = {}
    for count, key in sorted(counted):
        if count < _MOST or not score:
            rows = database.rows(
                "SELECT memory FROM memory_word WHERE word = ? ORDER BY memory DESC LIMIT ?", (key, _MOST)
            )
        else:  # a word that very many have only says which of those found so far come first
            rows = database.rows(
                "SELECT memory FROM memory_word WHERE word = ? AND memory IN (SELECT value FROM json_each(?))",
                (key, json.dumps(list(score))),
            )
        weight = _weight(key) / log(2.0 + count)
        for (memory,) in rows:
            score[memory] = score.get(memory, 0.0) + weight
    return sorted(score, key=lambda memory: (-score[memory], -memory))[:limit]


def _weight(key: str) -> float:
    return 0.35 if key in LIGHT_WORDS else 1.0


def bring_up_to_date(database: Database) -> bool:
    """Write the words of all memories anew if another version wrote them; whether it did."""
    if database.value("SELECT value FROM setting WHERE name = ?", (_SETTING,)) == str(VERSION):
        return False
    with database.transaction():
        database.execute("DELETE FROM memory_word")
        for memory, text in database.rows("SELECT id, text FROM memory"):
            write(database, memory, text)
        database.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_SETTING, str(VERSION)))
    return True


def wrong(database: Database) -> int:
    """Of how many memories the words are not what they should be."""
    held: dict[int, set[str]] = {}
    for word, memory in database.rows("SELECT word, memory FROM memory_word"):
        held.setdefault(memory, set()).add(word)
    count = 0
    for memory, text in database.rows("SELECT id, text FROM memory"):
        count += held.pop(memory, set()) != keys(text)
    return count + len(held)


def rewrite(database: Database) -> None:
    """Write the words of all memories anew, whatever is there."""
    with database.transaction():
        database.execute("DELETE FROM setting WHERE name = ?", (_SETTING,))
        bring_up_to_date(database)
