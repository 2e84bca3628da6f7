"""Telling people what moved without them. Words are kept as message ids, so that each reads them in their language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from dealership.models import Notice, TranslatedName, User

#: What a notice may name: a person's name, a thing that is called differently in each language, a day, a number, words
#: (lazy ones: worked out in each language).
Value = str | int | datetime.date | TranslatedName | User | Promise


def send_notices(*, to: Iterable[User], words: str, url: str, acting_user: User | None = None, **values: Value) -> int:
    """Tell people something, each once; not the one who did it. Returns how many were told. One query.

    `words`: a message id marked with gettext_noop, with %(name)s for each of `values`; `url`: an address of this site
    where there is more. Call it in the transaction of what happened.
    """
    kept = {name: _kept(value) for name, value in values.items()}
    others = {person.pk: person for person in to if acting_user is None or person.pk != acting_user.pk}
    told = [
        Notice(dealership_id=person.dealership_id, person=person, words=words, values=kept, url=url)
        for person in others.values()
        if person.is_active and person.dealership_id is not None
    ]
    Notice.objects.bulk_create(told)
    return len(told)


def in_words(notice: Notice) -> str:
    """Return what a notice says in the active language."""
    return gettext(notice.words) % {name: _shown(value) for name, value in notice.values.items()}


def mark_read(*, acting_user: User, notices: Iterable[int] | None = None) -> int:
    """Mark one's own unread notices as read, those with the given primary keys or all; returns how many there were."""
    unread = Notice.objects.unread_of(acting_user)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    marked: int = unread.update(read_at=timezone.now())
    return marked


def _kept(value: Value) -> str | dict[str, str]:
    """Return a value as it is stored: plain text, {"day": ISO}, or a text per language."""
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, TranslatedName | Promise):
        found = {}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found[code] = str(value) if isinstance(value, Promise) else value.label
        return found
    return str(value)


def _shown(value: str | dict[str, str]) -> str:
    if isinstance(value, str):
        return value
    if "day" in value:
        day = parse_date(value["day"])
        return date_format(day, "DATE_FORMAT") if day is not None else value["day"]
    return value.get(translation.get_language() or "") or next(iter(value.values()))
