"""From what a page prints to what it says: `RawArticle` in, `Article` out. Pure."""

from collections.abc import Iterable

from pipelines.byline import parse_byline
from pipelines.fingerprint import Fingerprint, content_hash
from pipelines.items import Block, RawArticle
from pipelines.people import credited_by, merge, read_foot, read_lead
from pipelines.sources import canonical_source
from storage.article import Article, Attachment

RULE_VERSION = "2026.11.3"
"""Edition of the reading rules; raised when a change of them changes what is read."""


def normalise(raw: RawArticle) -> Article:
    """Interpret a page's fields; whatever the page does not state is None."""
    byline = parse_byline(raw.byline, base=raw.fetched_at, listed=raw.listed_date)
    lines = [block.text for block in raw.content if block.kind == "text"]
    foot = read_foot(lines)
    lead = read_lead(foot.body)
    source_raw = byline.source_raw or foot.source_raw
    body = "\n".join(foot.body)
    attachments = _attachments(raw.content)
    published = byline.published
    source = canonical_source(source_raw, site_name=raw.site_name)
    return Article(
        site=raw.site,
        url=raw.url,
        title=raw.title,
        body=body,
        content_hash=content_hash(body),
        fetched_at=raw.fetched_at,
        rule_version=RULE_VERSION,
        section=section(raw.breadcrumb),
        kicker=raw.kicker,
        subtitle=raw.subtitle,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        published_raw=byline.published_raw,
        modified_at=byline.modified.at if byline.modified else None,
        source=source,
        source_raw=source_raw,
        byline_raw=raw.byline,
        contributors=merge(byline.contributors, foot, lead),
        attachments=attachments,
        partial=raw.partial,
        own=source is not None and source == raw.site_name,
        identity=raw.identity,
        capture_id=raw.capture_id,
        provenance={
            **raw.read_by,
            **foot.provenance,
            **byline.provenance,
            **credited_by(byline.provenance, foot, lead),
        },
        fingerprint=Fingerprint(raw.title, body),
    )


def section(breadcrumb: Iterable[str]) -> str | None:
    """The steps of a trail joined by a slash.

    >>> section(["新闻观察", "农商要闻"])
    '新闻观察/农商要闻'
    """
    return "/".join(breadcrumb) or None


def _attachments(content: Iterable[Block]) -> tuple[Attachment, ...]:
    """The images and files of the region, each address once, in page order."""
    found: dict[str, Attachment] = {}
    for block in content:
        if block.kind != "text" and block.url:
            found.setdefault(block.url, Attachment(kind=block.kind, url=block.url, text=block.text or None))
    return tuple(found.values())
