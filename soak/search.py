"""Search in an archive of 100,000 articles: what is promised of its index, and of the time it saves."""

from bench.search import run as measure

_AT_LEAST = {"search-count": 50, "search-newest": 100}
_AT_MOST = {"search-index-size": 0.45, "search-index-build": 0.7}


def run(*, seed: int) -> bool:  # noqa: ARG001 - the texts have their own
    """Measure, and hold it against the promises."""
    kept = True
    for result in measure(100_000):
        is_kept = _AT_LEAST.get(result.name, 0) <= result.ratio <= _AT_MOST.get(result.name, float("inf"))
        kept &= is_kept
        print(
            f"{'kept  ' if is_kept else 'BROKEN'}  {result.name}: {result.ratio:.2f}, {result.what}",
            flush=True,
        )
    return kept
