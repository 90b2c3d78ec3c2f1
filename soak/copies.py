"""One story, many copies, in an archive of a hundred thousand: what an article costs may not grow with it."""

import statistics
from dataclasses import replace

from bench.corpus import EDITS, LOOKALIKES, Text, corpus
from bench.filing import Score, article, file_all, new_archive, stories, timed
from storage.archive import Archive

STORED = 100_000
SEASON = 1_000
OF_EACH = 10
KINDS = len(EDITS) + len(LOOKALIKES)
ROUNDS = 9
PROBE = 90
MOST_GROWTH = 1.5
LEAST_RECALL = 0.96


def run(stored: int = STORED, seed: int = 1) -> bool:
    """The part of `make soak`: an archive of one season beside one of all of them."""
    filed: list[Text] = []
    with new_archive() as small, new_archive() as large:
        for number in range(stored // SEASON):
            texts = _season(seed + number)
            for archive in (small, large) if number == 0 else (large,):
                _file(archive, texts, len(filed), at_once=100)
            # A hundred thousand bodies need not be kept to count by.
            filed += [replace(text, paragraphs=()) for text in texts]
            if len(filed) % (10 * SEASON) == 0:
                print(f"copies: {len(filed)} articles filed", flush=True)
        held = stories(large)
        score = Score(filed, [held[article(number, text).url] for number, text in enumerate(filed)])
        ratios = [_growth(small, large, len(filed) + turn * PROBE, seed - 1 - turn) for turn in range(ROUNDS)]
    growth = statistics.median(ratios)
    print(f"copies: recall {score.overall:.4f}, precision {score.precision:.5f} among {len(filed)} articles")
    print(f"copies: {score.merged.total()} look-alikes merged")
    print(
        f"copies: filing an article costs {growth:.2f} times the CPU it costs among {SEASON}"
        f" ({min(ratios):.2f} to {max(ratios):.2f} in {ROUNDS} pairs)"
    )
    return growth <= MOST_GROWTH and score.overall >= LEAST_RECALL and not score.merged


def _season(seed: int) -> list[Text]:
    """A thousand texts whose stories bear names of their own."""
    texts = corpus(SEASON - KINDS * OF_EACH, edits=OF_EACH, lookalikes=OF_EACH, seed=seed)
    return [replace(text, story=f"{seed}:{text.story}") for text in texts]


def _growth(small: Archive, large: Archive, start: int, seed: int) -> float:
    """CPU of filing the same articles in the large archive over that in the small one."""
    texts = list(corpus(PROBE - KINDS, edits=1, lookalikes=1, seed=seed))
    small_cost, large_cost = (timed(lambda a=a: _file(a, texts, start)) for a in (small, large))
    return large_cost / small_cost


def _file(archive: Archive, texts: list[Text], start: int, *, at_once: int = 1) -> None:
    file_all(archive, (article(number, text) for number, text in enumerate(texts, start)), at_once=at_once)
