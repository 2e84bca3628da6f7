"""Days said in words, in English or Chinese, whichever the page speaks (R22). Pure: imports no Django.

>>> year = FiscalYear(2026)
>>> parse_when("30 days before the second quarter starts", year)
datetime.date(2026, 3, 2)
>>> parse_when("第二季度开始前30天", year)
datetime.date(2026, 3, 2)
>>> parse_when("end of March", year), parse_when("年底", FiscalYear(2026, start_month=4))
(datetime.date(2026, 3, 31), datetime.date(2027, 3, 31))

Quarters, halves and the year are those of the store's fiscal year; a month is the one that lies in it. A period without
"start" or "end" is due with its last day, but "so many days before it" counts from its first. Words that name a year
("Q2 2027", "2027年第二季度") mean the fiscal year of that name; a month or a day with a year is of the calendar.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass, replace

from objectives.fiscal import ONE_DAY, FiscalYear

#: Words longer than this say no day.
LONGEST = 100
#: A day further from the year is a slip of the keyboard.
FURTHEST_YEARS = 20


@dataclass(frozen=True)
class Span:
    """A period, or a day that is its own first and last. `bound`: which of its ends was named, if any."""

    first: datetime.date
    last: datetime.date
    bound: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


def parse_when(words: str, year: FiscalYear) -> datetime.date | None:
    """Return the day that words mean in a fiscal year; None for words that mean none.

    Never raises; the day lies within FURTHEST_YEARS of the year.
    """
    text = _normal(words)
    if not text or len(text) > LONGEST:
        return None
    try:
        found = _chinese(text, year) if re.search("[年月季度初底末前后财]", text) else _english(text, year)
    except (ValueError, OverflowError):  # 30 February, month 13, a day before the calendar begins
        return None
    if found is None or abs(found.year - year.year) > FURTHEST_YEARS:
        return None
    return found


def next_when(words: str, year: FiscalYear, today: datetime.date) -> datetime.date | None:
    """Return the day that words mean: in the fiscal year, or in the next one where it has passed already.

    >>> next_when("30 days before the second quarter starts", FiscalYear(2026), datetime.date(2026, 11, 24))
    datetime.date(2027, 3, 2)
    """
    found = parse_when(words, year)
    if found is None or found >= today:
        return found
    later = parse_when(words, replace(year, year=year.year + 1))
    return later if later is not None and later >= today else found


def is_plain_day(words: str) -> bool:
    """Return whether words are a plain date such as 2026-03-02 or 2 March 2026, which says its day itself."""
    text = _normal(words)
    english, chinese = _DAY_EN.fullmatch(text.replace(",", "")), _DAY_ZH.fullmatch(text)
    return bool(_ISO.fullmatch(text) or (english and english["year"]) or (chinese and chinese["year"]))


def _normal(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip(" \t\r\n.。,;!").lower()


# --- Reckoning --------------------------------------------------------------------------------------


def _add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return datetime.date(day.year + years, month + 1, min(day.day, last))


def _moved(day: datetime.date, count: int, unit: str) -> datetime.date:
    if unit == "month":
        return _add_months(day, count)
    return day + datetime.timedelta(days=count * (7 if unit == "week" else 1))


def _day_in(span: Span) -> datetime.date | None:
    """Return the day a period stands for when it is said alone."""
    if span.bound == "middle":
        return span.first.replace(day=15) if (span.last - span.first).days < 31 else None
    return span.first if span.bound == "start" else span.last


def _before(span: Span, count: int, unit: str) -> datetime.date:
    return _moved(span.last if span.bound == "end" else span.first, -count, unit)


def _after(span: Span, count: int, unit: str) -> datetime.date:
    return _moved(span.first if span.bound == "start" else span.last, count, unit)


def _shifted(span: Span, count: int, unit: str, *, ahead: bool) -> datetime.date | None:
    if span.bound == "middle":
        return None
    return _before(span, count, unit) if ahead else _after(span, count, unit)


def _month(number: int, year: FiscalYear, calendar_year: int | None, bound: str) -> Span:
    """Return a month: of the calendar year if one is named, else as it lies in the fiscal year."""
    if not 1 <= number <= 12:
        raise ValueError(number)
    if calendar_year is not None:
        return Span(*FiscalYear(calendar_year).month(number), bound)
    return Span(*year.month(number), bound)


def _exact(day: int, month: int, year: FiscalYear, calendar_year: int | None) -> Span:
    first = _month(month, year, calendar_year, "").first
    found = first.replace(day=day)
    return Span(found, found)


# --- English ----------------------------------------------------------------------------------------

_FILLERS = re.compile(r"\b(?:the|of|by|on|until|at|in|latest|fiscal|financial|no later than|day)\b")
_COUNTS = re.findall(
    "[a-z]+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty",
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "a": 1, "an": 1}
_NUMBERS = {word: number for number, word in enumerate(_COUNTS)} | _TENS
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = "|".join(_ORDINALS)
_BOUNDS = {"start": "start", "begin": "start", "end": "end", "close": "end", "mid": "middle"}
_BOUND = r"starts?|begins?|beginning|ends?|close|middle|mid"

_OFFSET_EN = re.compile(
    rf"(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month)s? (?P<side>before|ahead|prior to|after|from)"
    r" (?P<rest>.+)"
)
_PERIOD_EN = re.compile(
    rf"(?:(?P<before>{_BOUND})[ -])?(?:(?P<year1>\d{{4}}) )?"
    rf"(?:q(?P<quarter>[1-4])|quarter (?P<quarter_number>[1-4])|(?P<quarter_word>{_ORDINAL}) quarter"
    rf"|h(?P<half>[12])|(?P<half_word>first|1st|second|2nd|last) half(?: year)?|(?P<month>{_MONTH})"
    r"|(?P<whole>(?:fy ?\d{4})|(?:(?:next|this) )?year(?: \d{4})?|fy))"
    rf"(?: (?P<year2>\d{{4}}|next year|this year|year))?(?:[ -](?P<after>{_BOUND}))?"
)
_DAY_EN = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?: (?P<year>\d{4}))?"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


def _english(text: str, year: FiscalYear) -> datetime.date | None:
    text = " ".join(_FILLERS.sub(" ", text.replace(",", " ")).split())
    offset = _OFFSET_EN.fullmatch(text)
    if offset is not None:
        span = _span_en(offset["rest"], year)
        count = int(offset["count"]) if offset["count"].isdigit() else _NUMBERS[offset["count"]]
        ahead = offset["side"] in ("before", "ahead", "prior to")
        return _shifted(span, count, offset["unit"], ahead=ahead) if span is not None else None
    rest = text.removeprefix("before ")
    span = _span_en(rest, year)
    if span is None:
        return None
    if rest != text and span.bound != "end":
        return span.first - ONE_DAY if span.bound != "middle" else None
    return _day_in(span)


def _span_en(text: str, year: FiscalYear) -> Span | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        found = datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
        return Span(found, found)
    day = _DAY_EN.fullmatch(text)
    if day is not None:
        named = int(day["year"]) if day["year"] else None
        return _exact(int(day["day"] or day["day2"]), _MONTHS[day["month"] or day["month2"]], year, named)
    period = _PERIOD_EN.fullmatch(text)
    if period is None or (period["before"] and period["after"]):
        return None
    word = period["before"] or period["after"] or ""
    bound = next((known for begins, known in _BOUNDS.items() if word.startswith(begins)), "")
    said = f"{period['year1'] or ''} {period['year2'] or ''} {period['whole'] or ''}"
    named_years = re.findall(r"\d{4}", said)
    if len(named_years) > 1:
        return None
    named = int(named_years[0]) if named_years else None
    if "next year" in said:
        year = replace(year, year=year.year + 1)
    if period["month"]:
        return _month(_MONTHS[period["month"]], year, named, bound)
    return _part(
        replace(year, year=named) if named is not None else year,
        quarter=int(period["quarter"] or period["quarter_number"] or _ORDINALS.get(period["quarter_word"] or "", 0)),
        half=int(period["half"] or min(_ORDINALS.get(period["half_word"] or "", 0), 2)),
        bound=bound,
    )


def _part(year: FiscalYear, *, quarter: int, half: int, bound: str) -> Span:
    if quarter:
        return Span(*year.quarter(quarter), bound)
    if half:
        return Span(*year.half(half), bound)
    return Span(year.first_day, year.last_day, bound)


# --- Chinese ----------------------------------------------------------------------------------------

_FILLERS_ZH = re.compile(r"\s|的|在|于|距离?|截[止至]|不晚|最[晚迟]|完成|到位")
_DIGITS_ZH = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS_ZH = {"天": "day", "日": "day", "周": "week", "星期": "week", "个星期": "week", "个月": "month", "月": "month"}
_BOUNDS_ZH = {"初": "start", "开始": "start", "起": "start", "底": "end", "末": "end", "结束": "end", "中": "middle"}
_WITHIN_ZH = r"(?P<rest>.+?)"
_OFFSETS_ZH = (
    re.compile(_WITHIN_ZH + r"[之以]?(?P<side>前|后)(?P<count>\d{1,4})(?P<unit>天|日|周|个?星期|个月)"),
    re.compile(_WITHIN_ZH + r"(?P<count>\d{1,4})(?P<unit>天|周|个?星期|个月)[之以]?(?P<side>前|后)"),
)
_YEAR_ZH = r"(?:(?P<year>\d{4}|明|来|今|本)(?:财?年度?))?"
_PERIOD_ZH = re.compile(
    _YEAR_ZH + r"(?:第?(?P<quarter>[1-4])季度?|q(?P<quarter2>[1-4])|(?P<half>[上下])半年|(?P<month>\d{1,2})月份?"
    r"|(?P<whole>财务?年度?|年度?|全年))?(?P<bound>初|开始|起|底|末|结束|中)?"
)
_DAY_ZH = re.compile(_YEAR_ZH + r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?")


def _chinese(text: str, year: FiscalYear) -> datetime.date | None:
    text = re.sub("[零〇一二两三四五六七八九十百]+", _number_zh, _FILLERS_ZH.sub("", text))
    for pattern in _OFFSETS_ZH:
        offset = pattern.fullmatch(text)
        span = _span_zh(offset["rest"], year) if offset is not None else None
        if offset is not None and span is not None:
            return _shifted(span, int(offset["count"]), _UNITS_ZH[offset["unit"]], ahead=offset["side"] == "前")
    rest = re.sub("[之以]?前$", "", text)
    span = _span_zh(rest, year)
    if span is None:
        return None
    if rest != text and span.bound != "end" and not span.is_day:  # 3月2日前, 3月底前: that day is the last
        return span.first - ONE_DAY if span.bound != "middle" else None
    return _day_in(span)


def _span_zh(text: str, year: FiscalYear) -> Span | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        found = datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
        return Span(found, found)
    found_day, period = _DAY_ZH.fullmatch(text), _PERIOD_ZH.fullmatch(text)
    match = found_day or period
    if match is None or not text or (period is not None and text in _BOUNDS_ZH):
        return None
    said = match["year"] or ""
    named = int(said) if said.isdigit() else None
    if said in ("明", "来"):
        year = replace(year, year=year.year + 1)
    if found_day is not None:
        return _exact(int(found_day["day"]), int(found_day["month"]), year, named)
    bound = _BOUNDS_ZH.get(match["bound"] or "", "")
    if match["month"]:
        return _month(int(match["month"]), year, named, bound)
    return _part(
        replace(year, year=named) if named is not None else year,
        quarter=int(match["quarter"] or match["quarter2"] or 0),
        half={"上": 1, "下": 2}.get(match["half"] or "", 0),
        bound=bound,
    )


def _number_zh(match: re.Match[str]) -> str:
    """Return Chinese numerals as digits: 三十 as 30, 二〇二六 as 2026."""
    said = match[0]
    if "百" not in said and "十" not in said:
        return "".join(str(_DIGITS_ZH[sign]) for sign in said)
    hundreds, _hundred, rest = said.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * _DIGITS_ZH.get(hundreds, 1) if "百" in said else 0
    total += 10 * _DIGITS_ZH.get(tens, 1) if ten else 0
    return str(total + _DIGITS_ZH.get(ones, 0))
