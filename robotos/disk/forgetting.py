"""Taking forgotten words out of the journal: the event stays, with its time and kind, the words do not.

What was told is in the journal more than once: as it was heard, as the robot said it back, in a plan for later. So
every text in it goes that says most of a forgotten memory, or most of the query that asked for it. That takes
questions about it along, and orders that name it: nothing reads them again but people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from robotos.disk.database import Database
from robotos.disk.embedding import concept, stem, words
from robotos.disk.lexicon import COLOURS, LIGHT_WORDS, STOP_WORDS, alike
from robotos.disk.ranking import Query

FORGOTTEN = "[forgotten]"
_SAYS_QUERY, _SAYS_MEMORY = 0.6, 0.7  # share of it (`Query.relevance`) that a text must say


def scrub(database: Database, query: str, memories: Sequence[str] = ()) -> int:
    """Overwrite every text in the journal that says most of the query or of a memory; how many events were changed."""
    asked = [(Query(query), _SAYS_QUERY), *((Query(text), _SAYS_MEMORY) for text in memories)]
    patterns = sorted({pattern for text in (query, *memories) for pattern in _patterns(text)})
    if not patterns:
        return 0
    some = " OR ".join("body LIKE ?" for _ in patterns)
    rows = database.rows(f"SELECT seq, body FROM journal WHERE {some}", patterns)
    count = 0
    with database.transaction():
        for seq, body in rows:
            event = json.loads(body)
            cleaned = _cleaned(event, asked)
            if cleaned != event:
                database.execute("UPDATE journal SET body = ? WHERE seq = ?", (json.dumps(cleaned), seq))
                count += 1
    return count


def _cleaned(value: object, asked: Sequence[tuple[Query, float]]) -> object:
    if isinstance(value, dict):
        return {key: _cleaned(item, asked) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item, asked) for item in value]
    if isinstance(value, str) and any(query.relevance(value, says) >= says for query, says in asked):
        return FORGOTTEN
    return value


def _patterns(text: str) -> set[str]:
    """What LIKE must find in a body for the exact look to be worth it: a content word's stem, or one that means it."""
    found: set[str] = set()
    content = [word for word in words(text) if word not in STOP_WORDS]
    heavy = [word for word in content if word not in COLOURS and word not in LIGHT_WORDS and not word.isdigit()]
    for word in heavy or content:
        for one in (word, *alike(concept(word))):
            root = stem(one).rstrip("ey")
            written = {root} if root.isascii() else {root, root.title(), root.upper()}  # JSON's escapes have a case
            found.update(f"%{json.dumps(spelt)[1:-1]}%" for spelt in written)
    return found
