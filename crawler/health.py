"""Whether a run may be trusted, judged on stored facts against the runs before.

The checks are data: what is counted, which way is worse, how it is said. How much is too much is learned:
a share is out of its band when a site that had not changed would hardly ever show it (`_surprise`), so small
samples and habits that vary by themselves raise nothing. What drifts is amber the first time and red when it
holds or is gross.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import log
from typing import Literal

from storage.article import Finding
from storage.health import PAST_RUNS, Facts, Whole

MIN_SAMPLE = 8
"""Pages below which a share says nothing; runs that bring fewer are judged together."""

_AMBER, _GROSS = 9.2, 18.4
"""Nats of surprise: one in ten thousand, one in a hundred million."""

_LEAST_CHANGE = 0.15
"""A change of a share that is worth a person's time, however certain it is."""

_FULL_LIST = 5
"""Entries of a list that can be said to have been emptied; a small section may well lose its two."""

_LISTS_HELD_AGAINST = 5  # runs

_QUIET = timedelta(days=10)
"""The longest holiday is eight days."""

_SKEW = {"amber": 600.0, "red": 43_200.0}  # seconds

_SAME_PAGE = (5, 0.5)
"""Addresses, and the share of them that one and the same page may answer for."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)

    def __str__(self) -> str:
        return f"{self.rate:.0%} of {self.whole}" if self.whole else "none of 0"

    @property
    def rate(self) -> float:
        """0 to 1."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class ShareCheck:
    """A share that is watched, by the first word of its name in `Facts.parts`."""

    kind: str
    whole: Whole
    worse: Literal["fewer", "more"]
    says: str
    """What is wrong, `{name}` being what stands behind the first word."""

    told: bool = False
    """Kept of a run even where it is none; a run without it did not count it."""

    accustomed: float = 0.0
    """Watched only where at least so many pages had it before."""

    runs: int = 1
    """Runs it takes to know what is usual."""

    may_be_gross: bool = True
    of_whole_runs: bool = False
    """Judged only where the run looked everywhere: one of several workers sees its share of the sections."""

    limit: float | None = None
    """A share that is red whatever was usual before."""

    @property
    def is_by_section(self) -> bool:
        """Whether it is counted section by section too."""
        return self.told and (self.whole, self.worse) == ("articles", "fewer")

    def of(self, facts: Facts, subject: str) -> Share:
        """The share in one run."""
        if self.told and subject not in facts.parts:
            return Share(0, 0)
        part = facts.parts.get(subject, 0)
        whole: int = getattr(facts, self.whole)
        if self.kind == "rule":
            # Of the pages that state the field at all; that they do is a check of its own.
            stated = facts.parts.get(f"field:{subject.split(':')[1]}", whole)
            whole = max(stated, part)  # a source printed as 网络 is read, and is none
        return Share(part, whole)


CHECKS = (
    ShareCheck("field", "articles", "fewer", "{name} is stated on fewer pages", told=True),
    ShareCheck(
        "rule",
        "articles",
        "fewer",
        "{name} is the rule for fewer pages, the rest is read by a fallback",
        accustomed=0.5,
        may_be_gross=False,
    ),
    ShareCheck(
        "time", "articles", "fewer", "fewer articles print a time of day", told=True, may_be_gross=False
    ),
    ShareCheck(
        "body",
        "articles",
        "fewer",
        "fewer bodies have more than one paragraph",
        told=True,
        may_be_gross=False,
    ),
    ShareCheck("alike", "articles", "more", "more articles share their {name} with another", told=True),
    ShareCheck(
        "edited",
        "checked",
        "more",
        "more of the articles looked at again have changed",
        told=True,
        may_be_gross=False,
    ),
    ShareCheck(
        "entries",
        "entries",
        "fewer",
        "fewer entries of the lists print a date",
        told=True,
        may_be_gross=False,
    ),
    ShareCheck(
        "section",
        "articles",
        "fewer",
        "section {name} brings fewer of the new articles",
        runs=5,
        of_whole_runs=True,
    ),
    ShareCheck("refused", "asked", "more", "more pages are refused as {name}", limit=0.6),
    ShareCheck("failed", "asked", "more", "more pages could not be fetched: {name}", limit=0.25),
    ShareCheck("gone", "asked", "more", "more pages are gone: {name}"),
    ShareCheck("skipped", "asked", "more", "more pages may not be fetched: {name}"),
    ShareCheck("articles", "asked", "more", "more articles are known already, at another address: {name}"),
)


def judge(now: Facts, past: Sequence[Facts]) -> list[Finding]:
    """What an operator should know of a run; nothing, of a healthy one.

    Args:
        now: the run that has just ended.
        past: the runs before, oldest first.
    """
    alike = [facts for facts in past if facts.recheck == now.recheck][-PAST_RUNS:]
    found = [
        *_clock(now, past),
        *_lists(now, alike),
        *_same_page(now),
        *(finding for check in _checks(now) for finding in _drift(check, now, alike)),
        *_age(now, alike),
    ]
    return [_graver(finding) if _holds(finding, alike) else finding for finding in found]


def _holds(finding: Finding, past: Sequence[Facts]) -> bool:
    """Whether the last run that could tell found the same; one that read nothing could not."""
    last = next((facts for facts in reversed(past) if facts.articles or facts.alarmed), None)
    return last is not None and finding.subject in last.alarmed


def _graver(finding: Finding) -> Finding:
    return replace(finding, verdict="red", finding=f"{finding.finding}, as in the run before")


def _checks(now: Facts) -> Iterator[ShareCheck]:
    return (check for check in CHECKS if now.whole or not check.of_whole_runs)


def _drift(check: ShareCheck, now: Facts, past: Sequence[Facts]) -> Iterator[Finding]:
    subjects = {name for facts in (now, *past) for name in facts.parts if name.startswith(f"{check.kind}:")}
    for subject in sorted(subjects):
        recent, before = _samples(check, subject, now, past)
        new = _sum(check.of(facts, subject) for facts in recent)
        shares = [check.of(facts, subject) for facts in before]
        old = _sum(shares)
        at_most = _by_section(subject, recent, before, old.rate) if check.is_by_section else 1.0
        verdict = _verdict(check, new, shares, at_most)
        if verdict:
            name = subject.partition(":")[2].replace(":", " by ", 1) or "without a name"
            said = f"{check.says.format(name=name)}: {new}, usually {old}{_rule_of(check, subject, past)}"
            yield Finding(verdict, said, str(old), str(new), subject=subject)


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, Share(0, 0))


def _samples(
    check: ShareCheck, subject: str, now: Facts, past: Sequence[Facts]
) -> tuple[list[Facts], list[Facts]]:
    """The newest runs, of as many pages as a judgement needs, and the runs before those that were sound."""
    recent, before = [now], list(past)
    while 0 < sum(check.of(facts, subject).whole for facts in recent) < MIN_SAMPLE and before:
        recent.append(before.pop())
    return recent, [facts for facts in before if subject not in facts.alarmed]


def _by_section(subject: str, recent: Sequence[Facts], before: Sequence[Facts], usual: float) -> float:
    """The share to expect if each section keeps its habit: notices have no author, on whatever night."""
    expected = read = 0.0
    for facts in recent:
        for name, count in facts.parts.items():
            if name.startswith("section:"):
                habit = _habit(name.removeprefix("section:"), subject, before)
                expected += count * (habit.part + usual) / (habit.whole + 1)
                read += count
    return expected / read if read else usual


def _habit(section: str, subject: str, before: Sequence[Facts]) -> Share:
    counted = [facts for facts in before if any(name.startswith("within:") for name in facts.parts)]
    return _sum(
        Share(facts.parts.get(f"within:{section}:{subject}", 0), facts.parts.get(f"section:{section}", 0))
        for facts in counted
    )


def _verdict(
    check: ShareCheck, new: Share, before: Sequence[Share], at_most: float
) -> Literal["amber", "red"] | None:
    if new.whole < MIN_SAMPLE:
        return None
    if check.limit is not None and new.rate >= check.limit:
        return "red"
    telling = [share for share in before if share.whole]
    old = _sum(telling)
    if len(telling) < check.runs or old.whole < MIN_SAMPLE or old.rate < check.accustomed:
        return None
    edge = min(_edge(check, old, telling), at_most)
    change = edge - new.rate if check.worse == "fewer" else new.rate - edge
    surprise = _surprise(new, edge) if change >= _LEAST_CHANGE else 0.0
    if surprise < _AMBER:
        return None
    gross = check.may_be_gross and surprise >= _GROSS and change >= max(edge, 1 - edge) / 2
    return "red" if gross else "amber"


def _edge(check: ShareCheck, old: Share, before: Sequence[Share]) -> float:
    """The worst the site has shown while it was sound; one page of doubt keeps it off 0 and 1."""
    worst = min if check.worse == "fewer" else max
    doubted = (old.part + 1) / (old.whole + 2)
    return worst(doubted, *(share.rate for share in before if share.whole >= MIN_SAMPLE))


def _surprise(new: Share, expected: float) -> float:
    """How unlikely a share is where `expected` is the rule: the Chernoff bound, in nats."""
    return new.whole * (_term(new.rate, expected) + _term(1 - new.rate, 1 - expected))


def _term(seen: float, expected: float) -> float:
    return seen * log(seen / expected) if seen else 0.0


def _rule_of(check: ShareCheck, subject: str, past: Sequence[Facts]) -> str:
    """The rule that used to read a field, for whoever goes to mend it."""
    if check.kind != "field":
        return ""
    prefix = f"rule:{subject.partition(':')[2]}:"
    counts: dict[str, int] = {}
    for facts in past:
        for name, count in facts.parts.items():
            if name.startswith(prefix):
                counts[name] = counts.get(name, 0) + count
    return f", read by {max(counts, key=counts.__getitem__).removeprefix(prefix)}" if counts else ""


def _lists(now: Facts, past: Sequence[Facts]) -> Iterator[Finding]:
    """Lists that had entries and have none."""
    before = [facts for facts in past if facts.whole and any(facts.lists.values())][-_LISTS_HELD_AGAINST:]
    if not now.whole or not before:
        return
    usual = {
        url: count
        for url, count in before[-1].lists.items()
        if count >= _FULL_LIST and all(facts.lists.get(url, count) for facts in before)
    }
    if len(usual) > 1 and not any(now.lists.values()):
        said = f"no list has entries any more, {len(usual)} had: a block page, or another layout"
        yield Finding("red", said, str(len(usual)), "0", next(iter(usual)), subject="lists")
        return
    for url, count in usual.items():
        if now.lists.get(url) == 0:
            said = f"the list {url} has no entry any more, it had {count}"
            yield Finding("amber", said, str(count), "0", url, subject=f"list:{url}")


def _same_page(now: Facts) -> Iterator[Finding]:
    same, total = now.same_page
    least, share = _SAME_PAGE
    if total >= least and same > share * total:
        said = f"one and the same page answers for {same} of {total} addresses: a block page or an error page"
        yield Finding("red", said, new=f"{same}/{total}", subject="same-page")


def _clock(now: Facts, past: Sequence[Facts]) -> Iterator[Finding]:
    """Our clock against the runs before, and against the site's."""
    latest = max(past, key=lambda facts: facts.started_at, default=None)
    if latest and latest.started_at > now.started_at:
        said = f"the machine's clock went back: run {latest.run_id} began later than this one"
        yield Finding("red", said, latest.started_at.isoformat(), now.started_at.isoformat(), subject="clock")
    if now.skew is not None and abs(now.skew) >= _SKEW["amber"]:
        verdict: Literal["amber", "red"] = "red" if abs(now.skew) >= _SKEW["red"] else "amber"
        way = "ahead of" if now.skew > 0 else "behind"
        said = f"the machine's clock is {timedelta(seconds=round(abs(now.skew)))} {way} the site's"
        yield Finding(verdict, said, new=f"{now.skew:.0f} s", subject="clock-skew")


def _age(now: Facts, past: Sequence[Facts]) -> Iterator[Finding]:
    """How long the site has been silent, against the longest silence of the runs before."""
    ages = [age for facts in past if (age := _silence(facts)) is not None]
    age = _silence(now)
    if age is None or not ages:
        return
    longest = max(ages)
    if age > max(_QUIET, 2 * longest):
        said = f"the newest article is {age.days} days old; the longest silence before was {longest.days}"
        yield Finding("amber", said, f"{longest.days} days", f"{age.days} days", subject="age")


def _silence(facts: Facts) -> timedelta | None:
    return max(timedelta(0), facts.started_at - facts.newest) if facts.newest else None
