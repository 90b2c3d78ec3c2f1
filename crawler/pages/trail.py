"""The breadcrumb of a page: 您当前的位置：首页 > 新闻 > 农商要闻."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lxml import etree

from crawler.pages.markup import PageText, class_words, collapse, name_of, pieces_of, text_of

_HOME = re.compile(r"(网站)?(首\s*页|主页)|home", re.IGNORECASE)
_STEP = re.compile(r"\s*([>＞»›→/\\]|->|—>|::)")
_STEPS = " -—:|>＞»›→/\\\xa0\u3000\r\n\t"
_TRAIL = re.compile(r"(bread)?crumbs?")
_NEAR = 3
_PLACE, _LOCATION = re.compile(r"位置\s*[:：]"), re.compile(r"location\s*[:：]")


@dataclass(frozen=True)
class Place:
    """What a page says of its own place; looked for once."""

    root: etree._Element
    page: PageText

    @cached_property
    def name(self) -> str:
        """What its title says first."""
        return name_of(self.root)

    @cached_property
    def breadcrumb(self) -> etree._Element | None:
        """Where its breadcrumb stands."""
        return breadcrumb_of(self.root, self.page)

    @cached_property
    def frames(self) -> set[etree._Element]:
        """The elements round breadcrumb and heading of the page: more than an item of a list, were there but one."""
        landmarks = [*self._headings(), self.breadcrumb]
        return {
            holder for landmark in landmarks if landmark is not None for holder in landmark.iterancestors()
        }

    def _headings(self) -> list[etree._Element]:
        """The page's only h1, or what repeats its title; no link."""
        headings = list(self.root.iter("h1", "h2", "h3", "h4"))
        tops = sum(heading.tag == "h1" for heading in headings)
        telling = (
            heading
            for heading in headings
            if (heading.tag == "h1" and tops == 1) or self.page.of(heading) == self.name
        )
        return [heading for heading in telling if heading.find(".//a") is None]


def breadcrumb_of(root: etree._Element, page: PageText) -> etree._Element | None:
    """首页 > 新闻 > …, or what stands beside 当前位置, or what is called a breadcrumb."""
    for link in root.iter("a"):
        if _HOME.fullmatch(page.of(link)) and (_STEP.match(_text_after(link)) or _is_in_trail(link)):
            return link
    texts = ((element, element.text) for element in root.iter(etree.Element))
    return next((element for element, text in texts if text and _tells_place(text)), None)


def _tells_place(text: str) -> bool:
    """Searched for one after the other: each begins with known letters, and scripts are long."""
    return bool(_PLACE.search(text) or _LOCATION.search(text.lower()))


def last_step(breadcrumb: etree._Element | None) -> str | None:
    """What the breadcrumb names last, linked or not."""
    if breadcrumb is None:
        return None
    holder = breadcrumb.getparent()
    while holder is not None and text_of(holder) == text_of(breadcrumb):
        holder = holder.getparent()
    steps = [step for text in pieces_of(holder) if (step := text.strip(_STEPS))] if holder is not None else []
    return collapse(steps[-1]) if steps else None


def _is_in_trail(link: etree._Element) -> bool:
    """True where the markup says so: style sheets often draw the signs between the steps."""
    return any(
        _TRAIL.fullmatch(word)
        for holder in islice(link.iterancestors(), _NEAR)
        for word in class_words(holder)
    )


def _text_after(element: etree._Element) -> str:
    if (element.tail or "").strip():
        return element.tail or ""
    following = element.getnext()
    if following is None and (parent := element.getparent()) is not None:
        following = parent.getnext()
    return text_of(following) if following is not None else ""
