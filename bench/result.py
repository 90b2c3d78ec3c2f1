"""What a measurement found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One ratio, taken inside one run."""

    name: str
    ratio: float
    median: float
    spread: float
    what: str
    """What was measured, against what."""
