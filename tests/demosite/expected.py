"""What an archive of the site has to hold, taken from the stories and never from a reader's output."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.demosite.catalogue import Catalogue, Credit, Story

SITE_TIME = timezone(timedelta(hours=8))
PRECISIONS = {10: "day", 16: "minute", 19: "second"}


def expectation(catalogue: Catalogue) -> dict[str, Any]:
    """Articles, one record a story, and the list entries that lead to none."""
    originals = [story for story in catalogue.stories if not story.near]
    return {
        "articles": [_article(catalogue, story) for story in originals],
        "links": [{"kind": link.kind, "url": link.url, "title": link.title} for link in catalogue.links],
        "sections": {
            _trail(catalogue, section.path): len(catalogue.entries(section))
            for section in catalogue.sections
            if not catalogue.children(section)
        },
    }


def _article(catalogue: Catalogue, story: Story) -> dict[str, Any]:
    body = story.body
    return {
        "story": story.key,
        "url": story.url(),
        "section": _trail(catalogue, story.section),
        "kicker": story.kicker or None,
        "title": story.title,
        "subtitle": story.subtitle or None,
        **_publication(story),
        "source": _outlet(story),
        "contributors": [asdict(credit) for credit in _credited(story)],
        "first_line": body[0] if body else None,
        "last_line": body[-1] if body else None,
        "lines": len(body),
        "attachments": _attachments(story),
        "copies": _copies(catalogue, story),
    }


def _publication(story: Story) -> Mapping[str, str | None]:
    raw = {"published_raw": story.published}
    if story.undated:
        return raw | {"published_at": None, "published_precision": None}
    instant = datetime.fromisoformat(story.published).replace(tzinfo=SITE_TIME).isoformat()
    return raw | {"published_at": instant, "published_precision": PRECISIONS[len(story.published)]}


def _outlet(story: Story) -> str | None:
    return (story.source.strip("《》") if story.outlet is None else story.outlet) or None


def _credited(story: Story) -> tuple[Credit, ...]:
    if story.credited is not None:
        return story.credited
    return (Credit(story.writer),) if story.writer else ()


def _attachments(story: Story) -> list[dict[str, str]]:
    attached = (line for line in story.lines if line.is_attached)
    return [{"kind": line.kind, "url": line.url, "text": line.text} for line in attached]


def _copies(catalogue: Catalogue, story: Story) -> list[dict[str, str]]:
    """The further addresses of a story: the same text, or a repost lightly edited."""
    same = [
        {"kind": "same", "url": story.url(place), "section": _trail(catalogue, place.section)}
        for place in story.copies
    ]
    near = [
        {"kind": "near", "url": other.url(), "section": _trail(catalogue, other.section)}
        for other in catalogue.stories
        if other.near == story.key
    ]
    return same + near


def _trail(catalogue: Catalogue, path: str) -> str:
    return "/".join(section.name for section in catalogue.trail(path))
