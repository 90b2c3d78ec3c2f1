"""The facts a run's health is judged by, measured on what the run stored and kept in its row of `runs`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from storage.models import articles, findings, ledger, rejections, revisions, runs

PAST_RUNS = 30
"""Runs a new one is held against."""

Whole = Literal["articles", "asked"]
"""What a part is a part of: the articles read in the run, or the addresses answered for."""

FIELDS = ("section", "kicker", "subtitle", "published_at", "source", "contributors", "attachments", "body")
"""The fields whose presence is watched; a page without a title is no article."""

_RULED = ("title", "content", "published_at", "source", "contributors")
"""Fields of which the rule that read them is counted."""

_ANSWERED_BADLY = ("gone", "refused")


@dataclass(frozen=True, slots=True)
class Facts:
    """One run in figures."""

    run_id: int
    started_at: datetime
    recheck: bool = False
    """Whether it read known articles only; such runs are held against their like."""

    whole: bool = True
    """Whether it looked everywhere and came to its own end: no limit, no dates, no sections asked for."""

    articles: int = 0
    asked: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    """`field:source`, `rule:title:heading`, `section:要闻`, `refused:no-body`, `failed:timeout`."""

    lists: Mapping[str, int] = field(default_factory=dict)
    """Entries of each list page that was read; 0 for one that is gone or refused."""

    newest: datetime | None = None
    """Time of the newest article held when the run ended."""

    skew: float | None = None
    """Seconds by which our clock is ahead of the site's."""

    same_page: tuple[int, int] = (0, 0)
    """How many addresses the most frequent page answered for, of how many."""

    alarmed: frozenset[str] = frozenset()
    """Subjects of the findings of the run."""

    def to_stats(self) -> dict[str, Any]:
        """What is kept in `runs.stats`."""
        return {
            "whole": self.whole,
            "articles": self.articles,
            "asked": self.asked,
            "parts": dict(self.parts),
            "lists": dict(self.lists),
            "newest": self.newest and self.newest.isoformat(),
            "skew": self.skew,
            "same_page": list(self.same_page),
        }

    @classmethod
    def of_row(cls, row: RowMapping, alarmed: frozenset[str] = frozenset()) -> Self:
        """The facts of a finished run, from its row."""
        kept = row["stats"]["facts"]
        return cls(
            run_id=row["id"],
            started_at=row["started_at"],
            recheck=row["mode"] == "recheck",
            newest=datetime.fromisoformat(kept["newest"]) if kept["newest"] else None,
            same_page=(kept["same_page"][0], kept["same_page"][1]),
            alarmed=alarmed,
            **{name: kept[name] for name in ("whole", "articles", "asked", "parts", "lists", "skew")},
        )


@dataclass(frozen=True, slots=True)
class Observed:
    """What only the crawl itself could see."""

    tally: Mapping[str, int]
    lists: Mapping[str, int] = field(default_factory=dict)
    whole: bool = True
    skew: float | None = None
    same_page: tuple[int, int] = (0, 0)


def measure(connection: Connection, run_id: int, observed: Observed) -> Facts:
    """The facts of a run that has just ended."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one()
    read, parts = _readings(connection, run_id)
    answers = _answers(observed.tally)
    return Facts(
        run_id=run_id,
        started_at=row["started_at"],
        recheck=row["mode"] == "recheck",
        whole=observed.whole,
        articles=read,
        asked=sum(answers.values()),
        parts=parts | {name: n for name, n in answers.items() if name.startswith(("refused:", "failed:"))},
        lists={**_lost_lists(connection, run_id), **observed.lists},
        newest=connection.scalar(select(func.max(articles.c.published_at))),
        skew=observed.skew,
        same_page=observed.same_page,
    )


def past(connection: Connection, run_id: int) -> list[Facts]:
    """The facts of the runs before, oldest first; those that died left none."""
    rows = connection.execute(
        select(runs.c.id, runs.c.mode, runs.c.started_at, runs.c.stats)
        .where(runs.c.id < run_id, runs.c.finished_at.is_not(None))
        .order_by(runs.c.id.desc())
        .limit(2 * PAST_RUNS)  # half of them may be rechecks
    ).mappings()
    told = [row for row in rows if "facts" in row["stats"]]
    alarms = _alarms(connection, [row["id"] for row in told])
    return [Facts.of_row(row, frozenset(alarms.get(row["id"], ()))) for row in reversed(told)]


def sample(connection: Connection, run_id: int, subject: str) -> str | None:
    """A page of the run that shows what a finding on the subject says."""
    kind, _, name = subject.partition(":")
    match kind:
        case "field":
            return connection.execute(_newest_reading(run_id, _is_empty(name))).scalar()
        case "rule":
            return _read_otherwise(connection, run_id, *name.split(":", 1))
        case "refused":
            query = select(rejections.c.url).where(rejections.c.run_id == run_id, rejections.c.reason == name)
            return connection.scalar(query.limit(1))
        case "failed":
            query = select(ledger.c.url).where(ledger.c.run_id == run_id, ledger.c.reason == name)
            return connection.scalar(query.limit(1))
        case "list":
            return name
    return None


def _readings(connection: Connection, run_id: int) -> tuple[int, dict[str, int]]:
    """How many pages were read as articles, and on how many each field was stated, by which rule."""
    query = select(revisions).where(revisions.c.run_id == run_id, revisions.c.cause == "site")
    counts: Counter[str] = Counter({f"field:{name}": 0 for name in FIELDS})
    read = 0
    for row in connection.execution_options(yield_per=500).execute(query).mappings():
        read += 1
        counts.update(f"field:{name}" for name in FIELDS if row[name])
        counts.update(_rules(row["provenance"]))
        counts[f"section:{row['section'] or ''}"] += 1
    return read, dict(counts) if read else {}


def _rules(provenance: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name in _RULED:
        if name in provenance:
            yield f"rule:{name}:{_rule(provenance[name])}"


def _rule(told: Mapping[str, Any]) -> str:
    """The rule without its variety: `label:时间` of `label:时间 iso-second`."""
    return str(told["rule"]).split()[0]


def _answers(tally: Mapping[str, int]) -> dict[str, int]:
    """The ends of addresses that were asked for."""
    asked = ("articles:", "refused:", "failed:", "gone:", "stored:")
    return {name: count for name, count in tally.items() if name.startswith(asked)}


def _lost_lists(connection: Connection, run_id: int) -> dict[str, int]:
    query = select(ledger.c.url).where(
        ledger.c.run_id == run_id, ledger.c.kind == "list", ledger.c.state.in_(_ANSWERED_BADLY)
    )
    return dict.fromkeys(connection.scalars(query), 0)


def _alarms(connection: Connection, numbers: Sequence[int]) -> dict[int, set[str]]:
    query = select(findings.c.run_id, findings.c.subject).where(findings.c.run_id.in_(numbers))
    alarms: dict[int, set[str]] = {}
    for row in connection.execute(query):
        if row.subject:
            alarms.setdefault(row.run_id, set()).add(row.subject)
    return alarms


def _newest_reading(run_id: int, condition: ColumnElement[bool]) -> Select[Any]:
    query = select(revisions.c.url).where(revisions.c.run_id == run_id, condition)
    return query.order_by(revisions.c.id.desc()).limit(1)


def _is_empty(name: str) -> ColumnElement[bool]:
    column = revisions.c[name]
    if name in {"contributors", "attachments"}:
        return column == []
    return column == "" if name == "body" else column.is_(None)


def _read_otherwise(connection: Connection, run_id: int, name: str, rule: str) -> str | None:
    query = select(revisions.c.url, revisions.c.provenance).where(revisions.c.run_id == run_id)
    for row in connection.execute(query.order_by(revisions.c.id.desc())):
        told = row.provenance.get(name)
        if told is None or _rule(told) != rule:
            return str(row.url)
    return None
