"""What stands in one text where another has something else, whatever it is. Pure.

Two things can be told from all that was replaced together, and from none of it alone. Where nothing but names
was replaced, nobody edited the text: it was written to another. And where words are replaced all over, as in
a text reworded or badly read off a picture, a name or a figure among them need not be meant.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from pipelines.facts import (
    figures_in,
    is_ending,
    is_surely_name,
    looks_like_name,
    may_be_name,
    may_be_within_name,
)

_FEWEST, _ALL_OVER = 8, 2 / 3
"""How many words are replaced at least in a text that is reworked all over, and in what share of its sentences."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A piece of a sentence, what its counterpart has there, and what stands around."""

    ours: str
    theirs: str
    before: str
    behind: str
    behind_theirs: str


@lru_cache(maxsize=256)
def opcodes(one: str, other: str) -> Sequence[tuple[str, int, int, int, int]]:
    """How one sentence is made into the other."""
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def replacements(pairs: Iterable[tuple[str, str]]) -> list[Replacement]:
    """What is replaced between sentences and their counterparts; what only one of them has is not."""
    return [
        Replacement(one[i:j], other[k:m], one[:i], one[j:], other[m:])
        for one, other in pairs
        for i, j, k, m in _pieces(one, other)
        if i < j and k < m
    ]


def is_reworked(pairs: Sequence[tuple[str, str]], sentences: int) -> bool:
    """Whether words are replaced all over a text of so many sentences."""
    if len(pairs) < _ALL_OVER * sentences:
        return False
    words = [sum(not _is_fact(each) for each in replacements([pair])) for pair in pairs]
    return sum(words) >= _FEWEST and sum(map(bool, words)) >= _ALL_OVER * sentences


def names_in_place(replaced: Iterable[Replacement]) -> list[tuple[str, str]]:
    """Each name and the name in its place, if nothing but names is replaced: most are known, the others may be.

    Where both names are sure (王小满, 李大川) that counts twice: of two pairs one such is enough.
    """
    known: dict[tuple[str, str], int] = {}
    for each in replaced:
        pair = each.ours, each.theirs
        if _says_the_same(each):
            continue
        known[pair] = max(known.get(pair, 0), _is_name_for_name(each) * (1 + _are_surely_names(each)))
        if not known[pair] and not _may_be_name_for_name(each):
            return []
    return list(known) if 2 * sum(known.values()) > len(known) else []


def _pieces(one: str, other: str) -> Iterator[tuple[int, int, int, int]]:
    """Where the two differ; a character two pieces have between them may be one of a name: 何平, 贾平安."""
    piece: tuple[int, int, int, int] | None = None
    for tag, i, j, k, l in opcodes(one, other):  # noqa: E741
        if tag == "equal":
            continue
        if piece and i - piece[1] == 1 and may_be_within_name(one[i - 1]):
            piece = piece[0], j, piece[2], l
        else:
            if piece:
                yield piece
            piece = i, j, k, l
    if piece:
        yield piece


def _says_the_same(each: Replacement) -> bool:
    """Another sign, or another kind of bank."""
    no_words = not any(map(str.isalnum, each.ours + each.theirs))
    return no_words or (is_ending(each.ours) and is_ending(each.theirs))


def _is_fact(each: Replacement) -> bool:
    return _says_the_same(each) or any(figures_in(each.ours + each.theirs)) or _is_name_for_name(each)


def _is_name_for_name(each: Replacement) -> bool:
    """One that surely is a name is enough, if the other may be one."""
    if is_surely_name(each.ours, each.before, each.behind):
        return may_be_name("person", each.theirs, each.behind_theirs)
    if is_surely_name(each.theirs, each.before, each.behind_theirs):
        return may_be_name("person", each.ours, each.behind)
    is_new = set(each.ours).isdisjoint(each.theirs)
    return is_new and looks_like_name(each.ours) and looks_like_name(each.theirs)


def _are_surely_names(each: Replacement) -> bool:
    return is_surely_name(each.ours, each.before, each.behind) and is_surely_name(
        each.theirs, each.before, each.behind_theirs
    )


def _may_be_name_for_name(each: Replacement) -> bool:
    return (
        set(each.ours).isdisjoint(each.theirs)
        and may_be_name("person", each.ours, each.behind)
        and may_be_name("person", each.theirs, each.behind_theirs)
    )
