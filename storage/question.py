"""What an analyst asks: words, quoted phrases, AND, OR, NOT and brackets.

A word stands for itself wherever it occurs, inside longer words too, so `信用*` asks for no more than `信用`.
What can't be read as operators is read as words: nobody who pastes a bracket should be told off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from storage.variants import fold, fold_for


class QuestionError(ValueError):
    """A question without a word in it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text, folded."""

    text: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts."""

    parts: tuple["Question", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple["Question", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not the part."""

    part: "Question"


Question = Word | Every | Either | Without


def parse(text: str) -> Question:
    """Read a question.

    >>> parse("工会 NOT (主席 OR 代表)")
    Every(parts=(Word(text='工会'), Without(part=Either(parts=(Word(text='主席'), Word(text='代表'))))))
    """
    if not text.strip():
        raise QuestionError("ask for at least one word")
    try:
        return _Parser(list(_tokens(text))).question()
    except _NoOperatorsError:
        return _every([_word(word) for word in text.split()])


def holds(question: Question, printed: str) -> bool:
    """Whether a printed text answers the question."""
    match question:
        case Word(text):
            return text in fold_for(printed, [text])
        case Every(parts):
            return all(holds(part, printed) for part in parts)
        case Either(parts):
            return any(holds(part, printed) for part in parts)
        case Without(part):
            return not holds(part, printed)


def words(question: Question) -> list[str]:
    """The folded words whose places in a text are worth showing: those not excluded."""
    match question:
        case Word(text):
            return [text]
        case Every(parts) | Either(parts):
            return list(dict.fromkeys(word for part in parts for word in words(part)))
        case Without():
            return []


class _NoOperatorsError(Exception):
    """AND, OR, NOT or a bracket stands where it joins nothing."""


_OPERATORS = {"AND", "OR", "NOT", "(", ")"}

_TOKEN = re.compile(r'"(?P<phrase>[^"]*[^"\s][^"]*)"(?=[\s)]|$)|(?P<open>\()|(?P<plain>\S+)')


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    @property
    def operator(self) -> str | None:
        return self.text if not self.quoted and self.text in _OPERATORS else None


def _tokens(text: str) -> Iterator[_Token]:
    depth = 0
    for found in _TOKEN.finditer(text):
        if found["phrase"]:
            yield _Token(found["phrase"], quoted=True)
            continue
        if found["open"]:
            depth += 1
            yield _Token("(")
            continue
        # A bracket closes a group only if one is open: 农商行(联社) is one word.
        word = found["plain"]
        closing = min(len(word) - len(word.rstrip(")")), depth)
        depth -= closing
        kept = word[: len(word) - closing]
        if kept:
            yield _Token(kept)
        yield from [_Token(")")] * closing


class _Parser:
    """OR binds least, then AND, said or unsaid, then NOT."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens[::-1]

    def question(self) -> Question:
        asked = self._either()
        if self._tokens:
            raise _NoOperatorsError
        return asked

    def _either(self) -> Question:
        parts = [self._every()]
        while self._took("OR"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self) -> Question:
        parts = [self._one()]
        while self._took("AND") or (self._tokens and self._next not in {"OR", ")"}):
            parts.append(self._one())
        return _every(parts)

    def _one(self) -> Question:
        if self._took("NOT"):
            return Without(self._one())
        if self._took("("):
            asked = self._either()
            if not self._took(")"):
                raise _NoOperatorsError
            return asked
        if not self._tokens or self._next:
            raise _NoOperatorsError
        token = self._tokens.pop()
        return Word(fold(token.text)) if token.quoted else _word(token.text)

    @property
    def _next(self) -> str | None:
        return self._tokens[-1].operator

    def _took(self, operator: str) -> bool:
        if self._tokens and self._next == operator:
            self._tokens.pop()
            return True
        return False


def _every(parts: list[Question]) -> Question:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _word(text: str) -> Word:
    return Word(fold(text.rstrip("*") or text))
