"""Word n-grams with modified Kneser-Ney discounts, written as an ARPA file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
"""N-grams, (n,), each packed into one number, first word in the highest bits; sorted, without repeats."""

Weights = tuple[Keys, NDArray[np.float64]]
"""Histories, and log10 of what is left of each for shorter ones."""

BEGIN, END, UNKNOWN = "<s>", "</s>", "<unk>"
_BITS: Final = 16  # of a word's number: three words fit into one key
MOST_ORDER: Final = 3
_MASK: Final = (1 << _BITS) - 1
_LEAST: Final = -99.0  # log10 of what never happens, as ARPA files write it
_USUAL: Final = (0.5, 1.0, 1.5)  # discounts where there is too little text to estimate them


@dataclass(frozen=True, slots=True)
class Order:
    """All n-grams of one length: `log10` of the probability of the last word after the others, and of the back-off."""

    keys: Keys
    probability: NDArray[np.float64]
    back_off: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NGrams:
    """A model: `words` by number, and `orders` from single words up."""

    words: tuple[str, ...]
    orders: tuple[Order, ...]

    def log10(self, sentence: str) -> float:
        """The sentence's probability with its end; a word that the model does not know has that of `<unk>`."""
        numbers = {word: number for number, word in enumerate(self.words)}
        said = [numbers[BEGIN], *(numbers.get(word, numbers[UNKNOWN]) for word in sentence.split()), numbers[END]]
        return sum(self._after(said[max(0, at - len(self.orders) + 1) : at], said[at]) for at in range(1, len(said)))

    def _after(self, history: list[int], word: int) -> float:
        paid = 0.0
        while True:
            found = _index(self.orders[len(history)], [*history, word])
            if found is not None:
                return paid + float(self.orders[len(history)].probability[found])
            if not history:
                return _LEAST
            held = _index(self.orders[len(history) - 1], history)
            paid += 0.0 if held is None else float(self.orders[len(history) - 1].back_off[held])
            history = history[1:]

    def write(self, file: IO[str]) -> None:
        """The model as an ARPA file."""
        file.write("\\data\\\n")
        file.writelines(f"ngram {n}={len(order.keys)}\n" for n, order in enumerate(self.orders, start=1))
        for n, order in enumerate(self.orders, start=1):
            file.write(f"\n\\{n}-grams:\n")
            file.writelines(self._lines(order, n))
        file.write("\n\\end\\\n")

    def _lines(self, order: Order, n: int) -> Iterator[str]:
        columns = [((order.keys >> (_BITS * (n - 1 - at))) & _MASK).tolist() for at in range(n)]
        top = n == len(self.orders)
        rows = zip(order.probability.tolist(), order.back_off.tolist(), *columns, strict=True)
        for probability, back_off, *numbers in rows:
            said = " ".join([self.words[number] for number in numbers])
            yield f"{probability:.4f}\t{said}\n" if top else f"{probability:.4f}\t{said}\t{back_off:.4f}\n"


def estimate(sentences: Sequence[str], order: int = MOST_ORDER) -> NGrams:
    """Interpolated modified Kneser-Ney (Chen and Goodman, 1998) of sentences; repeats carry weight.

    Raises `ValueError` for no sentences, more than 65,000 words, or an order that does not fit.
    """
    if not 1 < order <= MOST_ORDER:
        raise ValueError(f"n-grams have 2 to {MOST_ORDER} words here, not {order}")
    words, stream = _numbered(sentences)
    counted = [_count(stream, n, words) for n in range(1, order + 1)]
    lower = _uniform(len(words))
    orders: list[Order] = []
    for n in range(1, order + 1):
        keys, counts = counted[n - 1]
        if n < order:
            counts = _continuations(keys, counts, counted[n][0], n)
        found, weight = _order(keys, counts, n, lower)
        if orders:
            orders[-1] = Order(orders[-1].keys, orders[-1].probability, _held(orders[-1].keys, weight))
        orders.append(found)
        lower = found
    return NGrams(words, tuple(orders))


def _numbered(sentences: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """All words in order of the alphabet, and all sentences one after the other as their numbers."""
    split = [sentence.split() for sentence in sentences]
    words = (UNKNOWN, BEGIN, END, *sorted({word for line in split for word in line}))
    if len(words) <= len((UNKNOWN, BEGIN, END)) or len(words) > _MASK:
        raise ValueError(f"a model has 1 to {_MASK - 3} words, not {len(words) - 3}")
    numbers = {word: number for number, word in enumerate(words)}
    flat: list[int] = []
    for line in split:
        flat.append(1)
        flat += [numbers[word] for word in line]
        flat.append(2)
    return words, np.array(flat, np.int64)


def _count(stream: NDArray[np.int64], n: int, words: Sequence[str]) -> tuple[Keys, NDArray[np.int64]]:
    """The n-grams that lie within sentences, and how often each does; of single words all, `<unk>` never."""
    if n == 1:
        counts = np.bincount(stream, minlength=len(words))
        return np.arange(len(words), dtype=np.int64), counts.astype(np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(stream, n)
    windows = windows[np.all(windows[:, :-1] != 2, axis=1)]
    keys = np.zeros(len(windows), np.int64)
    for column in windows.T:
        keys = (keys << _BITS) | column
    found, times = np.unique(keys, return_counts=True)
    return found, times.astype(np.int64)


def _continuations(keys: Keys, counts: NDArray[np.int64], longer: Keys, n: int) -> NDArray[np.int64]:
    """After how many different words each n-gram stands; what begins a sentence has no word before it."""
    tails, before = np.unique(longer & ((1 << (_BITS * n)) - 1), return_counts=True)
    found = np.zeros(len(keys), np.int64)
    found[np.searchsorted(keys, tails)] = before
    return np.where(keys >> (_BITS * (n - 1)) == 1, counts, found)


def _order(
    keys: Keys, counts: NDArray[np.int64], n: int, lower: Order
) -> tuple[Order, tuple[Keys, NDArray[np.float64]]]:
    """Probabilities of all n-grams, and for each history in them the weight that is left for shorter ones."""
    history = keys >> _BITS
    if n == 1:
        counts = np.where(keys == 1, 0, counts)  # no sentence goes on with its beginning
    discounts = np.array([0.0, *_discounts(counts)])
    taken = np.minimum(discounts[np.minimum(counts, 3)], counts)
    histories, where = np.unique(history, return_inverse=True)
    total = np.bincount(where, counts)
    left = np.bincount(where, taken) / total
    shorter = keys & ((1 << (_BITS * (n - 1))) - 1)
    below = 10.0 ** lower.probability[np.searchsorted(lower.keys, shorter)]
    probability = (counts - taken) / total[where] + left[where] * below
    if n == 1:
        probability[keys == 1] = 10.0**_LEAST
    return Order(keys, np.log10(probability), np.zeros(len(keys))), (histories, np.log10(left))


def _discounts(counts: NDArray[np.int64]) -> tuple[float, float, float]:
    """What is taken off n-grams seen once, twice, and more often."""
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == k)) for k in range(1, 5))
    if min(n1, n2, n3, n4) == 0:
        return _USUAL
    share = n1 / (n1 + 2 * n2)
    found = (1 - 2 * share * n2 / n1, 2 - 3 * share * n3 / n2, 3 - 4 * share * n4 / n3)
    one, two, more = (
        value if 0 < value < most else usual for most, value, usual in zip((1, 2, 3), found, _USUAL, strict=True)
    )
    return one, two, more


def _held(keys: Keys, weight: tuple[Keys, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The weight of each n-gram as a history; 1 for those that nothing follows."""
    found = np.zeros(len(keys))
    found[np.searchsorted(keys, weight[0])] = weight[1]
    return found


def _uniform(words: int) -> Order:
    """Below single words: every word alike, but for the beginning of a sentence."""
    return Order(np.zeros(1, np.int64), np.array([-np.log10(words - 1)]), np.zeros(1))


def _index(order: Order, numbers: Sequence[int]) -> int | None:
    key = 0
    for number in numbers:
        key = (key << _BITS) | number
    at = int(np.searchsorted(order.keys, key))
    return at if at < len(order.keys) and int(order.keys[at]) == key else None
