"""What a part of the bench found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: a ratio holds on any machine, seconds do not."""

    name: str
    ratio: float
    median: float
    """Seconds of the thing measured, the middle one of its rounds."""

    spread: float
    """From the quickest to the slowest round, as a share of the median."""

    what: str
    """What against what."""
