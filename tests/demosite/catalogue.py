"""What the demo site tells: sections, stories and the odd link, as the TOML files in `data/` state them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

from tests.demosite.text import Line, lines_of

DATA = Path(__file__).parent / "data"

Style = Literal["indent", "break", "word", "upper", "guarded"]


@dataclass(frozen=True, slots=True)
class Section:
    """A column of the site."""

    id: int
    name: str
    path: str
    parent: str | None = None
    """Path of the column above."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A person the archive is expected to credit."""

    name: str
    role: str = "author"
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The same story, word for word, filed a second time in another section."""

    section: str
    id: int


@dataclass(frozen=True, slots=True)
class Story:
    """One invented article: what is printed, and where the printed form leaves doubt, what it means."""

    key: str
    section: str
    id: int
    title: str
    published: str
    """As printed; its length is its precision."""

    text: str
    """The body in the light notation of `text.py`."""

    kicker: str = ""
    subtitle: str = ""
    lines_apart: bool = False
    """Kicker and subtitle in paragraphs of their own rather than in the heading."""

    source: str = ""
    source_link: str = ""
    outlet: str | None = None
    """The outlet meant, where it is not the printed source without 《》; empty for none."""

    writer: str = ""
    """What stands behind 作者."""

    credited: tuple[Credit, ...] | None = None
    """Who is meant, where it is not one author named as printed; empty for nobody."""

    editor_note: str = ""
    """The line at the foot that names the editor; it leaves the body."""

    style: Style = "indent"
    colon: str = "："
    undated: bool = False
    """True where the printed time means nothing (1970-01-01)."""

    entered: str = ""
    """The day of its folder, where an editor back-dated or re-dated the story."""

    pinned: bool = False
    related: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    near: str = ""
    """Key of the story this one reposts with light changes."""

    @property
    def day(self) -> str:
        """The printed day."""
        return self.published[:10]

    @property
    def parts(self) -> tuple[tuple[Line, ...], ...]:
        """The body as lines, one tuple a page."""
        return lines_of(self.text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The body as lines, all pages together."""
        return tuple(line for part in self.parts for line in part)

    @property
    def body(self) -> tuple[str, ...]:
        """The lines an archive keeps as body: none where the page names nothing but files."""
        printed = [line for line in self.lines if line.is_printed]
        names_files_only = all(line.kind == "file" for line in printed)
        return () if names_files_only else tuple(line.text for line in printed)

    @property
    def places(self) -> tuple[Copy, ...]:
        """Every section it is filed in, its own first."""
        return (Copy(self.section, self.id), *self.copies)

    def url(self, place: Copy | None = None, part: int = 1) -> str:
        """Path of one page of the story."""
        place = place or self.places[0]
        suffix = "" if part == 1 else f"_{part}"
        return f"{place.section}{self.entered or self.day}/{place.id}{suffix}.html"


@dataclass(frozen=True, slots=True)
class Link:
    """A list entry that leads to no article of the site: another host, a jump page, a dead address."""

    section: str
    title: str
    url: str
    published: str
    kind: Literal["external", "jump", "dead"]
    pinned: bool = False

    @property
    def day(self) -> str:
        """The printed day."""
        return self.published[:10]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list page."""

    title: str
    url: str
    day: str
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the site holds, and the orders in which pages list it."""

    sections: tuple[Section, ...]
    stories: tuple[Story, ...]
    links: tuple[Link, ...] = ()

    @classmethod
    def load(cls, folder: Path = DATA) -> Self:
        """Read `sections.toml` and one file of stories a section."""
        sections = tuple(Section(**fields) for fields in _toml(folder / "sections.toml")["section"])
        columns = [_toml(file) for file in sorted(folder.glob("*.toml")) if file.stem != "sections"]
        return cls(
            sections,
            tuple(_story(column["section"], fields) for column in columns for fields in column["story"]),
            tuple(
                Link(section=column["section"], **fields)
                for column in columns
                for fields in column.get("link", [])
            ),
        )

    def section(self, path: str) -> Section:
        """The section at a path."""
        return {section.path: section for section in self.sections}[path]

    def story(self, key: str) -> Story:
        """The story of a key."""
        return {story.key: story for story in self.stories}[key]

    def add(self, *stories: Story) -> Self:
        """The catalogue with new stories."""
        return replace(self, stories=(*self.stories, *stories))

    def change(self, key: str, **fields: Any) -> Self:
        """The catalogue with one story edited, moved, pinned or back-dated."""
        changed = replace(self.story(key), **fields)
        return replace(self, stories=tuple(changed if story.key == key else story for story in self.stories))

    def remove(self, *keys: str) -> Self:
        """The catalogue without some stories."""
        return replace(self, stories=tuple(story for story in self.stories if story.key not in keys))

    def trail(self, path: str) -> tuple[Section, ...]:
        """The sections from the top down to the one at a path."""
        section = self.section(path)
        return (*(self.trail(section.parent) if section.parent else ()), section)

    def children(self, section: Section | None) -> tuple[Section, ...]:
        """The sections right below one, or the top ones."""
        parent = section.path if section else None
        return tuple(child for child in self.sections if child.parent == parent)

    def entries(self, section: Section) -> list[Entry]:
        """What a section lists: pinned entries, then newest first."""
        filed = [
            (story.published, Entry(story.title, story.url(place), story.day, story.pinned))
            for story in self.stories
            for place in story.places
            if place.section == section.path
        ]
        filed += [
            (link.published, Entry(link.title, link.url, link.day, link.pinned))
            for link in self.links
            if link.section == section.path
        ]
        filed.sort(key=lambda dated: (dated[1].pinned, dated[0]), reverse=True)
        return [entry for _, entry in filed]

    def newest(self) -> list[Story]:
        """Every story, newest first."""
        return sorted(self.stories, key=lambda story: story.published, reverse=True)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _story(section: str, fields: Mapping[str, Any]) -> Story:
    values = dict(fields)
    for name, build in (("credited", Credit), ("copies", Copy)):
        if name in values:
            values[name] = tuple(build(**each) for each in values[name])
    for name in ("related", "comments"):
        values[name] = _strings(values.get(name, ()))
    return Story(section=section, **values)


def _strings(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)
