"""Goal dialogues: two departments talk over objectives, needs and expectations, on a rhythm (R25, R26)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from objectives.models.kept import KeptRow
from objectives.querysets import DialogueQuerySet, KeptQuerySet


class Rhythm(models.TextChoices):
    """How often two departments talk."""

    ONCE = "once", _("once")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")


class DialogueSeries(StoreOwned):
    """Two departments' dialogues and their rhythm, until it is ended. `host` called them together."""

    host = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("called by"))
    host_id: int
    guest = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("with"))
    guest_id: int
    rhythm = models.CharField(_("rhythm"), max_length=9, choices=Rhythm.choices, default=Rhythm.QUARTERLY)
    #: The first dialogue's day: the later ones fall on the same day of their month, or on the working day after it.
    starts_on = models.DateField(_("first on"))
    at_time = models.TimeField(_("at what time"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=100, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_by_id: int
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["DialogueSeries"].as_manager()

    same_store_fields = ("host", "guest", "created_by")

    class Meta:
        verbose_name = _("rhythm of dialogues")
        verbose_name_plural = _("rhythms of dialogues")
        ordering = ["host__rank", "guest__rank", "pk"]
        constraints = [
            models.CheckConstraint(name="dialogues_between_two", condition=~Q(host=F("guest"))),
        ]

    def __str__(self) -> str:
        return f"{self.host_id}-{self.guest_id}"


class DialogueState(models.TextChoices):
    """Where a dialogue stands: held once it has minutes, signed once both have signed them."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held, waits for signatures")
    SIGNED = "signed", _("signed by both")
    CANCELLED = "cancelled", _("cancelled")


class Dialogue(StoreOwned):
    """One dialogue. Written by objectives/actions_dialogues.py alone.

    `revision` counts the changes of the minutes: a signature is for the revision that was read. `version` counts
    everything that happened.
    """

    series = models.ForeignKey(
        DialogueSeries, on_delete=models.PROTECT, related_name="dialogues", verbose_name=_("rhythm of dialogues")
    )
    series_id: int
    host = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("called by"))
    host_id: int
    guest = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("with"))
    guest_id: int
    planned_on = models.DateField(_("planned for"))
    at_time = models.TimeField(_("at what time"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=DialogueState.choices, default=DialogueState.PLANNED)
    version = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    minutes = models.TextField(_("minutes"), blank=True, max_length=10_000)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = DialogueQuerySet["Dialogue"].as_manager()

    same_store_fields = ("series", "host", "guest")

    class Meta:
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "planned_on", "dealership"], name="dialogue_once_a_day"),
            models.CheckConstraint(
                name="dialogue_held_has_its_day",
                condition=Q(state__in=["planned", "cancelled"])
                | Q(state__in=["held", "signed"], held_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["host", "state", "planned_on"], name="dialogue_host"),
            models.Index(fields=["guest", "state", "planned_on"], name="dialogue_guest"),
        ]

    def __str__(self) -> str:
        return f"{self.host_id}-{self.guest_id} {self.planned_on}"


class DialoguePoint(StoreOwned):
    """A point that somebody of the two put on the agenda by hand."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="points", verbose_name=_("dialogue"))
    dialogue_id: int
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    department_id: int
    text = models.CharField(_("words"), max_length=300)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    author_id: int
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    objects: ClassVar[Any] = StoreQuerySet["DialoguePoint"].as_manager()

    same_store_fields = ("dialogue", "department", "author")

    class Meta:
        verbose_name = _("point of an agenda")
        verbose_name_plural = _("points of agendas")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class DialogueSignature(KeptRow):
    """A signature under one revision of a dialogue's minutes, for one of the two departments."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("dialogue")
    )
    dialogue_id: int
    revision = models.PositiveIntegerField(_("revision"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    department_id: int
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    person_id: int
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)

    objects: ClassVar[Any] = KeptQuerySet["DialogueSignature"].as_manager()

    same_store_fields = ("dialogue", "department", "person")

    class Meta:
        verbose_name = _("signature under minutes")
        verbose_name_plural = _("signatures under minutes")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "revision", "department", "dealership"], name="minutes_signed_once_a_department"
            ),
            # Nobody signs for both sides.
            models.UniqueConstraint(
                fields=["dialogue", "revision", "person", "dealership"], name="minutes_signed_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}: {self.person_id}"


class CalendarFeed(StoreOwned):
    """A person's secret calendar address. Only a hash of the secret is kept; a new address ends the old one."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    person_id: int
    secret_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["CalendarFeed"].as_manager()

    same_store_fields = ("person",)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["person", "dealership"], name="feed_once_a_person"),
        ]
        indexes = [models.Index(fields=["secret_hash"], name="feed_secret")]

    def __str__(self) -> str:
        return str(self.person_id)
