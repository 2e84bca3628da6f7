"""Public holidays of countries, and the weekend days that are worked to make up for them (the library `holidays`).

China moves its weeks about: National Day 2026 makes Saturday, 10 October, a working day. The government publishes such
days a few weeks before the year begins; until then the library knows the holidays alone (`knows_make_up_days`).
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import holidays
from babel import Locale

#: Languages of the pages, as the library and as Babel call them.
_LIBRARY_LANGUAGES = {"zh-hans": "zh_CN", "en": "en_US"}
_BABEL_LANGUAGES = {"zh-hans": "zh_Hans", "en": "en"}
#: Make-up days are usual in a country that had some within so many years.
_USUAL_FOR = 5


@dataclass(frozen=True)
class CountryDays:
    """One year of a country: its holidays with their names, and the weekend days that are worked."""

    closed: Mapping[datetime.date, str]
    worked: frozenset[datetime.date]


@lru_cache(maxsize=1)
def supported_countries() -> frozenset[str]:
    """Return the two-letter codes of the countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=1000)
def days_of_country(country: str, year: int, language: str) -> CountryDays:
    """Return the holidays of a year, named in a language of the pages where the library has it, else in English, else
    in the country's own. An unknown or empty country, and a year the library does not reach, have none.
    """
    if country not in supported_countries():
        return CountryDays(MappingProxyType({}), frozenset())
    spoken = holidays.list_localized_countries(include_aliases=False).get(country, [])
    wanted = (_LIBRARY_LANGUAGES.get(language), "en_US")
    known = holidays.country_holidays(
        country, years=year, expand=False, language=next((name for name in wanted if name in spoken), None)
    )
    # A few days at the turn of a year are in the library's list whichever year is asked for.
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return CountryDays(MappingProxyType(dict(known)), worked)


def knows_make_up_days(country: str, year: int) -> bool:
    """Return whether the make-up working days of a year are known, or are not usual in the country.

    False means: there were some in the years before, and this year's are not published (or not in the library) yet.
    """

    now, *before = (bool(days_of_country(country, year - back, "en").worked) for back in range(_USUAL_FOR + 1))
    return now or not any(before)


@lru_cache(maxsize=10)
def country_names(language: str) -> Mapping[str, str]:
    """Return the countries whose holidays are known, by code, named in a language of the pages and in its order."""
    names = Locale.parse(_BABEL_LANGUAGES.get(language, "en")).territories
    known = ((code, names.get(code, code)) for code in supported_countries())
    return MappingProxyType(dict(sorted(known, key=lambda country: _sort_key(country[1]))))


def _sort_key(name: str) -> bytes:
    """Return what puts names in a reader's order: Latin ones as if without accents, Chinese ones by their sound.

    GBK lists the common characters by pinyin, after the Latin letters.
    """
    plain = (sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return "".join(plain).casefold().encode("gbk", "replace")
