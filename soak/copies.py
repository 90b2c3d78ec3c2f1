"""One story, many copies, in an archive of a hundred thousand: what an article costs may not grow with it."""

from bench.corpus import Text, corpus
from bench.filing import Score, article, file_all, new_archive, stories, timed
from bench.result import Result
from storage.archive import Archive

STORED = 100_000
EARLY = 1_000
OF_EACH = 1_000
PROBE = 200


def run(stored: int = STORED) -> list[Result]:
    """Cost at the end against the cost at the beginning, and whether anything was merged that should not be."""
    each = min(OF_EACH, stored // 100)
    texts = list(corpus(stored - 11 * each, edits=each, lookalikes=each, seed=2))
    with new_archive() as archive:
        _file(archive, texts[:EARLY], 0)
        early = _probe(archive, stored + PROBE * 10, seed=3)
        _file(archive, texts[EARLY:], EARLY)
        late = _probe(archive, stored + PROBE * 20, seed=4)
        held = stories(archive)
    score = Score(texts, [held[article(number, text).url] for number, text in enumerate(texts)])
    what = f"in an archive of {stored} invented articles"
    return [
        Result(
            "copies: growth", late / early, late, 0.0, f"CPU of filing an article {what}, against {EARLY}"
        ),
        Result("copies: recall", score.overall, score.overall, 0.0, f"edited reposts found {what}"),
        Result("copies: precision", score.precision, score.precision, 0.0, f"pairs joined rightly {what}"),
        Result("copies: look-alikes merged", score.merged, score.merged, 0.0, f"taken for copies {what}"),
    ]


def _file(archive: Archive, texts: list[Text], start: int) -> None:
    file_all(archive, (article(number, text) for number, text in enumerate(texts, start)))


def _probe(archive: Archive, start: int, *, seed: int) -> float:
    """CPU seconds an article takes now: new ones, reposts and look-alikes alike."""
    texts = list(corpus(PROBE, edits=PROBE // 20, lookalikes=PROBE // 20, seed=seed))
    return timed(lambda: _file(archive, texts, start)) / len(texts)
