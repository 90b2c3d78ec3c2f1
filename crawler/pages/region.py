"""Which lines of the page are the article's own.

Every line speaks for or against standing in an article: sentences for, links and furniture
against. The body is the run of lines that gains most, begun where the headline and its info
line end. Leaving a box costs something, so a run does not cross into the next column for little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.boilerplate import ends_article, is_furniture, is_pager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.layout import Layout, Line
    from crawler.pages.marks import Landmarks

_SENTENCE = re.compile(r"[。，；！？：、,;!?…”]")
_TOLD = re.compile(r"[。，；！？…”]")
"""Signs of a text that tells something."""

_LINKED = 0.6
_PARAGRAPH = 40
_LONG = 200
_STORY = 500.0
_ANCHOR = 4.0
_LIST = 3
_SURE = 0.5
"""What a line must be worth for a run to begin with it, where neither headline nor info line is sure."""

_HEAD = 14
"""Lines between a headline and the end of its info line."""

_LEAVING = 10.0
"""What leaving one box costs, the line's own box left out."""

_ENDING, _FURNITURE = -80.0, -30.0
_TRUSTED, _DOUBTED = 0.5, 0.1
_BEGINNING = 10.0

_SEVERAL = 3
"""Paragraphs that tell where the article stands."""

_NEARNESS = (1.0, 1.0, 0.3, 0.1)
"""What is left of a line's worth, by how many boxes round the paragraphs have ended before it."""

_ROWS = frozenset(("tr", "tbody"))
_OF_TABLE = frozenset(("table", "tbody", "thead", "tr"))
_FRAMES = frozenset(("table", "figure"))
"""What a picture is set in, with nothing else in it."""

_BENEFIT = 20.0
_UNDER_INFO, _UNDER_HEADLINE = 10.0, 4.0
"""What standing next under the landmarks is worth, and how many times better a later run must be."""


@dataclass(frozen=True, slots=True)
class Region:
    """The body region: lines `first` to `end`, and the innermost box round them."""

    box: int
    first: int
    end: int
    rule: str
    certainty: float


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    end: int
    gain: float


def find_region(layout: Layout, marks: Landmarks) -> Region | None:
    """Return the body region, or None where nothing on the page reads like an article."""
    start = _start(layout, marks)
    if (template := marks.template) and layout.boxes[template.body].start >= start:
        body = layout.boxes[template.body]
        return Region(template.body, body.start, body.end, f"fingerprint:{template.fingerprint.name}", 1.0)
    runs = list(_runs(layout, marks, start))
    runs = [run for run in runs if not _is_in_side_column(layout, run)] or runs
    if not runs:
        return None
    best = max(runs, key=lambda run: run.gain)
    run = runs[0] if _claim(layout, runs[0], marks) >= best.gain else best
    first, end = _grown_back(layout, run.first, start), _grown_on(layout, run, marks)
    box = layout.common(layout.lines[first].box, layout.lines[end - 1].box)
    rule = "landmarks" if marks.headline.lines else "text-mass"
    return Region(box, first, end, rule, run.gain / best.gain * marks.headline.certainty)


def _claim(layout: Layout, run: _Run, marks: Landmarks) -> float:
    """Return what a later run must gain to win over the one next under the landmarks."""
    if not marks.headline.lines:
        return run.gain
    lines = layout.lines[run.first : run.end]
    texts = [line.text for line in lines if line.kind == "text"]
    has_files = any(line.kind == "file" for line in lines)  # a notice may be nothing else
    if texts and not has_files and not any(map(_TOLD.search, texts)):
        return run.gain
    benefit = _BENEFIT if lines[0].kind != "image" else 0.0
    return (run.gain + benefit) * (_UNDER_INFO if marks.info else _UNDER_HEADLINE)


def _start(layout: Layout, marks: Landmarks) -> int:
    """Return the first line that may be body: after the headline, and an info line under it."""
    stop = marks.headline.lines.stop if marks.headline.lines else 0
    for at in marks.info:
        if stop <= at < stop + _HEAD:
            stop = max(at + 1, _end_of_items(layout, at))
    return stop


def _end_of_items(layout: Layout, at: int) -> int:
    """Return where the list ends that a piece of the info line is an item of; the other items are pieces too."""
    box = layout.boxes[layout.lines[at].box]
    return layout.boxes[box.parent].end if box.tag == "li" else 0


def _runs(layout: Layout, marks: Landmarks, start: int) -> Iterator[_Run]:
    """Yield the runs of lines worth something together, each up to where it is worth most."""
    scale = _Scale(layout, marks)
    anchor = 0.0 if marks.info or marks.headline.certainty >= _SURE else _ANCHOR
    first, end, gain, best = -1, -1, 0.0, 0.0
    for at in range(start, len(layout.lines)):
        worth = scale.worth(at)
        if first < 0:
            if worth > anchor:
                first, end, gain, best = at, at + 1, worth, worth
            continue
        gain += worth - _LEAVING * max(0, _boxes_left(layout, at) - 1)
        if worth >= _PARAGRAPH and scale.is_at_home(at):
            gain = max(gain, best + worth)
        if gain > best:
            end, best = at + 1, gain
        elif best > _STORY and gain < best - _STORY and marks.info:  # nothing below is worth looking at
            break
        elif gain <= 0 and not scale.is_at_home(at):
            yield _Run(first, end, best)
            first = -1
            scale.start_again()
    if first >= 0:
        yield _Run(first, end, best)


def _is_in_side_column(layout: Layout, run: _Run) -> bool:
    """Return whether links fill the rest of the run's box, not announced as what follows an article."""
    rest = range(run.end, layout.boxes[_container(layout, layout.lines[run.end - 1])].end)
    links = 0
    for at in rest:
        line = layout.lines[at]
        if ends_article(line.text):
            break
        links += line.link_share > _LINKED and not is_furniture(line.text)
    return links >= _LIST


class _Scale:
    """What a line is worth, by itself and after what stood before it.

    Behind links and furniture text is trusted less and less, unless it stands in a box
    that held paragraphs of the article before.
    """

    def __init__(self, layout: Layout, marks: Landmarks) -> None:
        self._layout = layout
        self._marks = marks
        self._trust = 1.0
        self._begun = False
        self._homes: set[int] = set()
        self._told = 0
        self._ground = -1
        """The innermost box round the paragraphs so far."""

    def start_again(self) -> None:
        """Trust anew: without a headline nothing says that the first run is the better one."""
        self._homes.clear()
        self._told, self._ground = 0, -1
        if not self._marks.headline.lines:
            self._trust = 1.0

    def is_at_home(self, at: int) -> bool:
        """Return whether a line stands in a box the body has to itself: nothing there parts it."""
        around = self._layout.around(self._layout.lines[at].box)
        return any(box in self._homes and _is_apart(self._layout, box, self._marks) for box in around)

    def worth(self, at: int) -> float:
        """Return what the line is worth where it stands."""
        line = self._layout.lines[at]
        if line.kind != "text":
            if self._marks.furniture[line.box]:
                return 0.0
            return 8.0 if not self._homes or _container(self._layout, line) in self._homes else 1.0
        worth = _worth(line, furniture=self._marks.furniture[line.box])
        self._begun = self._begun or worth >= _BEGINNING
        if worth < 0 and not self._begun:  # buttons over the text
            return worth
        if worth < 0:
            self._trust = max(_DOUBTED, self._trust * (0.5 if worth <= _ENDING else 0.8))
            return worth
        home = _container(self._layout, line)
        known = home in self._homes
        if known:
            self._trust = 1.0
        trust = self._trust * (1.0 if known else self._nearness(line.box))
        if trust > _TRUSTED and worth >= _PARAGRAPH:
            self._homes.add(home)
            self._told += 1
            self._ground = line.box if self._ground < 0 else self._layout.common(self._ground, line.box)
        return worth * trust

    def _nearness(self, box: int) -> float:
        """Return how much of its worth a line keeps that stands outside the box of all paragraphs before it.

        The next box may go on with the article, one further away hardly ever does. A row
        of a table is as near as its cell.
        """
        if self._told < _SEVERAL:
            return 1.0
        boxes, away = self._layout.boxes, 0
        for outer in self._layout.around(self._ground):
            if boxes[outer].start <= boxes[box].start < boxes[outer].end:
                break
            away += boxes[outer].tag not in _ROWS
        return _NEARNESS[min(away, len(_NEARNESS) - 1)]


def _worth(line: Line, *, furniture: bool) -> float:
    length = len(line.text)
    if ends_article(line.text):
        return _ENDING
    if is_furniture(line.text) or is_pager(line.text, line.link_share):
        return _FURNITURE
    if line.link_share > _LINKED:
        return -10.0 - min(length, _LONG) * 0.25
    if furniture:
        return -10.0
    plain = min(length, _LONG) * (1 - line.link_share)
    return plain if _SENTENCE.search(line.text) else min(plain, _PARAGRAPH) * 0.4


def _container(layout: Layout, line: Line) -> int:
    """Return the box a line shares with the next: round its own, or its own if several lines stand in it."""
    box = layout.boxes[line.box]
    if box.end - box.start > 1:
        alike = (at for at in range(box.start, box.end) if layout.lines[at].kind == line.kind)
        if len(list(islice(alike, 2))) > 1:
            return line.box
    return box.parent if box.parent >= 0 else line.box


def _boxes_left(layout: Layout, at: int) -> int:
    """Return how many boxes end between a line and the one before it."""
    one, other, left = _frame(layout, at - 1), layout.lines[at].box, 0
    while one != other:
        if one > other:
            one, left = layout.boxes[one].parent, left + 1
        else:
            other = layout.boxes[other].parent
    return left


def _frame(layout: Layout, at: int) -> int:
    """Return the box of a line; of a picture in a table of its own, that table, which costs nothing to leave."""
    box = layout.lines[at].box
    if layout.lines[at].kind != "image":
        return box
    alone = (one for one in layout.around(box) if layout.boxes[one].end - layout.boxes[one].start == 1)
    return next((one for one in alone if layout.boxes[one].tag in _FRAMES), box)


def _grown_back(layout: Layout, first: int, start: int) -> int:
    """Return where the run begins if it takes what stands before it in the same box."""
    floor = max(start, layout.boxes[_container(layout, layout.lines[first])].start)
    return floor if first - floor <= _HEAD else first


def _grown_on(layout: Layout, run: _Run, marks: Landmarks) -> int:
    """Return where the run ends if it takes what stands after it in the same box, short lines too."""
    lines, boxes, end = layout.lines, layout.boxes, run.end
    stop = boxes[_container(layout, lines[end - 1])].end
    while end < stop and not ends_article(lines[end].text):
        end += 1
    around = layout.common(lines[run.first].box, lines[end - 1].box)
    while boxes[around].tag in _OF_TABLE and boxes[around].parent >= 0:  # a note may stand under the figures
        around = boxes[around].parent
    if _is_apart(layout, around, marks):
        stop = boxes[around].end
        while end < stop and _worth(lines[end], furniture=marks.furniture[lines[end].box]) > 0:
            end += 1
    return end


def _is_apart(layout: Layout, box: int, marks: Landmarks) -> bool:
    """Return whether the headline stands outside the box, so that it is the body's own."""
    headline = marks.headline.lines
    return bool(headline) and not layout.holds(box, headline.start)
