"""What a measurement leaves behind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One ratio; absolute rates differ from machine to machine, ratios taken in one run do not."""

    name: str

    ratio: float
    """`of` divided by `against`, as the median of the repeats."""

    spread: float
    """Largest less smallest of the repeats."""

    of: str
    against: str

    target: str = ""
    """What it should be: `<= 0.10`."""
