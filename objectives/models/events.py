"""What happened to a plan, a need, a dialogue or an objective: one timeline each, never changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.models import User
from objectives.models.dialogues import Dialogue
from objectives.models.kept import KeptRow
from objectives.models.needs import Need
from objectives.models.objectives import Objective
from objectives.models.plans import CompanyPlan
from objectives.querysets import KeptQuerySet


class EventKind(models.TextChoices):
    """What happened. Which acts may follow what: objectives/acts.py."""

    OPEN = "open", _("opened")
    CHANGE = "change", pgettext_lazy("what happened", "changed")
    SUBMIT = "submit", _("put to signature")
    SIGN = "sign", _("signed")
    ADOPT = "adopt", _("adopted")
    REOPEN = "reopen", _("reopened")
    RAISE = "raise", _("raised")
    ACKNOWLEDGE = "acknowledge", _("acknowledged")
    BECOME = "become", _("became an objective")
    DECLINE = "decline", _("declined")
    WITHDRAW = "withdraw", _("withdrawn")
    MOVE = "move", _("moved to another day")
    HOLD = "hold", _("held")
    CANCEL = "cancel", _("cancelled")
    PROPOSE = "propose", _("proposed")
    REFUSE = "refuse", _("not agreed")
    TAKE_BACK = "take_back", _("proposal taken back")
    AGREE = "agree", _("agreed by both sides")
    START = "start", _("work started")
    FACT = "fact", _("fact recorded")
    RETRACT = "retract", _("fact taken back")
    CONFIRM = "confirm", _("fact confirmed")
    DISPUTE = "dispute", _("fact disputed")
    STATE = "state", _("statement")
    DECIDE = "decide", _("decided by the superior")
    JUDGE = "judge", _("judged")
    SATISFACTION = "satisfaction", _("satisfaction said")
    CLOSE = "close", _("closed")
    DROP = "drop", _("dropped")
    COMMENT = "comment", _("comment")


class Event(KeptRow):
    """A line of a timeline: who did what, when, to one thing.

    `version`: the thing's version that the act made; empty for words, which change nothing. `data`: what the words
    need, such as {"terms": 2}.
    """

    plan = models.ForeignKey(
        CompanyPlan, null=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("company plan")
    )
    plan_id: int | None
    need = models.ForeignKey(Need, null=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("need"))
    need_id: int | None
    dialogue = models.ForeignKey(
        Dialogue, null=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("dialogue")
    )
    dialogue_id: int | None
    objective = models.ForeignKey(
        Objective, null=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("objective")
    )
    objective_id: int | None
    version = models.PositiveIntegerField(null=True)
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    person_id: int | None
    text = models.CharField(_("words"), max_length=500, blank=True)
    data = models.JSONField(default=dict)

    objects: ClassVar[Any] = KeptQuerySet["Event"].as_manager()

    same_store_fields = ("plan", "need", "dialogue", "objective")

    class Meta:
        verbose_name = _("event of an objective")
        verbose_name_plural = _("events of objectives")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="event_of_one_thing",
                condition=Q(plan__isnull=False, need=None, dialogue=None, objective=None)
                | Q(plan=None, need__isnull=False, dialogue=None, objective=None)
                | Q(plan=None, need=None, dialogue__isnull=False, objective=None)
                | Q(plan=None, need=None, dialogue=None, objective__isnull=False),
            ),
            # Two acts cannot both have made the same version, whatever the code above does.
            models.UniqueConstraint(fields=["plan", "version", "dealership"], name="plan_event_once_a_version"),
            models.UniqueConstraint(fields=["need", "version", "dealership"], name="need_event_once_a_version"),
            models.UniqueConstraint(fields=["dialogue", "version", "dealership"], name="dialogue_event_once_a_version"),
            models.UniqueConstraint(
                fields=["objective", "version", "dealership"], name="objective_event_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
