"""The facts a run's health is judged by, measured on what the run stored and kept in its row of `runs`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal, Self

from sqlalchemy import Connection, RowMapping, func, select

from storage.columns import SITE_TIME
from storage.models import articles, captures, findings, ledger, rejections, revisions, runs

PAST_RUNS = 30
"""Runs a new one is held against."""

Whole = Literal["articles", "asked", "checked", "entries"]
"""What a part is a part of: the articles read in the run, the addresses answered for, the articles looked at
again, the entries of the lists."""

FIELDS = ("section", "kicker", "subtitle", "published_at", "source", "contributors", "attachments", "body")
"""The fields whose presence is watched; a page without a title is no article."""

_RULED = ("title", "content", "published_at", "source", "contributors")
"""Fields of which the rule that read them is counted."""


def _has_time_of_day(row: RowMapping) -> bool:
    stated: datetime | None = row["published_at"]
    to_the_day = row["published_precision"] == "day"
    return stated is not None and not to_the_day and stated.astimezone(SITE_TIME).time() != time()


_WATCHED: Mapping[str, Callable[[RowMapping], bool]] = {
    **{f"field:{name}": lambda row, name=name: bool(row[name]) for name in FIELDS},  # type: ignore[misc]
    "time:of-day": _has_time_of_day,
    "body:paragraphs": lambda row: "\n" in row["body"],
}
"""What is counted of each reading, and told apart by section, as sections have habits of their own."""

_ALIKE: Mapping[str, Callable[[RowMapping], str]] = {
    "title": lambda row: str(row["title"]),
    "first-line": lambda row: _telling(row["body"].partition("\n")[0]),
    "last-line": lambda row: _telling(row["body"].rpartition("\n")[2]),
}
"""Texts no two stories of a run should share: a template that gets into them shows at their ends."""

_TELLING_LINE = 8
"""Characters from which two equal lines are no accident."""


def _telling(line: str) -> str:
    return line if len(line) >= _TELLING_LINE else ""


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
    checked: int = 0
    entries: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    """`field:source`, `rule:title:heading`, `section:要闻`, `alike:title`, `refused:no-body`, `failed:timeout`;
    `within:要闻:field:source` is the same counted in one section."""

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
            "checked": self.checked,
            "entries": self.entries,
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
            checked=kept.get("checked", 0),  # of a run before these were counted
            entries=kept.get("entries", 0),
            **{name: kept[name] for name in ("whole", "articles", "asked", "parts", "lists", "skew")},
        )


@dataclass(frozen=True, slots=True)
class Observed:
    """What only the crawl itself could see."""

    tally: Mapping[str, int]
    lists: Mapping[str, int] = field(default_factory=dict)
    dated: int = 0
    """Entries of the lists that print a date."""

    whole: bool = True
    skew: float | None = None
    same_page: tuple[int, int] = (0, 0)


def measure(connection: Connection, run_id: int, observed: Observed) -> Facts:
    """The facts of a run that has just ended."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one()
    read, parts = _readings(connection, run_id)
    answers = _answers(observed.tally)
    parts |= {name: count for name, count in answers.items() if name.startswith(_ENDS_WATCHED)}
    parts["entries:dated"] = observed.dated
    parts["edited:articles"] = answers.get("articles:revision", 0)
    return Facts(
        run_id=run_id,
        started_at=row["started_at"],
        recheck=row["mode"] == "recheck",
        whole=observed.whole,
        articles=read,
        asked=sum(answers.values()),
        checked=sum(answers.get(f"articles:{kind}", 0) for kind in ("revision", "unchanged")),
        entries=sum(observed.lists.values()),
        parts=parts,
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
        case "field" | "time" | "body":
            return _read_without(connection, run_id, _WATCHED[subject])
        case "alike":
            return _read_alike(connection, run_id, _ALIKE[name])
        case "rule":
            return _read_otherwise(connection, run_id, *name.split(":", 1))
        case "refused":
            query = select(rejections.c.url).where(rejections.c.run_id == run_id, rejections.c.reason == name)
        case "list":
            query = select(ledger.c.url).where(ledger.c.url == name)
        case _:  # an end of addresses: failed, gone, skipped, articles
            query = select(ledger.c.url).where(ledger.c.run_id == run_id, ledger.c.reason == name)
    return connection.scalar(query.limit(1))


def capture_of(connection: Connection, run_id: int, url: str) -> int | None:
    """The number under which the run kept a page."""
    query = select(func.max(captures.c.id)).where(captures.c.url == url, captures.c.run_id == run_id)
    number: int | None = connection.scalar(query)
    return number


def _readings(connection: Connection, run_id: int) -> tuple[int, dict[str, int]]:
    """How many pages were read as articles, and on how many each thing watched was found."""
    counts: Counter[str] = Counter(dict.fromkeys(_WATCHED, 0))
    told: dict[str, dict[int, set[int]]] = {name: defaultdict(set) for name in _ALIKE}
    read = 0
    for row in _read_by(connection, run_id):
        read += 1
        section = row["section"] or ""
        found = [name for name, holds in _WATCHED.items() if holds(row)]
        counts.update([f"section:{section}", *found, *(f"within:{section}:{name}" for name in found)])
        counts.update(_rules(row["provenance"]))
        for name, text_of in _ALIKE.items():
            if text := text_of(row):
                told[name][hash(text)].add(row["article_id"])
    for name, stories in told.items():
        counts[f"alike:{name}"] = sum(len(sharing) for sharing in stories.values() if len(sharing) > 1)
    return read, dict(counts) if read else {}


def _read_by(connection: Connection, run_id: int) -> Iterator[RowMapping]:
    """What the run read anew, newest first."""
    query = select(revisions).where(revisions.c.run_id == run_id, revisions.c.cause == "site")
    streamed = connection.execution_options(yield_per=500).execute(query.order_by(revisions.c.id.desc()))
    yield from streamed.mappings()


def _rules(provenance: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name in _RULED:
        if name in provenance:
            yield f"rule:{name}:{_rule(provenance[name])}"


def _rule(told: Mapping[str, Any]) -> str:
    """The rule without its variety: `label:时间` of `label:时间 iso-second`."""
    return str(told["rule"]).split()[0]


_ENDS_WATCHED = ("refused:", "failed:", "gone:", "skipped:", "articles:same")


def _answers(tally: Mapping[str, int]) -> dict[str, int]:
    """The ends of addresses that were asked for, and of those that would have been without robots.txt."""
    asked = ("articles:", "refused:", "failed:", "gone:", "stored:", "skipped:robots")
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


def _read_without(connection: Connection, run_id: int, holds: Callable[[RowMapping], bool]) -> str | None:
    return next((str(row["url"]) for row in _read_by(connection, run_id) if not holds(row)), None)


def _read_alike(connection: Connection, run_id: int, text_of: Callable[[RowMapping], str]) -> str | None:
    met: dict[str, int] = {}
    for row in _read_by(connection, run_id):
        text = text_of(row)
        if text and met.setdefault(text, row["article_id"]) != row["article_id"]:
            return str(row["url"])
    return None


def _read_otherwise(connection: Connection, run_id: int, name: str, rule: str) -> str | None:
    for row in _read_by(connection, run_id):
        told = row["provenance"].get(name)
        if told is None or _rule(told) != rule:
            return str(row["url"])
    return None
