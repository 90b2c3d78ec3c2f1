"""Which of many texts are one story, told from what is known of pairs of them. Pure.

Whether two texts are alike is not passed on: a letter cut down to what names nobody is like the letters of
two banks, which are not like each other. So pairs are joined from the most alike to the least, and never
where that would bring two texts together that tell of different things. A text that could as well be a copy of
either of two such stands alone. The answer follows from the
pairs alone; the order in which the texts were found plays no part.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

MARGIN = 0.05
"""By how much more a text must be like one of two that tell of different things to be a copy of it."""

TieKind = Literal["same", "near", "separate", "merge", "split"]
"""`same`, `near` and `separate` were measured; `merge` and `split` are a person's word, which goes before."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What is known of the texts at two addresses."""

    url: str
    """The lesser of the two addresses."""

    other: str
    kind: TieKind
    similarity: float = 1.0

    @classmethod
    def between(cls, one: str, other: str, kind: TieKind, similarity: float = 1.0) -> "Tie":
        """The tie of two addresses given in either order."""
        return cls(min(one, other), max(one, other), kind, similarity)


class Families:
    """The texts of `ties` in groups: first those known to be one text, then those taken for one story."""

    def __init__(self, ties: Iterable[Tie]) -> None:
        self._ties = sorted(ties, key=lambda tie: (-tie.similarity, tie.url, tie.other))
        self._group_of: dict[str, set[str]] = {
            url: {url} for tie in self._ties for url in (tie.url, tie.other)
        }
        splits = {(tie.url, tie.other) for tie in self._of_kind("split")}
        for kind in ("merge", "same"):
            for tie in self._of_kind(kind):
                self._join(tie, splits)
        self._texts = {url: frozenset(group) for url, group in self._group_of.items()}
        apart = splits | set(self._contradictions())
        torn = self._torn(apart)
        for tie in self._of_kind("near"):
            if torn.isdisjoint((self._texts[tie.url], self._texts[tie.other])):
                self._join(tie, apart)

    @property
    def urls(self) -> frozenset[str]:
        """Every address something is known of."""
        return frozenset(self._group_of)

    def stories(self) -> list[frozenset[str]]:
        """The addresses of each story, in the order of their least."""
        return sorted({frozenset(group) for group in self._group_of.values()}, key=min)

    def story_of(self, url: str) -> frozenset[str]:
        """The addresses of the story an address belongs to, itself among them."""
        return frozenset(self._group_of.get(url, {url}))

    def to(self, url: str, canonical: str) -> tuple[Literal["same", "near"], float]:
        """What the text at an address is to another of its story.

        Where the two were never laid side by side, the best that is known of the text and its story counts.
        """
        if (url, canonical) in self._known_as("same"):
            return "same", 1.0
        ours, theirs = self._texts.get(url, {url}), self._texts.get(canonical, {canonical})
        if ours == theirs and not self._were_merged(ours):
            return "same", 1.0
        near = [tie for tie in self._ties if tie.kind in {"near", "merge"}]
        direct = [tie.similarity for tie in near if _links(tie, ours, theirs)]
        story = self.story_of(url)
        return "near", max(
            direct or [tie.similarity for tie in near if _links(tie, ours, story)], default=0.0
        )

    def _known_as(self, kind: TieKind) -> set[tuple[str, str]]:
        pairs = {(tie.url, tie.other) for tie in self._of_kind(kind)}
        return pairs | {(other, url) for url, other in pairs}

    def _were_merged(self, text: Iterable[str]) -> bool:
        held = set(text)
        return any({tie.url, tie.other} <= held for tie in self._of_kind("merge"))

    def _of_kind(self, kind: str) -> Iterator[Tie]:
        return (tie for tie in self._ties if tie.kind == kind)

    def _contradictions(self) -> Iterator[tuple[str, str]]:
        """The pairs that tell of different things, but for texts some form of which was found alike."""
        alike = {(self._texts[tie.url], self._texts[tie.other]) for tie in self._of_kind("near")}
        for tie in self._of_kind("separate"):
            one, other = self._texts[tie.url], self._texts[tie.other]
            if (one, other) not in alike and (other, one) not in alike:
                yield tie.url, tie.other

    def _torn(self, apart: set[tuple[str, str]]) -> set[frozenset[str]]:
        """The texts as good as equally like two that tell of different things: whose copies they are can't be told."""
        likes: dict[frozenset[str], list[tuple[float, str]]] = {}
        for tie in self._of_kind("near"):
            if (tie.url, tie.other) not in apart:
                likes.setdefault(self._texts[tie.url], []).append((tie.similarity, tie.other))
                likes.setdefault(self._texts[tie.other], []).append((tie.similarity, tie.url))
        return {
            text
            for text, [(most, nearest), *others] in likes.items()
            if any(
                most - similarity < MARGIN and not apart.isdisjoint(((nearest, other), (other, nearest)))
                for similarity, other in others
            )
        }

    def _join(self, tie: Tie, apart: set[tuple[str, str]]) -> None:
        one, other = self._group_of[tie.url], self._group_of[tie.other]
        if one is other or any((a, b) in apart or (b, a) in apart for a in one for b in other):
            return
        one |= other
        for url in other:
            self._group_of[url] = one


def _links(tie: Tie, one: Iterable[str], other: Iterable[str]) -> bool:
    return (tie.url in one and tie.other in other) or (tie.other in one and tie.url in other)
