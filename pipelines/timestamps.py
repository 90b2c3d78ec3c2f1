"""What a printed time says: an instant to its precision, or that none is stated.

A strict grammar comes first; `dateparser` is asked only where the grammar knows
nothing of the text, and its answer counts only if every part of it is printed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from pipelines.folding import fold
from storage.article import Precision

SITE_ZONE = timezone(timedelta(hours=8))
"""Asia/Shanghai as an offset: the zone database gives 1990 and 1991 a summer time that no page means."""

CLOCK_SKEW = timedelta(minutes=10)
"""How far a page may be ahead of our clock before its time counts as future."""

EARLIEST_YEAR = 1990
"""Before the web: epochs, zeros and birthdays, not publications."""


@dataclass(slots=True)
class Moment:
    """An instant a page prints."""

    at: datetime
    """In site time (+08:00); a date without a clock is midnight."""

    precision: Precision
    printed: str
    """The text it was read from."""

    rule: str
    """The form it was printed in: `ymd`, `年月日`, `relative`, `listed` …"""


@dataclass(slots=True)
class Stamp:
    """A place in a line where a time is printed, readable or not."""

    start: int
    end: int
    printed: str
    moment: Moment | None
    """None where the time printed is no instant: `10-26`, `1970-01-01`, `2020年10月`."""


_NUMERAL = "〇零○一二三四五六七八九十"
_SMALL = rf"(?:\d{{1,2}}|[{_NUMERAL}]{{1,3}})"
_YEAR = rf"(?:\d{{4}}|[{_NUMERAL}Oo0]{{4}})"
"""With the letter O and the digit 0, as which 〇 is often typed: `二O二〇年`."""

_UNIT = "秒钟?|分钟?|小时|天|日|周|星期|月|年"
_WEEKDAY = r"(?:\ ?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?,?)?"
_PART_OF_DAY = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚|夜间"
_CLOCK = rf"""
    (?:\ *T\ *|[\ \n]*[,|]?\ *|\ -\ )
    (?P<part>{_PART_OF_DAY}|[AaPp]\.?[Mm]\.?)?\ *
    (?P<hour>{_SMALL})(?:
        \ ?:\ ?(?P<minute>\d{{2}})(?:\ ?:\ ?(?P<second>\d{{2}})(?:[.,]\d+)?)?(?!\d)
      | \ ?[时点時]\ ?(?:(?P<han_minute>{_SMALL}|半)(?:\ ?分\ ?(?:(?P<han_second>{_SMALL})\ ?秒)?|(?!\d)))?整?
    )
    (?:\ *(?P<after>[AaPp]\.?[Mm]\b\.?))?
    (?:\ *(?P<zone>Z\b|(?:GMT|UTC)(?:[+-]\d{{1,2}}(?::?\d{{2}})?)?(?![\d:])|[+-]\d{{2}}:?\d{{2}}(?!\d)))?
"""
_DAY_ENDS = r"(?:(?!\d)|(?=\d{2}:\d{2}))"

_STAMP = re.compile(
    rf"""
    (?=[\d{_NUMERAL}今昨前大上周星刚半])
    (?:
        (?<![\d.])(?:
            (?P<ymd>\d{{4}}\ ?(?P<mark>[-/.])\ ?\d{{1,2}}\ ?(?P=mark)\ ?\d{{1,2}}){_DAY_ENDS}
          | (?<!:)(?P<day_apart>\d{{1,2}}日?[\ \n]+(?:19|20)\d{{2}}\ ?[-./年]\ ?\d{{1,2}}月?)(?![\d月]|\ ?[-./]?\ ?\d)
          | (?P<year_apart>(?:19|20)\d{{2}}年?[\ \n]+\d{{1,2}}[-/月]\d{{1,2}}日?)(?![\d/-])
          | (?P<compact>(?:19|20)\d{{6}}(?:\d{{4}}(?:\d{{2}})?)?)(?!\d)
          | (?P<dmy>\d{{1,2}}(?P<mark2>[-/.])\d{{1,2}}(?P=mark2)\d{{4}})(?!\d)
          | (?P<yymmdd>\d{{2}}(?P<mark3>[-/.])\d{{1,2}}(?P=mark3)\d{{1,2}})(?![\d-])
          | (?P<month>\d{{4}}(?P<mark4>[-/.])\d{{1,2}})(?![\d-])
          | (?P<md>\d{{1,2}}[-/]\d{{1,2}})(?![\d/-])
          | (?P<ago>(?:\d{{1,3}}|半|[{_NUMERAL}]{{1,3}})\ ?个?(?:{_UNIT})[以之]?前)
        )
      | (?:(?<!\d)(?=\d)|(?<![\d{_NUMERAL}]))(?:
            (?P<年月日>{_YEAR}\ ?年\ ?{_SMALL}\ ?月\ ?{_SMALL}\ ?(?:[日号號]|(?![\d{_NUMERAL}])))
          | (?P<年月>{_YEAR}\ ?年(?:\ ?{_SMALL}\ ?月份?)?)
          | (?P<月日>{_SMALL}\ ?月\ ?{_SMALL}\ ?[日号號])
        )
      | (?<![\u4e00-\u9fff])(?P<day>今天|今日|昨天|昨日|前天|大前天|上?上?(?:周|星期)[一二三四五六日天]|刚刚)
        (?=$|[^\u4e00-\u9fff]|{_PART_OF_DAY})
    )
    {_WEEKDAY}(?:{_CLOCK})?
    """,
    re.VERBOSE | re.ASCII,
)
_OFFSET = re.compile(r"(?:Z|GMT|UTC)?(?:([+-])(\d{1,2}):?(\d{2})?)?")
_PLAIN = re.compile(
    r"""
    ([0-9][0-9]{3})(?<![\d.]\d{4})(?:(-)|年)(\d{1,2})(?(2)-|月)(\d{1,2})(?(2)(?!\d)|日)
    (?:\ ?((?!24)\d{1,2}):(\d{2})(?::(\d{2}))?)?
    (?=[ \n]*(?:$|[|\])】]|(?![上下凌清早中傍晚夜星周礼时点])[\u4e00-\u9fff]))
    """,
    re.VERBOSE | re.ASCII,
)
"""The two forms nearly every page prints, where nothing that could belong to them stands behind.

Without the hour 24, which some versions of the standard library read as the next day.
"""

_PLAIN_PRECISION: dict[int, Precision] = {4: "day", 6: "minute", 7: "second"}
"""By the last group of `_PLAIN` that is printed."""

_SIGN = re.compile(rf"\d|[{_NUMERAL}年月日天周刚前]")
_NUMBER = re.compile(rf"[\d{_NUMERAL}Oo]+", re.ASCII)
_EARLY_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})? *$")
_LONGEST_CLOCK = 12
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENGLISH = re.compile(
    rf"""
    (?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\ )?
    \b(?:(?P<month>{"|".join(_MONTHS)})[a-z]*\.?\ (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?
      | (?P<day_first>\d{{1,2}})\ (?P<month_second>{"|".join(_MONTHS)})[a-z]*\.?,?)
    \ (?:(?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)\ (?:CST|GMT\+0?8(?::?00)?)\ )?
    (?P<year>\d{{4}})(?!\d)(?:,?\ (?P<clock_last>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?![\d:]|\ ?[AaPp+Z-]))?
    """,
    re.VERBOSE | re.ASCII,
)
"""`Mon Oct 26 09:41:28 CST 2020`, where CST is China's own time, `October 26, 2020` and `26 Oct 2020 09:41`."""

_OTHER_TIME = re.compile(
    rf"""
    [\d年月前刚今昨半周期JFMASOND](?:
        (?<=\d)(?:\ ?[-/.:]|\d{{7}})
      | (?<!\d)(?:
            (?<=[年月前刚今昨半])
          | (?<=[周期])[一二三四五六日天]
          | (?<=\b[JFMASOND])(?:{"|".join(month[1:] for month in _MONTHS)})
        )
    )
    """,
    re.VERBOSE,
)
"""What some other time in the line would show: a first character, of which most lines hold none, and the rest."""

_FORMS = (
    "ymd",
    "年月日",
    "day_apart",
    "year_apart",
    "compact",
    "dmy",
    "yymmdd",
    "md",
    "月日",
    "day",
    "ago",
    "month",
    "年月",
)
_BEFORE = re.compile(
    r"^[\s\[\](){}<>【】〔〕|·•,;:-]*(?:[\u4e00-\u9fff ]{0,4}(?:时间|日期|于) ?[: ])?[\s\[\](【〔]*$"
)
_BEHIND = re.compile(r"^[\s\[\](){}<>【】〔〕|·•,;-]*(?:北京时间|发布|发表|更新|讯|电)?[\s\])】〕]*$")
_DIGITS = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
_NOON = 12
_LONGEST_ASKED = 60
"""A longer text is no time: dateparser need not look at it."""

_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
_PARTS_OF_DAY = (
    {"凌晨": range(7), "上午": range(12), "am": range(12), "中午": range(11, 15)}
    | dict.fromkeys(("清晨", "早上", "早晨"), range(4, 12))
    | dict.fromkeys(("下午", "pm"), range(12, 24))
    | {"傍晚": range(16, 21)}
    | dict.fromkeys(("晚上", "晚间", "晚", "夜间"), range(17, 24))
)

_PRECISION: dict[int, Precision] = {3: "day", 5: "minute", 6: "second"}
"""How many numbers a printed time has, and what it is precise to."""

_Day = tuple[date, str]


def parse_moment(text: str, *, base: datetime, listed: date | None = None) -> Moment | None:
    """The instant a text states, if the text is a time and nothing else.

    Args:
        text: as printed; a label or brackets round the time are tolerated.
        base: when the page was received: relative dates count back from it, later dates are refused.
        listed: the full date the list entry that led here prints; it lends its year to a month and day.
    """
    stamps = find_moments(text, base=base, listed=listed)
    if not stamps:
        return _ask_dateparser(text, base)
    stamp, folded = stamps[0], fold(text)
    alone = _BEFORE.match(folded[: stamp.start]) and _BEHIND.match(folded[stamp.end :])
    return stamp.moment if alone else None


def find_moments(text: str, *, base: datetime, listed: date | None = None) -> list[Stamp]:
    """Every time printed in a longer line, in order, those included that are no instant."""
    folded, base = fold(text), site_time(base)
    plain = _PLAIN.search(folded)
    if plain:
        start, end = plain.span()
        if not (_OTHER_TIME.search(folded, 0, start) or _OTHER_TIME.search(folded, end)):
            printed = text[start:end]
            return [Stamp(start, end, printed, _plain_moment(printed, plain, base))]
    elif not _SIGN.search(folded):
        return []
    stamps = [_stamp(text, found, base, listed) for found in _STAMP.finditer(folded)]
    if ":" in folded:
        stamps = _with_early_clocks(text, folded, stamps, base)
    return _with_english(text, folded, stamps, base) if any(month in folded for month in _MONTHS) else stamps


def site_time(moment: datetime) -> datetime:
    """The same instant in site time; a time without a zone is taken as site time."""
    if moment.tzinfo is SITE_ZONE:
        return moment
    return moment.astimezone(SITE_ZONE) if moment.tzinfo else moment.replace(tzinfo=SITE_ZONE)


def _plain_moment(printed: str, found: re.Match[str], base: datetime) -> Moment | None:
    """The instant of a line that holds one only, in a form nearly every page prints."""
    try:
        at = _plain_time(found)
    except ValueError:
        return None
    precision = _PLAIN_PRECISION[found.lastindex or 0]
    rule = "ymd" if found[2] else "年月日"
    return Moment(at, precision, printed, rule) if _credible(at, precision, base) else None


def _plain_time(found: re.Match[str]) -> datetime:
    """The instant in site time; the ISO form the standard library reads at a fraction of the cost."""
    if not found[2]:
        return _time_of_numbers(found)
    try:
        at = datetime.fromisoformat(found[0])
    except ValueError:  # a month, a day or an hour of one digit, if not a thirteenth month
        return _time_of_numbers(found)
    return datetime.combine(at, at.time(), SITE_ZONE)


def _time_of_numbers(found: re.Match[str]) -> datetime:
    year, _, *others = found.groups("0")
    month, day, hour, minute, second = map(int, others)
    return datetime(int(year), month, day, hour, minute, second, 0, SITE_ZONE)


def _stamp(text: str, found: re.Match[str], base: datetime, listed: date | None) -> Stamp:
    printed = text[found.start() : found.end()]
    read = _read(found, base, listed)
    moment = Moment(read[0], read[1], printed, read[2]) if read else None
    return Stamp(found.start(), found.end(), printed, moment)


def _with_early_clocks(text: str, folded: str, stamps: list[Stamp], base: datetime) -> list[Stamp]:
    """`09:41 2020-10-26`: a clock right before a day belongs to it."""
    joined: list[Stamp] = []
    for stamp in stamps:
        free = max(joined[-1].end if joined else 0, stamp.start - _LONGEST_CLOCK)
        clock = _EARLY_CLOCK.search(folded, free, stamp.start)
        if clock and stamp.moment and stamp.moment.precision == "day":
            later = _STAMP.fullmatch(f"{folded[stamp.start : stamp.end]} {clock[0].strip()}")
            read = _read(later, base, stamp.moment.at.date()) if later else None
            printed = text[clock.start() : stamp.end]
            moment = Moment(read[0], read[1], printed, stamp.moment.rule) if read else None
            stamp = Stamp(clock.start(), stamp.end, printed, moment)  # noqa: PLW2901 - the same stamp, read whole
        joined.append(stamp)
    return joined


def _with_english(text: str, folded: str, stamps: list[Stamp], base: datetime) -> list[Stamp]:
    """The stamps and those that name their month in English, in order."""
    english = [_english_stamp(text, found, base) for found in _ENGLISH.finditer(folded)]
    apart = [stamp for stamp in stamps if all(stamp.end <= e.start or e.end <= stamp.start for e in english)]
    return sorted([*apart, *english], key=lambda stamp: stamp.start)


def _english_stamp(text: str, found: re.Match[str], base: datetime) -> Stamp:
    month = _MONTHS.index(found["month"] or found["month_second"]) + 1
    day = f"{found['year']}-{month}-{found['day'] or found['day_first']}"
    plain = _STAMP.fullmatch(f"{day} {found['clock'] or found['clock_last'] or ''}".strip())
    read = _read(plain, base, None) if plain else None
    printed = text[found.start() : found.end()]
    moment = Moment(read[0], read[1], printed, "english") if read else None
    return Stamp(found.start(), found.end(), printed, moment)


_Reading = tuple[datetime, Precision, str]


def _read(found: re.Match[str], base: datetime, listed: date | None) -> _Reading | None:
    """The instant of a stamp, its precision and the form it is printed in."""
    try:
        reading = _read_form(found, base, listed)
    except (ValueError, OverflowError):  # a thirteenth month, a 25th hour: printed, but no instant
        return None
    return reading if reading and _credible(reading[0], reading[1], base) else None


def _read_form(found: re.Match[str], base: datetime, listed: date | None) -> _Reading | None:
    form = next(form for form in _FORMS if found[form])
    if form == "ago":
        return _ago(found["ago"], base)
    if found["day"] == "刚刚":
        return base.replace(second=0, microsecond=0), "minute", "relative"
    day = _DAY_OF[form](found[form], base, listed)
    return (*_at(day[0], found), day[1]) if day else None


def _credible(at: datetime, precision: Precision, base: datetime) -> bool:
    in_time = at <= base or (precision != "day" and at <= base + CLOCK_SKEW)
    return in_time and at.year >= EARLIEST_YEAR


def _number(printed: str) -> int:
    """`26`, `二十六`, `二〇二〇` as a number."""
    digits = printed.translate(_DIGITS)
    if "十" not in digits:
        return int(digits)
    tens, _, ones = digits.partition("十")
    return int(tens or 1) * 10 + int(ones or 0)


def _numbers(printed: str) -> list[int]:
    return [_number(number) for number in _NUMBER.findall(printed)]


def _full(printed: str, _base: datetime, _listed: date | None) -> _Day:
    year, month, day = _numbers(printed)
    return date(year, month, day), "ymd" if "年" not in printed else "年月日"


def _day_apart(printed: str, _base: datetime, _listed: date | None) -> _Day:
    """`26 2020-10`: a calendar sheet with the day in large figures."""
    day, year, month = _numbers(printed)
    return date(year, month, day), "calendar"


def _year_apart(printed: str, _base: datetime, _listed: date | None) -> _Day:
    """`2020 10/26`: a calendar sheet with the year over the day."""
    year, month, day = _numbers(printed)
    return date(year, month, day), "calendar"


def _without_year(printed: str, _base: datetime, listed: date | None) -> _Day | None:
    month, day = _numbers(printed)
    agrees = listed is not None and (listed.month, listed.day) == (month, day)
    return (listed, "listed") if listed and agrees else None


def _short_year(printed: str, base: datetime, _listed: date | None) -> _Day:
    """`18-03-08` has the year first, as every date on a Chinese page; its century is the one not yet over."""
    year, month, day = _numbers(printed)
    century = 2000 if year <= base.year % 100 else 1900
    return date(century + year, month, day), "yymmdd"


def _year_last(printed: str, _base: datetime, listed: date | None) -> _Day | None:
    """`26-10-2020` can be read one way only; `01-02-2020` needs the list page."""
    first, second, year = _numbers(printed)
    readings = {date(year, m, d) for m, d in ((first, second), (second, first)) if 1 <= m <= 12}  # noqa: PLR2004 - months
    if len(readings) == 1:
        return readings.pop(), "dmy"
    return (listed, "listed") if listed in readings and listed else None


def _days_back(printed: str, base: datetime, _listed: date | None) -> _Day | None:
    back = _DAYS_BACK.get(printed)
    return None if back is None else (base.date() - timedelta(days=back), "relative")


def _nothing(_printed: str, _base: datetime, _listed: date | None) -> None:
    """A month or a year alone is no date."""


def _compact(printed: str, _base: datetime, _listed: date | None) -> _Day:
    return date(int(printed[:4]), int(printed[4:6]), int(printed[6:8])), "compact"


_DAY_OF: dict[str, Callable[[str, datetime, date | None], _Day | None]] = {
    "ymd": _full,
    "年月日": _full,
    "day_apart": _day_apart,
    "year_apart": _year_apart,
    "compact": _compact,
    "dmy": _year_last,
    "yymmdd": _short_year,
    "md": _without_year,
    "月日": _without_year,
    "day": _days_back,
    "month": _nothing,
    "年月": _nothing,
}


def _ago(printed: str, base: datetime) -> tuple[datetime, Precision, str] | None:
    """`3小时前` to the minute, `3天前` to the day; weeks, months and years ago are too coarse for a date."""
    amount = 0.5 if "半" in printed else _amount(printed)
    if "秒" in printed or "分" in printed or "小时" in printed:
        unit = "seconds" if "秒" in printed else "minutes" if "分" in printed else "hours"
        at = base - timedelta(**{unit: amount})
        return at.replace(second=0, microsecond=0), "minute", "relative"
    if ("天" in printed or "日" in printed) and amount == int(amount):
        day = base - timedelta(days=amount)
        return day.replace(hour=0, minute=0, second=0, microsecond=0), "day", "relative"
    return None


def _amount(printed: str) -> float:
    return float(_numbers(printed)[0])


def _at(day: date, found: re.Match[str]) -> tuple[datetime, Precision]:
    """The day with the clock printed behind it, in site time; an hour alone is too coarse to be kept."""
    parts = _digits_by_two(found["compact"][8:]) if found["compact"] else []
    parts = parts or _clock(found)
    hour, minute, second = (*parts, 0, 0, 0)[:3]
    at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(found["zone"]))
    if len(parts) == 1:
        at, parts = at.replace(hour=0), []
    return at.astimezone(SITE_ZONE), _PRECISION[3 + len(parts)]


def _digits_by_two(digits: str) -> list[int]:
    return [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]


def _clock(found: re.Match[str]) -> list[int]:
    """Hour, minute and second as far as printed."""
    if found["hour"] is None:
        return []
    hour = _hour(_number(found["hour"]), found["part"] or found["after"] or "")
    minute, second = found["minute"] or found["han_minute"], found["second"] or found["han_second"]
    parts = [hour]
    if minute:
        parts.append(30 if minute == "半" else _number(minute))
    if minute and second:
        parts.append(_number(second))
    return parts


def _hour(hour: int, part: str) -> int:
    """The hour of 24; what contradicts its part of the day (`上午13:05`, `晚上1:10`) is refused."""
    if not part:
        return hour
    hours = _PARTS_OF_DAY[part.lower().replace(".", "")]
    fitting = [at for at in ({hour % 12, hour % 12 + 12} if hour <= _NOON else {hour}) if at in hours]
    if len(fitting) != 1:
        raise ValueError(part)
    return fitting[0]


def _zone(printed: str | None) -> timezone:
    if not printed:
        return SITE_ZONE
    found = _OFFSET.fullmatch(printed)
    assert found  # the grammar of a stamp lets nothing else through
    offset = timedelta(hours=int(found[2] or 0), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)


def _ask_dateparser(text: str, base: datetime) -> Moment | None:
    """What dateparser makes of a form unknown here, if year, month, day and clock are printed just so."""
    folded = fold(text)
    numbers = (
        [int(number) for number in re.findall(r"\d{1,4}", folded)] if len(text) <= _LONGEST_ASKED else []
    )
    if len(numbers) not in _PRECISION or numbers[0] < EARLIEST_YEAR:
        return None
    import dateparser  # noqa: PLC0415 - slow to import, and hardly ever needed

    base = site_time(base)
    answer = dateparser.parse(
        folded,
        languages=["zh"],
        settings={
            "RELATIVE_BASE": base.replace(tzinfo=None),
            "DATE_ORDER": "YMD",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    if answer is None or not _says(numbers, answer):
        return None
    precision = _PRECISION[len(numbers)]
    at = answer.replace(second=0 if precision == "minute" else answer.second, microsecond=0, tzinfo=SITE_ZONE)
    return Moment(at, precision, text, "dateparser") if _credible(at, precision, base) else None


def _says(numbers: list[int], answer: datetime) -> bool:
    parts = list(answer.timetuple()[: len(numbers)])
    afternoon = [*numbers[:3], *(hour + 12 for hour in numbers[3:4]), *numbers[4:]]
    return parts in (numbers, afternoon)
