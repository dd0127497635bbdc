"""The robot's small talk: one sentence for each stock act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ACTS: Final[Mapping[str, str]] = {
    "hello": "Hello! What can I do for you?",
    "bye": "Goodbye!",
    "thanks": "You're welcome.",
    "name": "I'm your home robot. You can call me robot.",
    "abilities": "I can clean rooms, go places, follow you, find, fetch and put away things, look and read, remember "
    'where things are, tell you what I\'ve done, and do all that later if you like. Say "stop" and I stop at once.',
    "feeling": "All is well with me, thank you.",
    "joke": "Why did the robot go on holiday? It had to recharge its batteries.",
    "yes": "Yes.",
    "no": "No.",
    "ok": "All right.",
    "sorry": "I'm sorry.",
    "cannot": "I'm sorry, that is something I can't do.",
    "unsafe": "I won't do that: somebody could be hurt, or something broken.",
    "unclear": "I'm sorry, I didn't understand that.",
    "when": "I can't tell when that is. At what time shall I do it?",
}


def act(name: str) -> str:
    """The sentence for one of the stock acts of `say`.

    Raises:
        KeyError: there is no such act.
    """
    return _ACTS[name]
