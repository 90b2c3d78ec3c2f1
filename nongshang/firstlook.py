"""How a site would be read: its home page, one list, three articles, field by field. Nothing is stored."""

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from itertools import islice
from typing import Literal
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from protego import Protego
from rich.cells import cell_len, set_cell_size

from crawler.pages.document import MAX_BYTES
from crawler.pages.links import Link
from crawler.pages.listing import ListPage
from crawler.pages.reading import Reader, Reading, Received
from crawler.settings.base import USER_AGENT
from crawler.spiders.nongshang import NongshangSpider
from nongshang.terminal import harmless
from pipelines.boilerplate import strip
from pipelines.normalise import normalise
from pipelines.urls import Site
from storage.article import Article

Level = Literal["ok", "warn", "fail"]

_SKEW = 600  # seconds
_PAUSE = 1.5
_TIMEOUT = 30
_ARTICLES = 3
_ENTRIES = 3
_LISTS_TRIED, _LISTS_READ = 10, 3
"""Pages asked for, and lists among which the longest is shown: notices are short, and name nobody."""

_SECTIONS_NAMED = 12

_INDENT, _NAME, _RULE = " " * 6, 14, 22
_LEAST_VALUE, _UNBOUNDED = 20, 160
"""Columns of a value: on a narrow terminal, and where there is none."""

_RULE_OF = {
    "title": "title",
    "kicker": "kicker",
    "subtitle": "subtitle",
    "section": "breadcrumb",
    "published_at": "published_at",
    "source": "source",
    "contributors": "contributors",
    "attachments": "content",
    "body": "content",
}
"""Each field that is shown, and the name under which its rule is told."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at."""

    level: Level
    what: str
    found: str
    details: tuple[str, ...] = ()
    """Lines below it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    body: bytes
    kind: str
    charset: str | None
    date: str | None


@dataclass(slots=True)
class _Visitor:
    """Asks for pages at the job's own pace, and for none robots.txt forbids."""

    place: Site
    rules: Protego
    asked: set[str] = field(default_factory=set)

    def read(self, url: str) -> Reading | str:
        """The page as it is read, or why there is none."""
        self.asked.add(url)
        if not self.rules.can_fetch(url, USER_AGENT):
            return "is forbidden by robots.txt"
        answer = _fetch(url)
        return answer if isinstance(answer, str) else _read(answer, self.place)


def site(base_url: str) -> Iterator[Diagnosis]:
    """How the site answers, and how its pages are read."""
    home = _fetch(base_url)
    if isinstance(home, str):
        yield Diagnosis("fail", "site", f"{base_url} {home}")
        return
    led = "" if home.url == base_url else f", where {base_url} leads"
    yield Diagnosis("ok", "site", f"{home.url} answers{led}, {len(home.body):,} bytes")
    yield _clock(home)
    if home.kind not in {"text/html", "application/xhtml+xml"}:
        yield Diagnosis("fail", "home page", f"{home.kind} is no page: give the root of the site")
        return
    rules = _robots(home.url)
    if not rules.can_fetch(home.url, USER_AGENT):
        yield Diagnosis("fail", "robots", f"forbids {home.url}: the job would fetch nothing")
        return
    yield Diagnosis("ok", "robots", f"allows {home.url}")
    visitor = _Visitor(Site.of(home.url), rules, {home.url})
    yield from _pages(_read(home, visitor.place), visitor)


def _pages(home: Reading, visitor: _Visitor) -> Iterator[Diagnosis]:
    lists, articles = _links(home, "list"), _links(home, "article")
    names = list(dict.fromkeys(link.text for link in lists if link.text))[:_SECTIONS_NAMED]
    found = f"links {len(lists)} lists, {len(articles)} articles"
    yield Diagnosis(
        "ok" if lists else "fail", "home page", found, (_fitted("、".join(names)),) if names else ()
    )
    found_lists = islice(_read_lists([link.url for link in lists], visitor), _LISTS_READ)
    listing = max(found_lists, key=lambda read: len(read[1].entries), default=None)
    if listing is None:
        yield Diagnosis("fail", "list", f"none of {len(visitor.asked) - 1} pages tried was read as a list")
        return
    url, page = listing
    yield _list(url, page)
    yield from _articles([entry.url for entry in page.entries if visitor.place.same_site(entry.url)], visitor)


def _clock(home: _Answer) -> Diagnosis:
    """Our clock against the site's."""
    try:
        skew = (datetime.now(UTC) - parsedate_to_datetime(home.date or "")).total_seconds()
    except (ValueError, TypeError):
        return Diagnosis("ok", "clock", "the site does not say what time it is")
    return Diagnosis("ok" if abs(skew) < _SKEW else "fail", "clock", f"{skew:+.0f} s against the site's")


def _robots(home: str) -> Protego:
    answer = _fetch(urljoin(home, "/robots.txt"))
    return Protego.parse("" if isinstance(answer, str) else answer.body.decode("utf-8", "replace"))


def _links(reading: Reading, kind: str) -> list[Link]:
    listing = reading.listing
    return [link for link, verdict in listing.links if verdict.kind == kind] if listing else []


def _read_lists(urls: Sequence[str], visitor: _Visitor) -> Iterator[tuple[str, ListPage]]:
    """The pages that are read as lists; what a channel page leads to is tried before its neighbours."""
    waiting = list(urls)
    while waiting and len(visitor.asked) <= _LISTS_TRIED:
        url = waiting.pop(0)
        reading = None if url in visitor.asked else visitor.read(url)
        if not isinstance(reading, Reading):
            continue
        if reading.listing and reading.listing.is_list and reading.listing.entries:
            yield url, reading.listing
        else:
            waiting[:0] = [link.url for link in _links(reading, "list") if link.url not in urls]


def _list(url: str, page: ListPage) -> Diagnosis:
    entries = page.entries
    dated = sum(entry.date is not None for entry in entries)
    shown = [f"{entry.date or 'no date':<12}{entry.title}" for entry in entries[:_ENTRIES]]
    following = f"next page    {page.next_url or '–'}"
    lines = tuple(_fitted(line) for line in (*shown, following))
    return Diagnosis(
        "ok" if dated else "warn", "list", f"{url}: {len(entries)} entries, {dated} of them dated", lines
    )


def _articles(urls: Sequence[str], visitor: _Visitor) -> Iterator[Diagnosis]:
    read = 0
    for url in urls[:_ARTICLES]:
        reading = visitor.read(url)
        if isinstance(reading, str):
            yield Diagnosis("warn", "article", f"{url} {reading}")
        elif reading.article is None:
            yield Diagnosis("warn", "article", f"{url} refused: {reading.refusal and reading.refusal.reason}")
        else:
            read += 1
            article = normalise(replace(reading.article, content=strip(reading.article.content)))
            yield Diagnosis("ok", "article", url, tuple(_fields(article)))
    if not read:
        yield Diagnosis("fail", "article", "none of the list was read; see `nongshang read URL`")


def _fields(article: Article) -> Iterator[str]:
    """A line a field: its name, the rule that read it, the value."""
    for name, rule in _RULE_OF.items():
        told, value = article.provenance.get(rule), _value(article, name)
        by = told.rule if told and value else "–"
        yield _fitted(f"{name:<{_NAME}}{set_cell_size(by, _RULE)} {value or '–'}")
    if article.body:
        yield _fitted(f"{'  begins':<{_NAME}}{article.body}")
        yield _fitted(f"{'  ends':<{_NAME}}{article.body}", keep_end=True)


def _value(article: Article, name: str) -> str:
    match name:
        case "published_at":
            stated = article.published_at
            return f"{stated:%Y-%m-%d %H:%M:%S}, to the {article.published_precision}" if stated else ""
        case "contributors":
            return "、".join(f"{person.name} ({person.role})" for person in article.contributors)
        case "attachments":
            return "、".join(each.text or each.url for each in article.attachments)
        case "body":
            lines = article.body.count("\n") + 1
            return f"{article.char_count} characters, {lines} paragraphs" if article.body else ""
    return str(getattr(article, name) or "")


def _room() -> int:
    """Columns for a line of details."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNBOUNDED
    return max(columns - len(_INDENT) - 1, _NAME + _RULE + _LEAST_VALUE)


def _fitted(line: str, *, keep_end: bool = False) -> str:
    """A line that fits the terminal: a Chinese character takes two columns."""
    line, room = harmless(line).replace("\n", " "), _room()
    if cell_len(line) > room:
        name, value = line[:_NAME], line[_NAME:]
        line = (
            f"{name}…{_end_of(value, room - _NAME - 1)}" if keep_end else f"{set_cell_size(line, room - 1)}…"
        )
    return _INDENT + line


def _end_of(text: str, room: int) -> str:
    """As much of the end as there is room for; a text of so many characters is at least as wide."""
    text = text[-room:]
    while cell_len(text) > room:
        text = text[1:]
    return text


def _read(answer: _Answer, place: Site) -> Reading:
    reader = Reader(place, NongshangSpider.site_name, NongshangSpider.article_page)
    return reader.read(
        Received(answer.body, place.to_site(answer.url), datetime.now(UTC), charset=answer.charset)
    )


def _fetch(url: str) -> _Answer | str:
    """A page, or why there is none. Asked for at the job's own pace, but on loopback."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        time.sleep(_PAUSE)
    try:
        with urlopen(Request(url, headers={"User-Agent": USER_AGENT}), timeout=_TIMEOUT) as answer:  # noqa: S310 - http(s), as the plan has checked
            body: bytes = answer.read(MAX_BYTES + 1)
            headers = answer.headers
            return _Answer(
                answer.url, body, headers.get_content_type(), headers.get_content_charset(), headers["Date"]
            )
    except HTTPError as error:
        return "redirects without end" if error.code < HTTPStatus.BAD_REQUEST else f"answers {error.code}"
    except (OSError, ValueError, HTTPException) as error:
        return f"does not answer: {getattr(error, 'reason', None) or error}"
