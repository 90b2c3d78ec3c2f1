"""A printed time is an instant to its precision, or it is not stated."""

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.timestamps import SITE_ZONE, find_moments, parse_moment

BASE = datetime(2026, 11, 22, 12, 0, tzinfo=SITE_ZONE)
TABLE = tomllib.loads((Path(__file__).parents[1] / "data/moments.toml").read_text("utf-8"))["moment"]
NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789-:", "０１２３４５６７８９－：")

instants = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2026-11-22T11:59:59"))


def iso(moment):
    return moment and moment.at.isoformat()[: {"day": 10, "minute": 16, "second": 19}[moment.precision]]


def in_words(number):
    """26 as 二十六."""
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] * (tens > 1) + "十") * (tens > 0) + digits[ones] * (ones > 0)


STYLES = {
    "ISO, seconds": (19, lambda t: f"{t:%Y-%m-%d %H:%M:%S}"),
    "ISO with T and zone": (19, lambda t: f"{t:%Y-%m-%dT%H:%M:%S}+08:00"),
    "ISO, minutes": (16, lambda t: f"{t:%Y-%m-%d %H:%M}"),
    "ISO, day": (10, lambda t: f"{t:%Y-%m-%d}"),
    "slashes, no padding": (16, lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t:%M}"),
    "dots": (10, lambda t: f"{t.year}.{t.month}.{t.day}"),
    "年月日": (10, lambda t: f"{t.year}年{t.month}月{t.day}日"),
    "年月日, clock": (16, lambda t: f"{t:%Y年%m月%d日%H:%M}"),
    "时分秒": (19, lambda t: f"{t.year}年{t.month}月{t.day}日 {t.hour}时{t.minute}分{t.second}秒"),
    "parts of the day": (
        16,
        lambda t: f"{t:%Y-%m-%d} {'上午' if t.hour < 12 else '下午'}{t.hour % 12 or 12}:{t:%M}",
    ),
    "AM and PM": (16, lambda t: f"{t:%Y-%m-%d} {t.hour % 12 or 12}:{t:%M} {'AM' if t.hour < 12 else 'PM'}"),
    "full width": (19, lambda t: f"{t:%Y-%m-%d %H:%M:%S}".translate(FULL_WIDTH)),
    "numerals": (
        10,
        lambda t: f"{str(t.year).translate(NUMERALS)}年{in_words(t.month)}月{in_words(t.day)}日",
    ),
    "digits, day": (10, lambda t: f"{t:%Y%m%d}"),
    "digits, seconds": (19, lambda t: f"{t:%Y%m%d%H%M%S}"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"] or "empty") for row in TABLE])
def test_a_printed_time_says_what_the_table_says(row):
    listed = date.fromisoformat(row["listed"]) if "listed" in row else None
    assert iso(parse_moment(row["text"], base=BASE, listed=listed)) == row.get("at")


@pytest.mark.parametrize(("length", "printed"), STYLES.values(), ids=STYLES)
@given(instant=instants)
def test_an_instant_printed_in_any_style_is_read_back_to_its_precision(length, printed, instant):
    moment = parse_moment(printed(instant), base=BASE)
    assert iso(moment) == instant.isoformat()[:length]
    assert moment.at.utcoffset() == timedelta(hours=8)


@given(text=st.text(max_size=60), listed=st.none() | st.dates())
def test_any_text_is_a_time_or_none_never_an_error(text, listed):
    moment = parse_moment(text, base=BASE, listed=listed)
    assert moment is None or datetime(1990, 1, 1, tzinfo=SITE_ZONE) <= moment.at <= BASE + timedelta(
        minutes=10
    )


@given(text=st.text(alphabet="0123456789-/.:年月日时分秒前天周半上下午今昨个小〇一二十 TZ+", max_size=30))
def test_any_jumble_of_time_words_is_a_time_or_none(text):
    for stamp in find_moments(text, base=BASE):
        assert text[stamp.start : stamp.end] == stamp.printed
        assert stamp.moment is None or stamp.moment.at <= BASE + timedelta(minutes=10)


@given(instant=instants, clock=st.booleans())
def test_a_line_with_one_plain_stamp_reads_like_any_other(instant, clock):
    """The short way for the commonest form agrees with the general one, which a second stamp forces."""
    printed = f"{instant:%Y-%m-%d %H:%M:%S}" if clock else f"{instant:%Y-%m-%d %H:%M}"
    alone = find_moments(f"来源 {printed} 报", base=BASE)[0]
    beside = find_moments(f"来源 {printed} 报 1999年", base=BASE)[0]
    assert alone == beside


@given(days=st.integers(0, 3650), minutes=st.integers(0, 1439))
def test_relative_times_count_from_the_capture_never_from_now(days, minutes):
    base = BASE - timedelta(days=days, minutes=minutes)
    assert parse_moment("昨天", base=base).at.date() == (base - timedelta(days=1)).date()
    assert parse_moment("5分钟前", base=base).at == base - timedelta(minutes=5)


def test_a_capture_in_another_zone_gives_the_same_day_in_site_time():
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert iso(parse_moment("今天", base=late)) == "2026-11-23"


def test_stamps_are_cut_out_of_a_longer_line_readable_or_not():
    line = "发布 2020-10-26 09:41 更新 1970-01-01 08:00"
    assert [(stamp.printed, iso(stamp.moment)) for stamp in find_moments(line, base=BASE)] == [
        ("2020-10-26 09:41", "2020-10-26T09:41"),
        ("1970-01-01 08:00", None),
    ]


def test_the_slow_fallback_is_not_loaded_until_a_form_needs_it():
    program = (
        "import sys, pipelines.byline as b, datetime as d;"
        "b.parse_byline('时间：2020-10-26 来源：沂川日报', base=d.datetime(2026, 1, 1, tzinfo=d.UTC));"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
