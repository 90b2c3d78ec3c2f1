"""Charts as SVG made here, so that a page needs no script; a tooltip is the `<title>` of a bar."""

from collections.abc import Sequence

from markupsafe import Markup

from nongshang.counting import Count

_WIDE, _HIGH = 720, 150
_LABEL_ROOM = 18


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
        '<text x="0" y="10" class="most">{}</text></svg>'
    ).format(_WIDE, _HIGH + _LABEL_ROOM, label, drawn, ends, f"{most:,}")


def bar(number: int, most: int, tooltip: str) -> Markup:
    """One lying bar, its length against the longest."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img">'
        '<rect width="{:.2f}" height="10"><title>{}</title></rect></svg>'
    ).format(100 * number / max(most, 1), tooltip)


def _column(x: float, step: float, share: float, name: str, number: int) -> Markup:
    high = max(1.0, share * (_HIGH - 16))
    return Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}: {}</title></rect>'
    ).format(x + step * 0.1, _HIGH - high, step * 0.8, high, name, f"{number:,}")
