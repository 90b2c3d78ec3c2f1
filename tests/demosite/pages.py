"""Pages of the site as text, one function a kind of page."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from tests.demosite.catalogue import Catalogue, Copy, Entry, Section, Story
from tests.demosite.template import render
from tests.demosite.text import body_html

GAP = "&nbsp;&nbsp;"
RANKED = 6
PREVIEWED = 5
HOME_TITLE = 14
"""Characters of a title the home page has room for."""


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints the pages of one edition: the same stories, the sidebars as they stand that day."""

    catalogue: Catalogue
    per_page: int
    edition: int

    def home(self) -> dict[str, str]:
        """The front page: tab blocks and newest titles cut short."""
        newest = self.catalogue.newest()
        values = {
            "head_title": "农商行网演示站",
            "blocks": "\n".join(self._home_block(section) for section in self._leaves()),
            "lead_url": newest[0].url(),
            "lead_title": newest[0].title,
            "newest": _items(_entry(story, HOME_TITLE) for story in newest[:10]),
        }
        return {"/index.html": render("home", self._frame(None) | values)}

    def section(self, section: Section) -> dict[str, str]:
        """A section's own pages: a channel if it has sections below, else lists."""
        children = self.catalogue.children(section)
        if children:
            return {f"{section.path}index.html": self._channel(section, children)}
        return self._lists(section)

    def story(self, story: Story) -> dict[str, str]:
        """All pages of a story, in every section it is filed in."""
        return {
            story.url(place, part): self._article(story, place, part)
            for place in story.places
            for part in range(1, len(story.parts) + 1)
        }

    def _channel(self, section: Section, children: Iterable[Section]) -> str:
        blocks = "".join(
            render("channel_block", {"name": child.name, "path": child.path, "entries": self._preview(child)})
            for child in children
        )
        return render("channel", self._frame(section) | {"head_title": section.name, "blocks": blocks})

    def _preview(self, section: Section) -> str:
        return "\n".join(_dated(entry) for entry in self.catalogue.entries(section)[:PREVIEWED])

    def _lists(self, section: Section) -> dict[str, str]:
        entries = self.catalogue.entries(section)
        pages = [entries[at : at + self.per_page] for at in range(0, len(entries), self.per_page)]
        urls = [f"{section.path}index{'' if n == 1 else f'_{n}'}.html" for n in range(1, len(pages) + 1)]
        return {
            url: render(
                "list",
                self._frame(section)
                | {
                    "head_title": section.name,
                    "groups": _groups_of_five(page),
                    "pager": _pager(urls, n, f'<a title="Total record">&nbsp;<b>{len(entries)}</b> </a>'),
                },
            )
            for n, (url, page) in enumerate(zip(urls, pages, strict=True), start=1)
        }

    def _article(self, story: Story, place: Copy, part: int) -> str:
        urls = [story.url(place, n) for n in range(1, len(story.parts) + 1)]
        values = {
            "head_title": escape(story.title) + ("" if part == 1 else f"({part})"),
            "headline": _headline(story),
            "byline": _byline(story),
            "newstext": self._body(story, part),
            "pager": _pager(urls, part, f'<a title="Page">&nbsp;<b>{part}</b>/<b>{len(urls)}</b></a>'),
            "id": place.id,
            "comments": _comments(story),
            "related": self._related(story),
            "url": urls[0],
        }
        return render("article", self._frame(self.catalogue.section(place.section)) | values)

    def _body(self, story: Story, part: int) -> str:
        lines = story.parts[part - 1]
        noise = random.Random(f"{self.edition}/{story.id}/{part}")
        text = body_html(lines, story.style, noise)
        last = part == len(story.parts)
        return text + (f"\n<p>{story.editor_note}</p>" if story.editor_note and last else "")

    def _related(self, story: Story) -> str:
        """The related list; a story removed since is no longer in it."""
        related = (other for other in self.catalogue.stories if other.key in story.related)
        return _items(map(_entry, related)) or "无相关信息"

    def _frame(self, section: Section | None) -> dict[str, object]:
        """What stands round every page: navigation, trail and sidebars."""
        trail = self.catalogue.trail(section.path) if section else ()
        steps = ['<a href="/">首页</a>', *(f'<a href="{step.path}">{step.name}</a>' for step in trail)]
        return {
            "nav": "".join(
                f'<li id="tabnav_btn_{n}" onmouseover="tabit(this)"><a href="{top.path}">{top.name}</a></li>'
                for n, top in enumerate(self.catalogue.children(None), start=1)
            ),
            "position": "&nbsp;>&nbsp;".join(steps),
            "classid": section.id if section else 0,
            "latest": _items(_entry(story) for story in self.catalogue.newest()[:RANKED]),
            "hot": _ranked(self._hot()),
            "recommended": _pictures(self._hot()[:4]),
        }

    def _hot(self) -> list[Story]:
        """The most read stories of the day; no two editions agree on them."""
        return random.Random(self.edition).sample(self.catalogue.stories, min(8, len(self.catalogue.stories)))

    def _home_block(self, section: Section) -> str:
        entries = self.catalogue.entries(section)[:PREVIEWED]
        cut = (Entry(entry.title[:HOME_TITLE], entry.url, entry.day) for entry in entries)
        return render("home_block", {"name": section.name, "path": section.path, "entries": _items(cut)})

    def _leaves(self) -> list[Section]:
        return [section for section in self.catalogue.sections if not self.catalogue.children(section)]


def _headline(story: Story) -> str:
    """One heading as in stock, kicker and subtitle inside it or round it."""
    if story.lines_apart:
        above, below = (
            f'<tr>\n<td><p align="center">{line}</p></td>\n</tr>\n' if line else ""
            for line in (story.kicker, story.subtitle)
        )
        return f"{above}<tr>\n<td><h1>{story.title}</h1></td>\n</tr>\n{below}".rstrip("\n")
    lines = (story.kicker, story.title, story.subtitle)
    return f"<tr>\n<td><h1>{'<br />'.join(line for line in lines if line)}</h1></td>\n</tr>"


def _byline(story: Story) -> str:
    """The info line; an empty value leaves its label standing, as in stock."""
    source = story.source
    if story.source_link:
        source = f'<a href="{story.source_link}" target="_blank">{source}</a>'
    printed = (("时间", story.published), ("来源", source), ("作者", story.writer))
    return GAP.join(f"{label}{story.colon}{value}" for label, value in printed)


def _comments(story: Story) -> str:
    if not story.comments:
        return ""
    rows = "\n".join(f"<li><p>{comment}</p></li>" for comment in story.comments)
    return "\n" + render("comments", {"rows": rows})


def _entry(story: Story, room: int | None = None) -> Entry:
    return Entry(story.title[:room], story.url(), story.day)


def _link(entry: Entry) -> str:
    # As in stock, the title attribute is not escaped: a title with straight quotes breaks its tag.
    words = f"<font color='#FF0000'><strong>{entry.title}</strong></font>" if entry.pinned else entry.title
    return f'<a href="{entry.url}" title="{entry.title}">{words}</a>'


def _dated(entry: Entry) -> str:
    return f"<li>{_link(entry)} <span>{entry.day}</span></li>"


def _items(entries: Iterable[Entry]) -> str:
    return "".join(f"<li>{_link(entry)}</li>" for entry in entries)


def _ranked(stories: Sequence[Story]) -> str:
    links = (_link(_entry(story)) for story in stories)
    return "".join(f'<li class="no{n}">{link}</li>' for n, link in enumerate(links, start=1))


def _pictures(stories: Iterable[Story]) -> str:
    cells = "".join(
        f"<td align=center><a href='{story.url()}' target=_blank>"
        f"<img src='/d/file/p/cover.png' width='128' height='90' border=0 alt='{story.title}'><br>"
        f"<span style='line-height:15pt'>{story.title[:10]}</span></a></td>"
        for story in stories
    )
    return f"<table width=100% border=0 cellpadding=3 cellspacing=0><tr>{cells}</tr></table>"


def _groups_of_five(entries: Sequence[Entry]) -> str:
    groups = (entries[at : at + 5] for at in range(0, len(entries), 5))
    return "\n".join("<ul>\n" + "\n".join(map(_dated, group)) + "</ul>" for group in groups)


def _pager(urls: Sequence[str], current: int, lead: str) -> str:
    """首页 上一页 1 2 3 下一页 尾页, the current number in bold; empty for a single page."""
    if len(urls) == 1:
        return ""
    numbers = [
        f"<b>{n}</b>" if n == current else f'<a href="{url}">{n}</a>' for n, url in enumerate(urls, start=1)
    ]
    back = [("首页", urls[0]), ("上一页", urls[current - 2])] if current > 1 else []
    on = [("下一页", urls[current]), ("尾页", urls[-1])] if current < len(urls) else []
    before, after = ([f'<a href="{url}">{word}</a>' for word, url in side] for side in (back, on))
    return f"{lead}{GAP}" + "&nbsp;".join([*before, *numbers, *after])
