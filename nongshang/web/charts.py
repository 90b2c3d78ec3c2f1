"""Charts as SVG made here, so that a page needs no script; a column says its number when pointed at or stepped to."""

from collections.abc import Sequence

from markupsafe import Markup

from nongshang.counting import Count

_WIDE, _HIGH = 720, 150
_LABEL_ROOM = 24
_LABEL_HALF = 70
"""Half of the room a column's own label takes."""


def columns(counts: Sequence[Count], label: str) -> Markup:
    """One column a month or a year, left to right, the first, the last and the highest written out."""
    if not counts:
        return Markup("")
    most = max(number for _, number in counts)
    step = _WIDE / len(counts)
    drawn = Markup("").join(
        _column(at * step, step, number / most, name or "—", number)
        for at, (name, number) in enumerate(counts)
    )
    ends = Markup('<text x="0" y="{1}">{0}</text><text x="{3}" y="{1}" text-anchor="end">{2}</text>').format(
        counts[0][0] or "—", _HIGH + _LABEL_ROOM - 4, counts[-1][0] or "—", _WIDE
    )
    return Markup(
        '<svg class="columns" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<text x="0" y="16" class="most">{}</text></svg>'
    ).format(_WIDE, _HIGH + _LABEL_ROOM, label, drawn, ends, f"{most:,}")


def bar(number: int, most: int, tooltip: str) -> Markup:
    """One lying bar, its length against the longest."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img">'
        '<rect width="{:.2f}" height="10"><title>{}</title></rect></svg>'
    ).format(100 * number / max(most, 1), tooltip)


def _column(x: float, step: float, share: float, name: str, number: int) -> Markup:
    high = max(1.0, share * (_HIGH - 34))
    middle = min(max(x + step / 2, _LABEL_HALF), _WIDE - _LABEL_HALF)
    return Markup(
        '<g tabindex="0"><rect class="reach" x="{0:.1f}" y="0" width="{1:.1f}" height="{2}"></rect>'
        '<rect x="{3:.1f}" y="{4:.1f}" width="{5:.1f}" height="{6:.1f}"></rect>'
        '<text x="{7:.1f}" y="{8:.1f}" text-anchor="middle">{9}: {10}</text><title>{9}: {10}</title></g>'
    ).format(
        x,
        step,
        _HIGH,
        x + step * 0.1,
        _HIGH - high,
        step * 0.8,
        high,
        middle,
        _HIGH - high - 6,
        name,
        f"{number:,}",
    )
