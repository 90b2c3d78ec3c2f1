"""Scores what the reader makes of a page against what a person wrote down beside it.

`python tests/gate.py` prints the table and every miss; `test_skins.py` holds the floors.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

SKINS = Path(__file__).parent / "fixtures" / "skins"
FETCHED_AT = datetime(2026, 11, 26, 12, 0, tzinfo=timezone(timedelta(hours=8)))
"""Later than every publication the golds state: a date still to come would state nothing."""
GRAM = 4

Page = Mapping[str, Any]
"""A gold page, or what `read_page` made of one: the same keys, values of JSON."""

SILENT: Page = {"entries": [], "next_url": None}
"""What a reading says that took a list for something else."""


@dataclass(frozen=True)
class Sample:
    """One page of the folder and what a careful reader finds on it."""

    name: str
    """Skin and page: `frames/year-less-date`."""

    body: bytes
    gold: Page

    @property
    def group(self) -> str:
        return "held out" if self.gold["held_out"] else "tuned"


@dataclass(frozen=True)
class Verdict:
    """One field of one page: how much of it is right, and what to say where it is not."""

    sample: Sample
    field: str
    score: float
    got: object
    expected: object

    def __str__(self) -> str:
        return f"{self.sample.name}  {self.field}\n    got      {self.got!r}\n    expected {self.expected!r}"


def load_samples(folder: Path = SKINS) -> list[Sample]:
    """Every page that has a gold file beside it, in order of name."""
    return [
        Sample(
            name=path.relative_to(folder).with_suffix("").as_posix(),
            body=path.with_suffix(".html").read_bytes(),
            gold=json.loads(path.read_text("utf-8")),
        )
        for path in sorted(folder.glob("*/*.json"))
    ]


def judge(sample: Sample, got: Page) -> list[Verdict]:
    """One verdict for each field the gold asks for."""
    gold = sample.gold
    fields = [*_outline(gold, got), *_whole_list(gold, {**SILENT, **got})]
    if gold["refusal"] is None and "entries" not in gold:
        fields += [*_stated(gold, got), *_body(gold, got)]
    return [Verdict(sample, *field) for field in fields]


def summarise(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], float]:
    """Mean score in per cent by (group, field), rounded down to a tenth."""
    scores = defaultdict(list)
    for verdict in verdicts:
        scores[verdict.sample.group, verdict.field].append(verdict.score)
    return {key: int(1000 * sum(found) / len(found)) / 10 for key, found in scores.items()}


def table(verdicts: Iterable[Verdict]) -> str:
    """The summary for a person: a row a field, a column a group, pages asked in brackets."""
    verdicts = list(verdicts)
    asked = Counter((v.sample.group, v.field) for v in verdicts)
    rates = summarise(verdicts)
    rows = [f"{'field':<14}{'tuned':>14}{'held out':>14}"]
    for field in dict.fromkeys(v.field for v in verdicts):
        keys = [(group, field) for group in ("tuned", "held out")]
        cells = [f"{rates[key]:>8.1f} ({asked[key]:>2})" if key in rates else "-" for key in keys]
        rows.append(f"{field:<14}{cells[0]:>14}{cells[1]:>14}")
    return "\n".join(rows)


Field = tuple[str, float, object, object]
"""Name, score, got, expected."""


def _outline(gold: Page, got: Page) -> Iterator[Field]:
    if gold["kind"] is not None:
        yield _equal("kind", got["kind"], gold["kind"])
    yield _equal("refusal", got["refusal"], gold["refusal"])


def _whole_list(gold: Page, got: Page) -> Iterator[Field]:
    if "entries" in gold:
        keys = ("url", "title", "date")
        found, wanted = (
            [tuple(e[k] for k in keys) for e in page.get("entries") or ()] for page in (got, gold)
        )
        yield _equal("entries", found, wanted)
        yield _equal("next_url", got["next_url"], gold["next_url"])


def _stated(gold: Page, got: Page) -> Iterator[Field]:
    for field in ("title", "kicker", "subtitle", "section", "source"):
        score = float(_squeeze(got[field]) == _squeeze(gold[field]))
        yield field, score, got[field], gold[field]
    yield _published(gold, got)
    if "published_raw" in gold:
        yield _published_raw(gold, got)
    yield _contributors(gold, got)
    yield _equal(
        "attachments", *([(a["kind"], a["url"]) for a in page["attachments"]] for page in (got, gold))
    )
    yield _equal("next_part", got["next_part"], gold["next_part"])


def _published(gold: Page, got: Page) -> Field:
    """Time and precision together; where the page states two (a printed day, a full `datetime`), either."""
    right = [(p["published_at"], p["published_precision"]) for p in (gold, *gold.get("published_ok", ()))]
    found = (got["published_at"], got["published_precision"])
    return "published", float(found in right), found, right


def _published_raw(gold: Page, got: Page) -> Field:
    """The printed stamp must be kept; whether its label is kept with it is the reader's choice."""
    found, wanted = _squeeze(got["published_raw"]), _squeeze(gold["published_raw"])
    kept = not found if not wanted else wanted in found
    return "published_raw", float(kept), got["published_raw"], gold["published_raw"]


def _contributors(gold: Page, got: Page) -> Field:
    """Everyone credited, in any order; a reporter named in the dateline may be given or not."""
    found, wanted = (
        {(p["name"], p["role"], p["affiliation"]) for p in page["contributors"]} for page in (got, gold)
    )
    optional = {(p["name"], p["role"]) for p in gold.get("contributors_ok", ())}
    right = wanted <= found and all(person[:2] in optional for person in found - wanted)
    return "contributors", float(right), sorted(found, key=str), sorted(wanted, key=str)


def _body(gold: Page, got: Page) -> Iterator[Field]:
    optional = {_squeeze(line) for line in gold.get("body_ok", ())}
    found, wanted = ([line for line in _lines(page["body"]) if line not in optional] for page in (got, gold))
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    yield "body", float(found == wanted), f"extra {list(extra)}", f"missing {list(missing)}"
    kept = 1 - missing.total() / len(wanted) if wanted else 1.0
    yield "paragraphs", kept, f"{len(found)} lines", f"missing {list(missing)}"
    overlap = _gram_f1(found, wanted)
    yield "grams", overlap, f"F1 {overlap:.3f}", "F1 1"
    leaked = [phrase for phrase in gold["forbid"] if _squeeze(phrase) in "\n".join(found)]
    yield "no noise", float(not leaked), leaked, []


def _equal(field: str, got: object, expected: object) -> Field:
    return field, float(got == expected), got, expected


def _squeeze(text: str | None) -> str:
    """The text without white space: how cells, indents and labels are spaced is no reader's merit."""
    return "".join((text or "").split())


def _lines(body: str | None) -> list[str]:
    return [squeezed for line in (body or "").splitlines() if (squeezed := _squeeze(line))]


def _gram_f1(found: list[str], wanted: list[str]) -> float:
    got, gold = _grams(found), _grams(wanted)
    if not got and not gold:
        return 1.0
    return 2 * (got & gold).total() / (got.total() + gold.total())


def _grams(lines: list[str]) -> Counter[str]:
    """Multiset of character 4-grams; none crosses a line, a shorter line is one gram."""
    return Counter(line[i : i + GRAM] for line in lines for i in range(max(1, len(line) - GRAM + 1)))


def measure() -> list[Verdict]:
    """Reads every page through the project's own door."""
    from nongshang.reading import read_page

    return [
        verdict
        for sample in load_samples()
        for verdict in judge(
            sample,
            read_page(
                sample.body, url=sample.gold["url"], fetched_at=FETCHED_AT, charset=sample.gold["charset"]
            ),
        )
    ]


if __name__ == "__main__":
    results = measure()
    print(*(v for v in results if v.score < 1), table(results), sep="\n")  # noqa: T201 - a report for a person
