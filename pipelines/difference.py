"""What differs between two texts in much the same words: who, where, how much and when. Pure.

Two texts are laid side by side sentence by sentence. What only one of them tells (a note added, a paragraph
cut) is no contradiction. Where one sentence is told twice with another name or another figure in the same
place, and neither text mentions what the other has there, the two tell of different things.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from pipelines.facts import Fact, facts_in, figures_in, may_be_name
from pipelines.replacements import is_reworked, names_in_place, opcodes, replacements
from storage.article import Difference

_SENTENCE = re.compile(r"[^。!?;\n]+")
_NOT_WORD = re.compile(r"[\W_]+")
_SIGNATURE = 24
"""Characters of a signature or a line of a table, at most."""

_FIGURES = frozenset({"number", "date"})

_ALIKE = 0.4
"""Share of a sentence's pairs of characters that makes another its counterpart."""


class Sentences:
    """A text, folded to one width, as the sentences it is made of; its first line is the headline."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.headline = text.partition("\n")[0]
        told = [(sentence, _NOT_WORD.sub("", sentence)) for sentence in _SENTENCE.findall(text)]
        self.printed = [sentence for sentence, words in told if words]
        self.words = [words for _, words in told if words]
        self.in_headline = sum(bool(_NOT_WORD.sub("", one)) for one in _SENTENCE.findall(self.headline))

    @cached_property
    def figures(self) -> frozenset[Fact]:
        """Every figure of the text; `1` is found in `10`, so figures can't be looked up in the text itself."""
        return frozenset(figures_in(self.text))

    def mentions(self, fact: Fact) -> bool:
        """Whether the text has the fact anywhere."""
        return fact in self.figures if fact.kind in _FIGURES else fact.text in self.text


def differences(ours: Sentences, theirs: Sentences) -> Iterator[Difference]:
    """The facts that stand in the same place of both texts and are not the same."""
    pairs = counterparts(ours, theirs)
    found = (each for one, other in pairs for each in _contradictions(one, other, ours, theirs))
    first = next(found, None)
    if first is None:
        yield from _another_name(pairs, ours, theirs)
    elif not is_reworked(pairs, min(len(ours.words), len(theirs.words))):
        yield first
        yield from found
    else:
        yield from _outweighing([first, *found], pairs)


def _another_name(
    pairs: Iterable[tuple[str, str]], ours: Sentences, theirs: Sentences
) -> Iterator[Difference]:
    """A name lost and the one gained, where nothing else differs; any editor makes a headline of his own."""
    names = names_in_place(replacements(pair for pair in pairs if pair[0] not in ours.headline))
    lost = [name for name, _ in names if name not in theirs.text]
    gained = [name for _, name in names if name not in ours.text]
    yield from (Difference("name", old, new) for old, new in zip(lost, gained, strict=False))


def _outweighing(found: Iterable[Difference], pairs: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    """What differs in texts reworked all over: the names if a third of them do, the figures if two thirds do.

    A name that shares a character with the other was garbled; of a figure that can't be told.
    """
    told = Counter(
        fact.kind in _FIGURES for one, other in pairs for fact in set(facts_in(one)) & set(facts_in(other))
    )
    names, figures = [], []
    for each in found:
        if each.kind in _FIGURES:
            figures.append(each)
        elif set(each.ours).isdisjoint(each.theirs):
            names.append(each)
    if 2 * len(names) > told[False]:
        yield from names
    if len(figures) > 2 * told[True]:
        yield from figures


def counterparts(ours: Sentences, theirs: Sentences) -> list[tuple[str, str]]:
    """The sentences told in both texts, but not in the same words.

    First those that share words; then those that share nothing but the place between the same neighbours,
    as a signature or a line of a table does.
    """
    mine, yours = _only_in(ours, theirs), _only_in(theirs, ours)
    pairs = _alike(ours, theirs, mine, yours)
    taken, given = {i for i, _ in pairs}, {j for _, j in pairs}
    place = _places_of_shared(ours, theirs) | dict(pairs)
    for i in mine:
        j = place.get(i - 1, -1 if i == 0 else None)
        if (
            i not in taken
            and j is not None
            and j + 1 in yours
            and j + 1 not in given
            and _are_short(ours, i, theirs, j + 1)
            and _are_of_a_kind(ours, i, theirs, j + 1)
        ):
            pairs.append((i, j + 1))
            given.add(j + 1)
            place[i] = j + 1
    return [(ours.printed[i], theirs.printed[j]) for i, j in pairs]


def _are_short(ours: Sentences, i: int, theirs: Sentences, j: int) -> bool:
    return max(len(ours.words[i]), len(theirs.words[j])) <= _SIGNATURE


def _are_of_a_kind(ours: Sentences, i: int, theirs: Sentences, j: int) -> bool:
    """Both of a headline, or both of a body: a headline holds words of a sentence, and is not that sentence."""
    return (i < ours.in_headline) == (j < theirs.in_headline)


def _only_in(ours: Sentences, theirs: Sentences) -> list[int]:
    shared = set(theirs.words)
    return [i for i, words in enumerate(ours.words) if words not in shared]


def _places_of_shared(ours: Sentences, theirs: Sentences) -> dict[int, int]:
    place = {words: j for j, words in enumerate(theirs.words)}
    return {i: place[words] for i, words in enumerate(ours.words) if words in place}


def _alike(ours: Sentences, theirs: Sentences, mine: list[int], yours: list[int]) -> list[tuple[int, int]]:
    """Pairs of sentences that share the most, each sentence in one pair."""
    left = {i: _pairs_of_characters(ours.words[i]) for i in mine}
    right = {j: _pairs_of_characters(theirs.words[j]) for j in yours}
    holders: dict[str, list[int]] = {}
    for j, pairs in right.items():
        for pair in pairs:
            holders.setdefault(pair, []).append(j)
    ranked: list[tuple[float, int, int]] = []
    for i, pairs in left.items():
        shared = Counter(j for pair in pairs for j in holders.get(pair, ()))
        ranked += [
            (-count / min(len(pairs), len(right[j])), i, j)
            for j, count in shared.items()
            if _are_of_a_kind(ours, i, theirs, j)
        ]
    chosen: dict[int, int] = {}
    for negative, i, j in sorted(ranked):
        if -negative >= _ALIKE and i not in chosen and j not in chosen.values():
            chosen[i] = j
    return list(chosen.items())


def _pairs_of_characters(words: str) -> set[str]:
    return {words[i : i + 2] for i in range(max(1, len(words) - 1))}


def _contradictions(one: str, other: str, ours: Sentences, theirs: Sentences) -> Iterator[Difference]:
    lost = [fact for fact in facts_in(one) if not theirs.mentions(fact)]
    gained = [fact for fact in facts_in(other) if not ours.mentions(fact)]
    for fact in lost:
        known = next((new.text for new in gained if new.kind == fact.kind), None)
        if instead := known or _in_place_of(fact, one, other, ours):
            yield Difference(fact.kind, fact.text, instead)
    kinds = {fact.kind for fact in lost}
    for fact in gained:
        if fact.kind not in kinds and (instead := _in_place_of(fact, other, one, theirs)):
            yield Difference(fact.kind, instead, fact.text)


def _in_place_of(fact: Fact, sentence: str, other: str, text: Sentences) -> str | None:
    """The name that stands in the other sentence where this one has its own, though it does not look like one.

    `和顺` and `巴特尔` are taken for names where the counterpart has a bank or a person one knows for one.
    """
    at = sentence.find(fact.text)
    if at < 0:
        return None
    start, end = _counterpart(sentence, other, at, at + len(fact.text))
    instead = other[start:end]
    if instead in text.text or not may_be_name(fact.kind, instead, other[end:]):
        return None
    return instead


def _counterpart(sentence: str, other: str, start: int, end: int) -> tuple[int, int]:
    """Where the characters from `start` to `end` stand in the other sentence, whatever they are there."""
    begin = finish = 0
    for tag, i, j, k, l in opcodes(sentence, other):  # noqa: E741
        same = tag == "equal"
        if i <= start < j:
            begin = k + start - i if same else k
        if i < end <= j:
            finish = k + end - i if same else l
    return begin, finish
