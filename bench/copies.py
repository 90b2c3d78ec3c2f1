"""One story, many copies: what is found, what is kept apart, and at which cost."""

import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from datasketch import MinHash, MinHashLSH
from sqlalchemy import Connection

from bench.corpus import Text, corpus
from bench.dispatches import dispatches
from bench.filing import Score, article, file_all, new_archive, stories, timed
from bench.postbag import postbag
from bench.result import Result
from pipelines.fingerprint import SHINGLE, Fingerprint
from storage import near
from storage.archive import Archive
from storage.article import Article

ORIGINALS = 2000
OF_EACH = 400
LETTERS = 400
LETTERS_OF_EACH = 60
DISPATCHES_OF_EACH = 60
ROUNDS = 7
PERMUTATIONS = 128
TURN = 100


def run() -> list[Result]:
    """Recall and precision on the newsrooms, and the cost of the index beside datasketch's."""
    texts = list(corpus(ORIGINALS, edits=OF_EACH, lookalikes=OF_EACH))
    letters = list(postbag(LETTERS, edits=LETTERS_OF_EACH, lookalikes=LETTERS_OF_EACH))
    with new_archive() as archive:
        found = _told(
            _score(archive, texts), "copies", f"{len(texts)} invented articles, {OF_EACH} of each kind"
        )
        with archive.transaction() as tx:
            ratios = _cost_ratios(tx.connection, texts)
    with new_archive() as archive:
        what = f"{len(letters)} letters that differ in as little as a name, {LETTERS_OF_EACH} of each kind"
        found += _told(_score(archive, letters), "copies, letters", what)
    return found + list(_side_by_side()) + _index(ratios)


def _side_by_side() -> Iterator[Result]:
    """How often two texts laid beside each other are judged rightly."""
    judged: dict[str, list[bool]] = {}
    for one, other in dispatches(DISPATCHES_OF_EACH):
        verdict = Fingerprint(one.title, one.body).compare(other.title, other.body).verdict
        expected = "near" if one.story == other.story else "separate"
        judged.setdefault(f"{expected}, {other.kind}", []).append(verdict == expected)
    for kind, right in judged.items():
        share = sum(right) / len(right)
        what = f"judged rightly; {len(right)} pairs of stories that name people without a title"
        yield Result(f"copies, dispatches: {kind}", share, share, 0.0, what)


def _score(archive: Archive, texts: Sequence[Text]) -> Score:
    articles = [article(number, text) for number, text in enumerate(texts)]
    file_all(archive, articles)
    held = stories(archive)
    return Score(texts, [held[one.url] for one in articles])


def _told(score: Score, name: str, what: str) -> list[Result]:
    merged = score.merged.total()
    kinds = ", ".join(f"{kind} {count}" for kind, count in score.merged.items()) or "none"
    return [
        *(
            Result(f"{name}: recall, {edit}", found, found, 0.0, f"edited reposts found; {what}")
            for edit, found in (*score.recall.items(), ("all edits", score.overall))
        ),
        Result(f"{name}: precision", score.precision, score.precision, 0.0, f"pairs joined rightly; {what}"),
        Result(f"{name}: look-alikes merged", merged, merged, 0.0, f"taken for copies: {kinds}; {what}"),
    ]


def _index(ratios: Sequence[float]) -> list[Result]:
    median, spread = statistics.median(ratios), max(ratios) - min(ratios)
    what = f"CPU to sign, look up and enter a text, against datasketch ({PERMUTATIONS} permutations)"
    return [Result("copies: index", median, median, spread, what)]


def _cost_ratios(connection: Connection, texts: Sequence[Text]) -> list[float]:
    """The same texts once more, in two indexes that hold all of them already.

    Both sides sign within the timing, and neither has an empty index to look into: that would be quicker.
    """
    index = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    _sketch(index, enumerate(texts))
    # Numbers no text has: what is entered is found, but leads nowhere.
    numbered = list(enumerate(texts, start=10**6))
    return [_cost_ratio(connection, index, numbered[part::ROUNDS]) for part in range(ROUNDS)]


def _cost_ratio(connection: Connection, index: MinHashLSH, texts: Sequence[tuple[int, Text]]) -> float:
    """Our CPU over datasketch's, in turns so short that a slower processor is slower for both."""
    ours = theirs = 0.0
    for start in range(0, len(texts), TURN):
        turn = texts[start : start + TURN]
        articles = [(number, article(number, text)) for number, text in turn]
        ours += timed(lambda a=articles: _enter(connection, a))
        theirs += timed(lambda t=turn: _sketch(index, t))
    return ours / theirs


def _enter(connection: Connection, articles: Iterable[tuple[int, Article]]) -> None:
    """Signature, look-up, entry. What is found comes with its words, ready to be compared."""
    for number, one in articles:
        fingerprint = Fingerprint(one.title, one.body)
        near.alike(connection, replace(one, fingerprint=fingerprint))
        near.enter(connection, number, fingerprint.keys)


def _sketch(index: MinHashLSH, texts: Iterable[tuple[int, Text]]) -> None:
    """The same with datasketch, whose look-up gives numbers."""
    for number, text in texts:
        words = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text.body).casefold())
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch({words[i : i + SHINGLE].encode() for i in range(len(words) - SHINGLE + 1)})
        index.query(sketch)
        index.insert(number, sketch)
