"""The board of a department: its objectives in groups, what waits for the reader first."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from dealership.models import User
from objectives.models import Objective, Terms, TermsState
from objectives.parts import Signing
from objectives.querysets import UNDER_WAY
from objectives.signing import Signers

#: The groups in their order: what a person has to do, what is late, what comes, what others have to do, what is over.
GROUPS = (
    ("to_sign", _("Waits for your signature")),
    ("overdue", _("Overdue: to be judged")),
    ("due_soon", _("Due within 30 days")),
    ("running", _("Under way")),
    ("proposed", _("Proposed, waits for signatures")),
    ("draft", _("Drafts")),
    ("judged", _("Judged")),
    ("dropped", _("Dropped")),
)
NAMES = [name for name, _words in GROUPS]
DUE_SOON = datetime.timedelta(days=30)


def objectives_to_sign(user: User, signers: Signers) -> set[int]:
    """Return the keys of objectives whose proposed terms wait for this person's signature.

    A fixed number of queries: only what is proposed in the store is read.
    """
    waiting = Q(state="proposed") | Q(state__in=UNDER_WAY, terms__state=TermsState.PROPOSED)
    found = Objective.objects.visible_to(user).filter(waiting).distinct()
    return {signing.objective.pk for signing in signings(found.with_names(), signers) if signing.asked(user)}


def signings(objectives: Iterable[Objective], signers: Signers) -> list[Signing]:
    """Return objectives with all of their terms. Four queries for any number."""
    every = list(objectives)
    terms: dict[int, list[Terms]] = defaultdict(list)
    found = Terms.objects.filter(objective__in=[objective.pk for objective in every]).select_related("written_by")
    for each in found.prefetch_related("signatures__department", "signatures__person", "criteria").order_by("number"):
        terms[each.objective_id].append(each)
    return [Signing(objective, tuple(terms[objective.pk]), signers) for objective in every]


def in_groups(
    found: QuerySet[Objective, Any], to_sign: Iterable[int], today: datetime.date
) -> QuerySet[Objective, Any]:
    """Return objectives with `group`, their place in GROUPS, and in that order: what is due first, first."""
    rules = {
        "to_sign": Q(pk__in=list(to_sign)),
        "overdue": Q(state__in=UNDER_WAY, due_on__lt=today),
        "due_soon": Q(state__in=UNDER_WAY, due_on__lte=today + DUE_SOON),
        "running": Q(state__in=UNDER_WAY),
        "proposed": Q(state="proposed"),
        "draft": Q(state="draft"),
        "judged": Q(state__in=("judged", "closed")),
    }
    whens = [When(rule, then=Value(NAMES.index(name))) for name, rule in rules.items()]
    group = Case(*whens, default=Value(NAMES.index("dropped")), output_field=IntegerField())
    return found.annotate(group=group).order_by("group", "due_on", "pk")


def grouped(objectives: Sequence[Any]) -> list[tuple[str, Any, list[Any]]]:
    """Return cards of a page in their groups: name, words, cards. They come in the order of `in_groups`."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for card in objectives:
        groups[card.objective.group].append(card)
    return [(NAMES[place], GROUPS[place][1], groups[place]) for place in sorted(groups)]
