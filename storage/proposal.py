"""What a database's index says to a question, before anybody looks into the texts."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Proposal:
    """Articles among which all answers are."""

    ids: frozenset[int] | None
    """None: any article of the archive."""

    unsure: frozenset[int] | None = field(default=None)
    """Those whose text has to be looked into; None: all of them."""

    @classmethod
    def everything(cls, *, is_sure: bool = False) -> Self:
        """The whole archive."""
        return cls(None, frozenset() if is_sure else None)

    def is_sure(self, number: int) -> bool:
        """Whether an article proposed is an answer for certain."""
        return self.unsure is not None and number not in self.unsure
