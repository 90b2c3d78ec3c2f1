"""From what a page prints to what it says: `RawArticle` in, `Article` out. Pure."""

from collections.abc import Iterable

from pipelines.byline import parse_byline
from pipelines.fingerprint import Fingerprint, content_hash
from pipelines.items import Block, RawArticle
from pipelines.people import merge, read_foot, read_lead
from pipelines.sources import canonical_source
from storage.article import Article, Attachment

RULE_VERSION = "2026.11"
"""Edition of the reading rules; raised when a change of them changes what is read."""

_HOME = ("首页", "主页", "网站首页", "返回首页", "home", "index")
_TITLE_LENGTH = 8  # characters; columns are called by shorter names
_NOT_A_SECTION = ("正文", "文章正文", "新闻正文", "详细内容", "内容")


def normalise(raw: RawArticle) -> Article:
    """Interpret a page's fields; whatever the page does not state is None."""
    byline = parse_byline(raw.byline, base=raw.fetched_at, listed=raw.listed_date)
    lines = [block.text for block in raw.content if block.kind == "text"]
    foot = read_foot(lines)
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
        section=section(raw.breadcrumb, title=raw.title),
        kicker=raw.kicker,
        subtitle=raw.subtitle,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        published_raw=byline.published_raw,
        modified_at=byline.modified.at if byline.modified else None,
        source=source,
        source_raw=source_raw,
        byline_raw=raw.byline,
        contributors=merge(byline.contributors, foot, read_lead(foot.body)),
        attachments=attachments,
        partial=raw.partial,
        own=source is not None and source == raw.site_name,
        identity=raw.identity,
        capture_id=raw.capture_id,
        provenance={**raw.read_by, **foot.provenance, **byline.provenance},
        fingerprint=Fingerprint(raw.title, body),
    )


def section(breadcrumb: Iterable[str], *, title: str) -> str | None:
    """The breadcrumb without the home page and the article itself, steps joined by a slash.

    >>> section(["首页", "新闻观察", "农商要闻"], title="某某")
    '新闻观察/农商要闻'
    """
    steps = [
        step for step in breadcrumb if step and step.casefold() not in _HOME and not step.endswith("首页")
    ]
    while steps and (steps[-1] in _NOT_A_SECTION or _is_title(steps[-1], title)):
        steps.pop()
    return "/".join(steps) or None


def _is_title(step: str, title: str) -> bool:
    """Whether a step is the article itself, whole or cut to a length."""
    cut = step.rstrip(".… ")
    return step == title or (len(cut) >= _TITLE_LENGTH and title.startswith(cut))


def _attachments(content: Iterable[Block]) -> tuple[Attachment, ...]:
    """The images and files of the region, each address once, in page order."""
    found: dict[str, Attachment] = {}
    for block in content:
        if block.kind != "text" and block.url:
            found.setdefault(block.url, Attachment(kind=block.kind, url=block.url, text=block.text or None))
    return tuple(found.values())
