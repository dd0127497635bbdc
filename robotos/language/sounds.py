"""How alike two words sound: an edit distance over sounds as English spelling mostly has them."""

from __future__ import annotations

from typing import Final

# Longer spellings first: what is written, and the sound it stands for. Vowels are F(ront), B(ack) and A (between).
_SPELLED: Final[tuple[tuple[str, str], ...]] = (
    ("tch", "C"), ("sch", "S"), ("igh", "A"), ("th", "T"), ("sh", "S"), ("ch", "C"), ("ph", "f"), ("ck", "k"),
    ("qu", "kw"), ("wh", "w"), ("kn", "n"), ("wr", "r"), ("gh", ""), ("ee", "F"), ("ea", "F"), ("ie", "F"), ("ei", "F"),
    ("ai", "A"), ("ay", "A"), ("oo", "B"), ("ou", "B"), ("ow", "B"), ("oa", "B"), ("au", "B"), ("aw", "B"),
    ("ce", "s"), ("ci", "sF"), ("a", "A"), ("e", "F"), ("i", "F"), ("y", "F"), ("o", "B"), ("u", "B"), ("c", "k"),
    ("q", "k"), ("x", "ks"), ("z", "s"),
)  # fmt: skip
_VOWELS: Final = frozenset("FBA")
# Consonants made at the same place, or in the same way there: what ears and recognisers confuse.
_ALIKE: Final = tuple(map(frozenset, ("pb", "td", "kg", "fv", "sT", "TS", "SC", "sS", "mn", "bv", "lr", "fT", "nN")))
_CLOSE, _VOWEL, _FAR = 0.4, 0.3, 1.0
_LOST: Final = {**dict.fromkeys("FBA", 0.6), "h": 0.4}


def sounds(word: str) -> str:
    """The sounds of a word, one sign each; doubled letters and a last silent "e" count once and not at all."""
    found, i = "", 0
    word = "".join(letter for letter in word.lower() if letter.isalpha())
    word = word[:-1] if len(word) > 3 and word[-1] == "e" and word[-2] not in "aeiouy" else word
    while i < len(word):
        spelled, sound = next((pair for pair in _SPELLED if word.startswith(pair[0], i)), (word[i], word[i]))
        found += "" if found.endswith(sound) else sound
        i += len(spelled)
    return found


def unlike(one: str, other: str) -> float:
    """How different two words sound, from 0 for the same to 1 and more: edits by what they weigh, for each sound.

    A vowel for another weighs 0.3, a consonant for its neighbour ("b" for "v") 0.4, any other 1.
    """
    a, b = sounds(one), sounds(other)
    row = [0.0]
    for sound in b:
        row.append(row[-1] + _LOST.get(sound, _FAR))
    for x in a:
        before, row = row, [row[0] + _LOST.get(x, _FAR)]
        for j, y in enumerate(b):
            swapped = before[j] + _weight(x, y)
            row.append(min(swapped, before[j + 1] + _LOST.get(x, _FAR), row[j] + _LOST.get(y, _FAR)))
    return row[-1] / max(len(a), len(b), 1)


def _weight(x: str, y: str) -> float:
    if x == y:
        return 0.0
    if x in _VOWELS and y in _VOWELS:
        return _VOWEL
    return _CLOSE if any({x, y} <= pair for pair in _ALIKE) else _FAR
