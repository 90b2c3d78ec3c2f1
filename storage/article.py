"""What the archive stores: an article, the response it was read from, and where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from storage.grouping import Tie

Precision = Literal["day", "minute", "second"]
Role = Literal["author", "reporter", "correspondent", "photographer", "editor"]


class Contributor(NamedTuple):
    """One person, or desk, credited on the page."""

    name: str
    """As printed, spaces inside a Chinese name removed (`李　明` is 李明)."""

    role: Role

    label: str | None = None
    """The word on the page that gave the role: 作者, 特约记者, 责任编辑."""

    affiliation: str | None = None
    """What the page says of the person: 禹州农信联社主任助理、工会主席."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One image or file of the article; named, not fetched."""

    kind: Literal["image", "file"]
    url: str
    """Absolute."""

    text: str | None = None
    """Caption or alternative text of an image, link text of a file."""


class Provenance(NamedTuple):
    """Where a value came from, so that a person can follow it back to the page."""

    rule: str
    """The rule that read it: `fingerprint`, `label:来源`, `text-mass`, `list-entry`."""

    printed: str | None = None
    """The text on the page it was read from."""

    certainty: float = 1.0
    """0 to 1: how sure the rule is; only ever compared, never stored as a fact about the story."""


FactKind = Literal["organisation", "place", "person", "name", "number", "date"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact told by one of two texts where the other tells another."""

    kind: FactKind
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts stand to each other."""

    verdict: Literal["near", "separate", "unlike"]
    """`near` differs in wording only; `separate` tells of someone, somewhere or something else in much
    the same words; `unlike` has too little in common."""

    similarity: float
    """0 to 1: twice what they share, by all they hold."""

    shared: tuple[float, float]
    """0 to 1: what part of the one stands in the other, and what part of the other in the one."""

    differences: tuple[Difference, ...] = ()
    """Why they are `separate`."""


class Fingerprint(Protocol):
    """What an article's text is found and compared by; made by the floor above."""

    @property
    def keys(self) -> tuple[int, ...]:
        """64-bit numbers, some of which any edited form of the text has too; none for a text too short."""
        ...

    def compare(self, title: str, body: str) -> Likeness:
        """How another text stands to this one."""
        ...


@dataclass(frozen=True, slots=True)
class Article:
    """One story as one page tells it, every field either stated there or None."""

    site: str
    """Host of the site it was read from."""

    url: str
    """Canonical address of the page."""

    title: str

    body: str
    """Plain text, paragraphs in page order joined by a newline; empty for a photo story or a bare file."""

    content_hash: str
    """Digest of the body folded for comparison (width, space, punctuation); hexadecimal."""

    fetched_at: datetime
    """When the response was received, by our clock; with zone."""

    rule_version: str
    """Which edition of the reading rules made this row."""

    section: str | None = None
    """The breadcrumb without the home page: `新闻观察/农商要闻`."""

    kicker: str | None = None
    """引题, the line above the title."""

    subtitle: str | None = None
    """副题, the line below the title."""

    published_at: datetime | None = None
    """The page's own claim, in site time (+08:00); None where none is stated."""

    published_precision: Precision | None = None

    published_raw: str | None = None
    """The printed text, kept even where no instant could be read from it."""

    modified_at: datetime | None = None
    """更新时间 where it stands beside a publication time."""

    source: str | None = None
    """Canonical name of the outlet credited, without 《》; None for 网络 and 未知."""

    source_raw: str | None = None

    byline_raw: str | None = None
    """信息行: the printed line of time, source and author, whole."""

    contributors: tuple[Contributor, ...] = ()

    attachments: tuple[Attachment, ...] = ()

    partial: bool = False
    """True while a part of a multi-page article is missing."""

    own: bool = False
    """True where the site credits itself: its copy comes before those of other outlets."""

    identity: tuple[str, str] | None = None
    """(classid, id) where the page gives it away: what the site calls the article, whatever its address."""

    capture_id: int | None = None
    """Number of the kept response it was read from."""

    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    """For each field that has a value: the rule and the printed text."""

    fingerprint: Fingerprint | None = field(default=None, compare=False, repr=False)
    """What its near copies are found by; without one only exact copies are."""

    @property
    def char_count(self) -> int:
        """Characters of the body, white space left out."""
        return len("".join(self.body.split()))


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it came, and where its bytes are kept."""

    url: str
    fetched_at: datetime
    status: int

    digest: str
    """Of the record's bytes as they lie in the file, to tell a damaged record from a sound one."""

    warc_file: str
    """Name of the file below the folder of captures."""

    warc_offset: int
    warc_length: int

    payload_digest: str
    """Of the response's body as it came, to tell an unchanged page from a changed one."""

    original_id: int | None = None
    """Number of the capture that holds the body, where this response had the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a run that an operator should know."""

    verdict: Literal["amber", "red"]

    finding: str
    """One line for a person: what was measured, and against what."""

    old: str | None = None
    new: str | None = None

    sample_url: str | None = None
    """A page that shows it."""

    subject: str | None = None
    """What was judged, alike from run to run: `field:source`, `list:http://…`."""


FilingKind = Literal["new", "revision", "unchanged", "same", "near"]


@dataclass(frozen=True, slots=True)
class Filing:
    """An article and where it belongs in the archive.

    `new` is a story not held yet; `revision` and `unchanged` are an address held
    already, with other or with the same content; `same` and `near` are a further
    address of a story held.
    """

    article: Article
    kind: FilingKind
    article_id: int | None = None
    """The story it belongs to; None for `new`."""

    similarity: float = 1.0

    ties: tuple[Tie, ...] = field(default=(), compare=False, repr=False)
    """What was found of the article and other texts held: the grounds of the filing."""
