"""What a measurement found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One ratio, taken inside one run: absolute rates differ from machine to machine, ratios do not."""

    name: str

    ratio: float
    """What was measured, divided by what it was measured against."""

    median: float
    """The middle of the repeats' ratios."""

    spread: float
    """Largest less smallest of them."""

    what: str
    """What was measured, against what."""
