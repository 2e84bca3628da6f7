"""Notices by e-mail, for stores that want them: one letter a person with everything new, never the same news twice."""

from __future__ import annotations

import datetime
from collections import defaultdict

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from dealership.models import Dealership, Notice, User
from dealership.notices import in_words

log = structlog.get_logger(__name__)

BATCH = 500  # notices handled in one go
#: What could not be sent for so long is no news any more; it still stands in the inbox.
STALE = datetime.timedelta(days=1)


def mail_notices(*, dealership: Dealership) -> int:
    """Send a store's unread notices that were not sent yet, in the store's language; returns the number of letters.

    A notice is marked as sent before its letter leaves: a worker that dies in between loses a letter, and sends none
    twice. What the mail server refuses is tried again with the next run.
    """
    if not dealership.mails_notices:
        return 0
    letters = 0
    fresh = Notice.objects.filter(
        dealership=dealership, mailed_at=None, read_at=None, created_at__gte=timezone.now() - STALE
    )
    rows = fresh.exclude(person__email="").filter(person__is_active=True).select_related("person").order_by("pk")
    by_person: dict[User, list[Notice]] = defaultdict(list)
    for notice in rows[:BATCH]:
        by_person[notice.person].append(notice)
    if not by_person:
        return 0
    with translation.override(dealership.language), get_connection() as connection:
        for person, notices in by_person.items():
            mine = _claim(notices)
            if not mine:
                continue
            try:
                EmailMessage(
                    subject=_subject(dealership, mine),
                    body=_body(dealership, person, mine),
                    to=[person.email],
                    connection=connection,
                ).send()
            except OSError as error:  # a mail server that is away, or refuses: smtplib's errors are OSErrors
                Notice.objects.filter(pk__in=[notice.pk for notice in mine]).update(mailed_at=None)
                log.warning("notices not mailed", dealership=dealership.slug, error=type(error).__name__)
                return letters
            letters += 1
    return letters


def _claim(notices: list[Notice]) -> list[Notice]:
    """Return those of the notices that nobody else is sending, marked as sent."""
    mine = []
    with transaction.atomic():
        for notice in notices:
            if Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=timezone.now()):
                mine.append(notice)
    return mine


def _subject(dealership: Dealership, notices: list[Notice]) -> str:
    if len(notices) == 1:
        return f"{dealership}: {in_words(notices[0])}"[:120].replace("\n", " ")
    # Translators: subject of a letter, e.g. "Starlight Motors: 3 news".
    return ngettext("%(store)s: %(count)d notice", "%(store)s: %(count)d notices", len(notices)) % {
        "store": dealership,
        "count": len(notices),
    }


def _body(dealership: Dealership, person: User, notices: list[Notice]) -> str:
    context = {
        "person": person,
        "lines": [(in_words(notice), _address(notice.url)) for notice in notices],
        "inbox": _address("/"),
        "sender": gettext("Downstream"),
        "dealership": dealership,
    }
    return render_to_string("dealership/notices_mail.txt", context)


def _address(path: str) -> str:
    """Return the whole address of a page on the first host this installation answers to; empty where that is open."""
    host: str = next((host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))), "")
    if not host:
        return ""
    scheme, port = ("https", "") if settings.HTTPS else ("http", f":{settings.PORT}")
    return f"{scheme}://{host}{port}{path}"
