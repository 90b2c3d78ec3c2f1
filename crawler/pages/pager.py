"""The pager of a list page: where the next page is, in whatever way the page says so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from lxml import etree

from crawler.pages.links import Anchor, Link
from crawler.pages.markup import class_words, collapse, common_ancestor, is_shallow, pieces_of, text_of
from pipelines.urls import canonical_url

Role = Literal["next", "previous", "first", "last", "number"]

_ARROWS = r"[<>«»‹›→←＜＞|\[\]【】()（）]*"
_SAYS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "next",
        re.compile(
            rf"{_ARROWS}((下|后|後)一?[页頁]|(点击)?加载更多|[较更]早的?(文章|日志)?|next(page)?|older(posts?|entries)?){_ARROWS}",
            re.IGNORECASE,
        ),
    ),
    (
        "previous",
        re.compile(
            rf"{_ARROWS}((上|前)一?[页頁]|[较更]新的?(文章|日志)?|prev(ious)?(page)?|newer(posts?|entries)?){_ARROWS}",
            re.IGNORECASE,
        ),
    ),
    ("last", re.compile(rf"{_ARROWS}([尾末][页頁]|最后一?[页頁]|last(page)?){_ARROWS}", re.IGNORECASE)),
    ("first", re.compile(rf"{_ARROWS}(首[页頁]|第一[页頁]|first(page)?){_ARROWS}", re.IGNORECASE)),
    ("number", re.compile(r"(?:\.{2,}|…*)[\[(（【]?第?(\d{1,4})页?[\])）】]?(?:\.{2,}|…*)")),
    ("next", re.compile(r"[>›→＞]")),
    ("previous", re.compile(r"[<‹←＜]")),
    ("last", re.compile(r"»|>>|＞＞")),
    ("first", re.compile(r"«|<<|＜＜")),
)
"""What the link of a pager says, the whole of it, white space taken out."""

_SAYS_ANY = re.compile("|".join(words.pattern for _, words in _SAYS), re.IGNORECASE)

_HINTS: dict[str, Role] = {"next": "next", "prev": "previous", "previous": "previous"}
_HERE = {"active", "current", "on", "curr", "cur", "now", "this", "selected"}
_WORD = re.compile(r"\w")
_SPEAKS = re.compile(r"[^\W\d]")
_CALENDAR = 28
"""So many numbers in a row are the days of a month."""
_SCRIPTED = re.compile(
    r"""\bcreatePageHTML\(\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*["']([\w-]+)["']\s*,\s*["'](\w+)["']"""
)
"""How TRS WCM, the system of many public bodies, writes a pager: pages there are, this one from 0, name, extension."""

_OF_TOTAL = re.compile(r"(?<![\d/-])(\d{1,4})页?[/／]共?(\d{1,4})(?![\d/-])")


@dataclass(frozen=True, slots=True)
class Pager:
    """What the pager of one page says."""

    elements: tuple[etree._Element, ...] = ()
    """Its links and options, in page order: the list stands before them."""

    next_url: str | None = None
    """None on the last page, however the page dresses that up."""

    last_url: str | None = None

    page_urls: tuple[str, ...] = ()
    """Every page it names an address for, in page order."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One link of a pager, or one option of a select that is one."""

    element: etree._Element
    role: Role
    url: str
    number: int | None = None
    worded: bool = False
    here: bool = False
    """True where it stands for the page itself."""


def read_pager(root: etree._Element, page_url: str, base: str, anchors: Iterable[Anchor]) -> Pager:
    """The pager of the page, an empty one where it has none."""
    links = _link_steps(list(anchors))
    steps = [*links, *_option_steps(root, base)] or _scripted_steps(root, base)
    numbered = {step.number: step.url for step in steps if step.number}
    here = next((step.number for step in steps if step.here), None) or _unlinked_number(links)
    following = _leading(steps, "next") or (numbered.get(here + 1) if here else None)
    behind = {url for number, url in numbered.items() if here and number <= here}
    if following in {canonical_url(page_url), *behind} or _is_last_by_count(links):
        following = None  # the last page's 下一页 often leads to the page itself, or back to the first
    return Pager(
        elements=tuple(step.element for step in steps),
        next_url=following,
        last_url=_leading(steps, "last") or (numbered[max(numbered)] if numbered else None),
        page_urls=tuple(dict.fromkeys([*numbered.values(), *(step.url for step in steps)])),
    )


def _leading(steps: list[_Step], role: Role) -> str | None:
    return next((step.url for step in steps if step.role == role), None)


def _link_steps(anchors: list[Anchor]) -> list[_Step]:
    """The links of the pager: they stand together, with no other link among them."""
    steps = {element: _step(element, link) for element, link in anchors}
    if not any(steps.values()):
        return []
    mixed = _holders(element for element, step in steps.items() if step is None and element.tag == "a")
    boxes: dict[etree._Element, list[_Step]] = {}
    for step in filter(None, steps.values()):
        if is_shallow(step.element):
            boxes.setdefault(_box(step.element, mixed), []).append(step)
    pagers = (box for box in boxes.values() if _is_pager(box))
    return [step for box in pagers for step in box if not {"disabled", "disable"} & _hints(step.element)]


def _step(element: etree._Element, link: Link) -> _Step | None:
    """What a link is to a pager by what it says, or by a class word where it is a bare arrow or icon."""
    label = "".join((link.text or link.title_attr or _spoken(element)).split())
    if not _WORD.search(label):
        hints = _hints(element)
        if hinted := next((role for word, role in _HINTS.items() if word in hints), None):
            return _Step(element, hinted, link.url, worded=True)
    if not _SAYS_ANY.fullmatch(label):
        return None
    role, said = next((role, said) for role, words in _SAYS if (said := words.fullmatch(label)))
    number = int(said[1]) if role == "number" else None
    worded = number is None and bool(_SPEAKS.search(label))
    return _Step(element, role, link.url, number, worded, bool(number and _hints(element) & _HERE))


def _hints(element: etree._Element) -> set[str]:
    """Class words of a link, its `rel`, and those of an element that holds nothing else."""
    parent = element.getparent()
    is_alone = element.getprevious() is None and element.getnext() is None
    around = class_words(parent) if parent is not None and is_alone else set()
    return class_words(element) | around | set((element.get("rel") or "").split())


def _spoken(element: etree._Element) -> str:
    """What an icon stands for."""
    images = (image.get("alt") or image.get("title") or "" for image in element.iter("img"))
    return element.get("aria-label") or "".join(images)


def _holders(elements: Iterable[etree._Element]) -> set[etree._Element]:
    """These elements and all round them."""
    holders: set[etree._Element] = set()
    for element in elements:
        for holder in (element, *element.iterancestors()):
            if holder in holders:
                break
            holders.add(holder)
    return holders


def _box(element: etree._Element, mixed: set[etree._Element]) -> etree._Element:
    """The largest element round a link of the pager that holds no other kind of link."""
    box = element
    for around in element.iterancestors():
        if around in mixed:
            break
        box = around
    return box


def _is_pager(box: list[_Step]) -> bool:
    """By a word (下一页), or by page numbers that stand in their own addresses, unlike a slide show's."""
    if any(step.worded and step.role in {"next", "previous", "last"} for step in box):
        return True
    inner = [step for step in box if step.number and step.number > 1]
    return 0 < len(inner) < _CALENDAR and all(map(_is_in_its_address, inner))


def _is_in_its_address(step: _Step) -> bool:
    """`index_3.html` is page 3; dynamic pages count from zero."""
    numbers = {int(number) for number in re.findall(r"\d+", step.url)}
    return step.number is not None and bool({step.number, step.number - 1} & numbers)


def _unlinked_number(links: list[_Step]) -> int | None:
    """The page's own number, printed without a link beside a neighbour: `<b>2</b> <a>3</a>`."""
    linked = {step.number: step.element for step in links if step.number}
    holders = _parents(linked.values())
    if not holders:
        return None
    printed = [int(text) for text in map(collapse, pieces_of(common_ancestor(holders))) if _is_number(text)]
    pairs = [*pairwise(printed), *((after, before) for before, after in pairwise(printed))]
    return next((one for one, other in pairs if one not in linked and abs(one - other) == 1), None)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,4}", text) is not None


def _is_last_by_count(links: list[_Step]) -> bool:
    """`页次：3/3`: the two numbers printed beside the links are equal."""
    beside = (text for holder in _parents(step.element for step in links) for text in _texts_in(holder))
    counts = (found for text in beside if (found := _OF_TOTAL.search(re.sub(r"\s", "", text))))
    return any(int(count[1]) >= int(count[2]) for count in counts)


def _parents(elements: Iterable[etree._Element]) -> list[etree._Element]:
    """The elements these stand in, each once."""
    parents = (element.getparent() for element in elements)
    return list(dict.fromkeys(parent for parent in parents if parent is not None))


def _texts_in(holder: etree._Element) -> Iterator[str]:
    """The texts next to the links of a pager: bare ones, and those of elements without a link."""
    yield holder.text or ""
    for neighbour in holder:
        yield neighbour.tail or ""
        if neighbour.find(".//a") is None:
            yield text_of(neighbour)


def _option_steps(root: etree._Element, base: str) -> list[_Step]:
    """The options of a select that leads to every page."""
    return [step for option in root.iter("option") if (step := _option_step(option, base))]


def _option_step(option: etree._Element, base: str) -> _Step | None:
    said = re.fullmatch(r"第?(\d{1,4})页?([/／]\d+页?)?", re.sub(r"\s", "", text_of(option)))
    value = option.get("value") or ""
    if not said or not re.search(r"[/.?]", value):
        return None
    try:
        url = canonical_url(value, base=base)
    except ValueError:
        return None
    return _Step(option, "number", url, int(said[1]), here=option.get("selected") is not None)


def _scripted_steps(root: etree._Element, base: str) -> list[_Step]:
    """Next and last page where a script of the page writes the links."""
    for script in root.iter("script"):
        if written := _SCRIPTED.search(script.text or ""):
            count, here = int(written[1]), int(written[2])
            roles: tuple[tuple[Role, int], ...] = (("next", here + 1), ("last", count - 1))
            return [
                _Step(script, role, canonical_url(f"{written[3]}_{number}.{written[4]}", base=base))
                for role, number in roles
                if here < number < count
            ]
    return []
