"""What stands on each page: read from the archive, put into a template, every text escaped."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from sqlalchemy import Connection, text

from nongshang.articles import load
from nongshang.counting import Count, Counts, counts
from nongshang.web.changes import changes
from nongshang.web.charts import bar, columns
from nongshang.web.wording import Language, wording
from storage.search import Query, find_words, matching_ids, search

Asked = Mapping[str, str]
"""The arguments of a request."""

PER_PAGE = 20
_MOST_BARS = 12

_templates = Environment(
    loader=PackageLoader("nongshang.web", "html"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def style() -> str:
    """The style sheet."""
    return files("nongshang.web").joinpath("html/style.css").read_text(encoding="utf-8")


def home(connection: Connection, asked: Asked, language: Language) -> str:
    """The state of the archive."""
    counted = counts(connection)
    dated = [count for count in counted.months if count[0]]
    return _page(
        "home.html",
        asked,
        language,
        counted=counted,
        months=columns(dated, wording(language)["months"]),
        tiles=_tiles(connection, counted),
        charts=[
            ("sections", "section", counted.sections[:_MOST_BARS]),
            ("sources", "source", counted.sources[:_MOST_BARS]),
            ("people", "person", counted.contributors[:_MOST_BARS]),
        ],
    )


def _tiles(connection: Connection, counted: Counts) -> list[tuple[str, str]]:
    first, last = connection.execute(text("SELECT min(day), max(day) FROM daily_counts")).one()
    people = connection.scalar(text("SELECT count(DISTINCT name) FROM contributors")) or 0
    sections, sources = (sum(1 for name, _ in named if name) for named in (counted.sections, counted.sources))
    numbers = [("sections", sections), ("sources", sources), ("people", people)]
    days = [("first_day", first or "—"), ("last_day", last or "—")]
    return [*days, *((name, f"{number:,}") for name, number in numbers)]


def results(connection: Connection, asked: Asked, language: Language) -> str:
    """What a search finds, and how it spreads over sections, sources and years."""
    query = _query(asked)
    page = max(0, _number(asked.get("page", "")))
    numbers = list(matching_ids(connection, query))
    hits = search(connection, query, limit=PER_PAGE, offset=page * PER_PAGE)
    shown = [
        (hit, _marked(hit.title, find_words(hit.title, query.words)), _marked(hit.snippet, hit.marks))
        for hit in hits
    ]
    return _page(
        "search.html",
        asked,
        language,
        hits=shown,
        total=len(numbers),
        page=page,
        more=(page + 1) * PER_PAGE < len(numbers),
        facets=_facets(connection, numbers) if numbers else [],
    )


def article(connection: Connection, number: int, asked: Asked, language: Language) -> str | None:
    """One article with its provenance, copies and revisions; None if there is none."""
    told = load(connection, number)
    if told is None:
        return None
    query = _query(asked)
    before: dict[str, int] = {}
    revisions = []
    for revision in told.revisions:
        revisions.append((revision, before.get(revision["url"])))
        before[revision["url"]] = revision["id"]
    lines = [_marked(line, find_words(line, query.words)) for line in told.article["body"].split("\n")]
    latest = before.get(told.article["url"])
    ordered = sorted(told.copies, key=lambda copy: copy["kind"] != "canonical")
    copies = [(copy, _to_compare(before.get(copy["url"]), latest)) for copy in ordered]
    return _page("article.html", asked, language, told=told, lines=lines, revisions=revisions, copies=copies)


def _to_compare(other: int | None, latest: int | None) -> tuple[int, int] | None:
    """The revisions of a copy and of the article itself, where both have a text of their own."""
    return (other, latest) if other and latest and other != latest else None


def difference(connection: Connection, old: int, new: int, asked: Asked, language: Language) -> str | None:
    """Two revisions side by side; None if they are not of one article."""
    rows = connection.execute(_REVISIONS, {"old": old, "new": new})
    found = {row.id: row._asdict() for row in rows}
    if {old, new} != set(found) or found[old]["article_id"] != found[new]["article_id"]:
        return None
    one, other = (_as_text(found[number]) for number in (old, new))
    return _page("diff.html", asked, language, old=found[old], new=found[new], paragraphs=changes(one, other))


def missing(language: Language) -> str:
    """There is no such page."""
    return _page("missing.html", {}, language)


_REVISIONS = text(
    "SELECT id, article_id, url, seen_at, cause, kicker, title, subtitle, body FROM revisions WHERE id IN (:old, :new)"
)


def _as_text(revision: Mapping[str, Any]) -> str:
    told = (revision["kicker"], revision["title"], revision["subtitle"], revision["body"])
    return "\n".join(line for line in told if line)


def _query(asked: Asked) -> Query:
    return Query.of(
        asked.get("q", ""),
        section=asked.get("section") or None,
        source=asked.get("source") or None,
        person=asked.get("person") or None,
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        order="relevance" if asked.get("order") == "relevance" else "newest",
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len("1000000") else 0


def _facets(connection: Connection, numbers: Sequence[int]) -> list[tuple[str, str, list[Count]]]:
    def spread(column: str) -> list[Count]:
        query = text(
            f"SELECT {column} AS name, count(*) AS articles FROM articles "  # noqa: S608 - our own words
            "LEFT JOIN sources ON sources.id = articles.source_id "
            "WHERE articles.id IN (SELECT value FROM json_each(:ids)) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"
        )
        return [(name, number) for name, number in connection.execute(query, {"ids": json.dumps(numbers)})]

    return [
        ("sections", "section", spread("section")),
        ("sources", "source", spread("sources.name")),
        ("years", "year", spread("substr(published_at, 1, 4)")),
    ]


def _marked(printed: str, marks: Sequence[tuple[int, int]]) -> Markup:
    shown, done = Markup(""), 0
    for start, end in marks:
        shown += escape(printed[done:start]) + Markup("<mark>{}</mark>").format(printed[start:end])
        done = end
    return shown + escape(printed[done:])


def _is_web_address(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"}


def _page(template: str, asked: Asked, language: Language, **told: Any) -> str:
    def here(**changed: object) -> str:
        """This very question, with some of it changed."""
        kept = {name: value for name, value in {**asked, **changed}.items() if value not in {"", None}}
        return urlencode(kept)

    def searching(name: str, value: str) -> str:
        """The question narrowed down by one more fact."""
        if name == "year":
            return "/search?" + here(since=f"{value}-01-01", until=f"{value}-12-31", page="")
        return "/search?" + here(**{name: value, "page": ""})

    return _templates.get_template(template).render(
        say=wording(language),
        language=language,
        asked=defaultdict(str, asked),
        here=here,
        searching=searching,
        bar=bar,
        is_web_address=_is_web_address,
        **told,
    )
