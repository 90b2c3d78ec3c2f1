"""Every line of the table says what a careful reader takes from it."""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.byline import Byline, is_byline, parse_byline
from pipelines.sources import canonical_source
from pipelines.timestamps import SITE_ZONE, Moment

BASE = datetime(2026, 3, 15, 12, 0, tzinfo=SITE_ZONE)
SITE = "禾田农金网"
TABLE = tomllib.loads((Path(__file__).parents[1] / "data/bylines.toml").read_text("utf-8"))["shape"]
LINES = [pytest.param(row, id=f"{shape['name']}: {row['line']!r}") for shape in TABLE for row in shape["lines"]]


def iso(moment: Moment | None) -> str | None:
    """The instant to its precision, as the table writes it."""
    if moment is None:
        return None
    assert moment.at.utcoffset() == SITE_ZONE.utcoffset(None)
    return moment.at.isoformat()[: {"day": 10, "minute": 16, "second": 19}[moment.precision]]


def people(byline: Byline) -> str | None:
    rows = (f"{p.role} {p.name}" + (f"@{p.affiliation}" if p.affiliation else "") for p in byline.contributors)
    return "; ".join(rows) or None


@pytest.mark.parametrize("row", LINES)
def test_the_line_says_what_a_reader_takes_from_it(row):
    byline = parse_byline(row["line"], base=BASE, listed=row.get("listed"))
    assert iso(byline.published) == row.get("at")
    assert iso(byline.modified) == row.get("modified")
    assert canonical_source(byline.source_raw, site_name=SITE) == row.get("source")
    assert byline.source_raw == row.get("source_raw", row.get("source"))
    assert people(byline) == row.get("people")
    if byline.published is None:
        assert byline.published_raw == row.get("raw")
    else:
        assert byline.published_raw


STATING = [p for p in LINES if p.values[0].keys() & {"at", "source", "people"} and p.values[0].get("info_line", True)]
OTHER_LINES = (Path(__file__).parents[1] / "data/not_bylines.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("row", STATING)
def test_a_line_that_states_something_is_known_for_an_info_line(row):
    assert is_byline(row["line"])


@pytest.mark.parametrize("line", OTHER_LINES)
def test_a_title_or_a_sentence_is_no_info_line(line):
    assert not is_byline(line)
