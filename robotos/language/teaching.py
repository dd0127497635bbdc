"""Where words are given a meaning: "when i say lights out i mean go to your dock", "we call the study the den"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from robotos.kernel.calls import Kind
from robotos.language.clauses import begins_order
from robotos.language.common_words import PLAIN
from robotos.language.naming import new_name
from robotos.language.span import Span
from robotos.language.word_set import word_set

NameAt = Callable[[int], "tuple[int, Kind] | None"]
Phrases = tuple[tuple[str, ...], ...]

LONGEST: Final = 8  # words of a phrase that is taught
LONGEST_NAME: Final = 4
_WHEN: Final[Phrases] = (
    ("when",), ("whenever",), ("if",), ("once",), ("each", "time"), ("every", "time"), ("any", "time"), ("anytime",),
    ("as", "soon", "as"),
)  # fmt: skip
_SAYING: Final[Phrases] = (
    ("i", "say"), ("we", "say"), ("you", "hear", "me", "say"), ("you", "hear"), ("i", "tell", "you"), ("i", "shout"),
    ("i", "call", "out"), ("somebody", "says"), ("someone", "says"), ("anybody", "says"), ("anyone", "says"),
    ("i", "use", "the", "word"), ("i", "use", "the", "words"), ("i", "speak", "of"), ("i", "talk", "about"),
    ("i", "mention"), ("i", "said"), ("people", "say"), ("i", "call"), ("they", "say"), ("one", "says"),
    ("i", "ever", "say"), ("i", "talk", "of"), ("i", "tell", "you", "about"), ("you", "are", "told"),
)  # fmt: skip
_LABELS: Final[Phrases] = (
    ("the", "words"), ("the", "word"), ("the", "phrase"), ("the", "command"), ("the", "order"),
    ("the", "magic", "word"),
    ("the", "magic", "words"), ("the", "name"), ("the", "signal"),
)  # fmt: skip
# What stands between the phrase and its meaning.
_MEANING: Final[Phrases] = (
    ("i", "always", "mean"), ("i", "really", "mean"), ("what", "i", "mean", "is"), ("i", "mean", "that"),
    ("i", "mean"), ("we", "mean"), ("it", "means"), ("that", "means"), ("this", "means"),
    ("i", "am", "talking", "about"),
    ("i", "want", "you", "to"), ("i", "would", "like", "you", "to"), ("i'd", "like", "you", "to"),
    ("you", "should"), ("you", "must"), ("you", "have", "to"), ("you", "are", "to"), ("you", "shall"), ("you", "will"),
    ("you", "can"), ("you", "need", "to"), ("that", "is", "your", "signal", "to"), ("it", "is"), ("that", "is"),
    ("then",),
    ("please",), ("they", "mean"), ("he", "means"), ("she", "means"),
    ("i", "am", "on", "about"), ("i", "am", "thinking", "of"), ("i", "am", "speaking", "of"), ("think", "of"),
    ("take", "it", "as"), ("take", "it", "to", "mean"), ("read", "it", "as"), ("i", "want"), ("i", "need"),
    ("i'd", "like"), ("i", "would", "like"), ("you",), ("that", "is", "short", "for"),
)  # fmt: skip
_MEANS: Final[Phrases] = (
    ("shall", "mean"), ("should", "mean"), ("is", "supposed", "to", "mean"), ("is", "going", "to", "mean"),
    ("always", "means"), ("will", "mean"), ("means", "that", "you", "should"), ("means", "you", "should"),
    ("means",), ("mean",), ("stands", "for"), ("refers", "to"), ("is", "short", "for"),
    ("is", "another", "word", "for"),
    ("is", "another", "name", "for"), ("is", "our", "word", "for"), ("is", "our", "name", "for"),
    ("is", "my", "word", "for"), ("is", "my", "name", "for"), ("is", "what", "we", "call"), ("is", "what", "i", "call"),
    ("is", "the", "same", "as"), ("equals",), ("is", "just"), ("is", "actually"), ("is", "really"), ("is",),
)  # fmt: skip
# After these an order stands, not a name.
_CODES: Final[Phrases] = (
    ("is", "code", "for"), ("is", "our", "code", "for"), ("is", "our", "signal", "to"),
    ("is", "our", "signal", "for", "you", "to"), ("is", "your", "signal", "to"), ("is", "the", "signal", "to"),
    ("is", "my", "signal", "to"), ("is", "another", "word", "for"), ("is", "our", "word", "for"),
)  # fmt: skip
_CALLED: Final[Phrases] = (
    ("is", "also", "called"), ("is", "also", "known", "as"), ("is", "known", "as"), ("is", "sometimes", "called"),
    ("is", "usually", "called"), ("is", "now", "called"), ("is", "called"), ("is", "named"), ("is", "nicknamed"),
    ("goes", "by", "the", "name", "of"), ("goes", "by"), ("will", "be", "called"), ("shall", "be", "called"),
    ("is", "what", "i", "mean", "by"), ("is", "what", "we", "mean", "by"), ("are", "called"), ("are", "also", "called"),
)  # fmt: skip
_NAMING: Final[Phrases] = (
    ("we", "call"), ("i", "call"), ("they", "call"), ("people", "call"), ("we", "all", "call"), ("i", "always", "call"),
    ("we", "always", "call"), ("we", "usually", "call"), ("everybody", "calls"), ("everyone", "calls"),
    ("the", "children", "call"), ("the", "kids", "call"), ("i", "like", "to", "call"), ("let", "us", "call"),
    ("let's", "call"), ("you", "can", "call"), ("you", "may", "call"), ("in", "this", "house", "we", "call"),
    ("i", "will", "call"), ("we", "will", "call"), ("in", "our", "family", "we", "call"), ("i", "named"),
)  # fmt: skip
_DETERMINERS: Final = word_set("the a an my our your this that his her")
_OPENERS: Final = word_set("and so ok please listen remember learn from now on robot well hey look note also by here")
_WITHIN: Final = word_set("to and i not don't we can will")  # after these a verb begins no order
_TAIL: Final = word_set("nickname please now ok robot instead too though by the way got it for short")
_HENCEFORTH: Final = word_set("on from here in this house at home")
_NO_NAME: Final = word_set("for is are and or that to one ones")  # no new name holds one of these


class Lesson:
    """Looks in one utterance for words that are given a meaning."""

    def __init__(self, words: Sequence[str], name_at: NameAt) -> None:
        self.words = words
        self.name_at = name_at
        self.start = self._opening()

    def span(self) -> Span | None:
        """The words taught: text when they stand for an order, unknown when they are a name; None for no lesson."""
        return self._when() or self._naming() or self._called() or self._means() or self._patterned()

    def _patterned(self) -> Span | None:
        found = new_name(self.words, self.name_at)
        return self._name(*found) if found is not None else None

    # ------------------------------------------------------------ forms of lessons
    def _when(self) -> Span | None:
        """ "when i say X i mean Y", "if you hear X go home"; "by X i mean Y"; "come here whenever i say X"."""
        i = self.start
        lead = self._saying(i)
        if lead:
            i += lead
        elif i == 0 or self.words[i - 1] != "by":
            return self._said_last()
        i += self._any(_LABELS, i)
        for k in range(i + 1, min(len(self.words), i + LONGEST + 1)):
            meaning = self._any(_MEANING, k)
            if meaning and k + meaning < len(self.words):
                return self._taught(i, k, k + meaning)
            if lead and begins_order(self.words, k) and self.words[k - 1] not in _WITHIN:
                return self._taught(i, k, k)
        return None

    def _saying(self, i: int) -> int:
        """Words of "whenever i say", "if mom says" at word `i`."""
        when = self._any(_WHEN, i)
        if not when:
            return 0
        said = self._any(_SAYING, i + when)
        if said:
            return when + said
        k = self._article(i + when)
        named = self.name_at(k) if k < len(self.words) else None
        if named is None or named[1] is not Kind.PERSON or self.words[k + named[0] :][:1] != ("says",):
            return 0
        return k + named[0] + 1 - i

    def _said_last(self) -> Span | None:
        """ "come to me whenever i say X"."""
        if not begins_order(self.words, self.start) or "stop" in self.words[: self.start + 2]:
            return None  # "stop when i say so"
        for k in range(self.start + 1, len(self.words)):
            lead = self._saying(k)
            start = k + lead + self._any(_LABELS, k + lead) if lead else 0
            if lead and 0 < len(self.words) - start <= LONGEST and self.words[start] not in _POINTING | {"so", "now"}:
                return Span(start, len(self.words))
        return None

    def _naming(self) -> Span | None:
        """ "we call the study the den", "call the sofa the throne from now on"."""
        i = self.start
        lead = self._any(_NAMING, i) or (1 if self.words[i : i + 1] == ("call",) else 0)
        if not lead:
            return None
        k = self._article(i + lead)
        named = self.name_at(k) if k < len(self.words) else None
        return self._new_name(k + named[0]) if named else None

    def _called(self) -> Span | None:
        """ "the sofa is also called the throne", "our name for the study is den"."""
        i = self.start
        if tuple(self.words[i + 1 : i + 3]) in {("name", "for"), ("word", "for")}:
            k = self._article(i + 3)
            named = self.name_at(k) if k < len(self.words) else None
            after = k + named[0] if named else len(self.words)
            return self._new_name(after + 1) if self.words[after : after + 1] == ("is",) else None
        k = self._article(i)
        named = self.name_at(k) if k < len(self.words) else None
        if named is None:
            return None
        after = k + named[0]
        lead = self._any(_CALLED, after) or (2 if tuple(self.words[after : after + 2]) == ("nickname", "is") else 0)
        return self._new_name(k + named[0] + lead) if lead else None

    def _means(self) -> Span | None:
        """ "the throne means the sofa", "lights out means go to your dock", "the playroom is the study"."""
        i = self.start + self._any(_LABELS, self.start)
        for k in range(i + 1, min(len(self.words) - 1, i + LONGEST + 1)):
            coded = self._any(_CODES, k)
            meaning = max(coded, self._any(_MEANS, k))
            if not meaning or tuple(self.words[k - 1 : k + 1]) == ("you", "mean"):  # "do you mean ...": a question
                continue
            target = k + meaning
            if self._lone_name(target):
                return self._name(i, k)
            if coded == meaning or "mean" in self.words[target - 1] or "mean" in self.words[k]:
                target += self._any(_MEANING, target)
                pointing = k == i + 1 and self.words[i] in _POINTING
                return Span(i, k) if begins_order(self.words, target) and not pointing else None
        return None

    # ------------------------------------------------------------ parts
    def _taught(self, i: int, k: int, target: int) -> Span | None:
        if self._lone_name(target):
            return self._name(i, k)
        pointing = len(self.words) - target == 1 and self.words[target] in _POINTING  # "i mean it"
        return Span(i, k) if k > i and not pointing else None

    def _name(self, i: int, k: int) -> Span | None:
        """Words `i` to `k` as a new name, unless the home knows them or they could name nothing."""
        i = self._article(i)
        if not 0 < k - i <= LONGEST_NAME or self._unfit(self.words[i:k]) or self._asks(i):
            return None
        named = self.name_at(i)
        if named is not None and i + named[0] == k:
            return None
        return Span(i, k, Kind.UNKNOWN)

    def _asks(self, i: int) -> bool:
        """ "what colour is the vase", "which shelf is the low shelf", but "what we call ..." describes."""
        return self.words[i] in _ASKING and self.words[i + 1] not in _DESCRIBING

    @staticmethod
    def _unfit(name: Sequence[str]) -> bool:
        return all(word in PLAIN for word in name) or any(word in _NO_NAME for word in name)

    def _new_name(self, i: int) -> Span | None:
        """The name at the end of the utterance, from word `i`."""
        end = len(self.words)
        while end > i + 1 and self.words[end - 1] in _TAIL | {
            "on",
            "from",
            "here",
            "in",
            "this",
            "house",
            "at",
            "home",
        }:
            end -= 1
        return self._name(i, end) if i < end else None

    def _lone_name(self, i: int) -> bool:
        """Whether nothing but one known name is left from word `i` on."""
        i = self._article(i)
        named = self.name_at(i) if i < len(self.words) else None
        return named is not None and all(word in _TAIL for word in self.words[i + named[0] :])

    def _article(self, i: int) -> int:
        return i + 1 if i < len(self.words) and self.words[i] in _DETERMINERS else i

    def _any(self, phrases: Phrases, i: int) -> int:
        return max((len(p) for p in phrases if tuple(self.words[i : i + len(p)]) == p), default=0)

    def _opening(self) -> int:
        i = 0
        while i < len(self.words) and self.words[i] in _OPENERS and not self._any(_LABELS, i):
            i += 2 if tuple(self.words[i : i + 2]) in {("learn", "that")} else 1
        return i


_ASKING: Final = word_set("what which whose how")
_DESCRIBING: Final = word_set("we i you he she they people everybody everyone the my our")
_POINTING: Final = word_set("it that this what who which there here he she they so")
