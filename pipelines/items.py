"""What the crawler hands to the pipelines: one page, read but not interpreted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.article import Provenance


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the body region: a paragraph, heading, list item, table row, caption, image or file."""

    kind: Literal["text", "image", "file"]

    text: str
    """As printed, inner white space collapsed, outer white space gone; of an image its alternative text,
    of a file the text of its link."""

    url: str | None = None
    """Absolute address of the image or file."""

    link_share: float = 0.0
    """0 to 1: the share of the text's characters that stand in links."""

    words: frozenset[str] = frozenset()
    """Whole class and id words, lower case, of the elements round the line inside the region."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """A page's fields as strings exactly as printed."""

    url: str
    """Canonical address of the page (of its first part, if it has several)."""

    fetched_at: datetime
    """When the response was received, with zone: the base of relative dates."""

    title: str

    content: tuple[Block, ...]
    """The body region in page order; template noise is still in it until StripBoilerplate."""

    site: str = ""
    """Host of the site the page was read from."""

    site_name: str | None = None
    """What the site calls itself: 本网 and 本站 in a byline mean this."""

    breadcrumb: tuple[str, ...] = ()
    """The steps of 当前位置 as printed, without the home page and the article itself: `('新闻观察', '农商要闻')`."""

    kicker: str | None = None
    subtitle: str | None = None

    byline: str | None = None
    """The printed info line, whole; pieces that stand apart on the page are joined by a newline."""

    listed_date: str | None = None
    """The date the list entry that led here prints, as printed."""

    next_part: str | None = None
    """Absolute address of the next part of a multi-page article."""

    partial: bool = False
    """True where a part is known to be missing."""

    identity: tuple[str, str] | None = None
    """(classid, id) where the page gives it away: one article under many addresses."""

    capture_id: int | None = None
    """Number of the kept response it was read from."""

    read_by: Mapping[str, Provenance] = field(default_factory=dict)
    """For each field: the rule that read it and how sure it is."""
