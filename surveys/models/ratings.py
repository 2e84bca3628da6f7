"""Ratings: the customer's verdict on one interaction (R15), and what it said before it was changed."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership, Disclosure, StoreOwned, User
from supplychain.models import Interaction, Link, Scale
from surveys.querysets import RatingChangeQuerySet, RatingQuerySet
from surveys.reasons import reason_words
from surveys.scoring import outcome

#: For this long a rating may be changed; every earlier value is kept.
CHANGE_WINDOW = datetime.timedelta(hours=24)
#: For this long a mistaken tap may be taken back altogether: the page offers ten seconds, the rest is for slow nets.
UNDO_WINDOW = datetime.timedelta(seconds=60)


class Rating(StoreOwned):
    """One verdict on one interaction. `link`, `day` and `scale` repeat the interaction's, for the covering index."""

    dealership = models.ForeignKey(
        Dealership, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("dealership")
    )
    #: Not one-to-one: that would be unique without the dealership, which no distributed database can hold.
    interaction = models.ForeignKey(
        Interaction,
        on_delete=models.PROTECT,
        related_name="ratings",
        related_query_name="rating",
        db_index=False,
        verbose_name=_("interaction"),
    )
    interaction_id: int
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="ratings", db_index=False, verbose_name=_("supply link")
    )
    link_id: int
    day = models.DateField(_("day"), editable=False)
    scale = models.CharField(_("scale"), max_length=6, choices=Scale.choices, editable=False)
    score = models.SmallIntegerField(_("score"))
    rater = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="ratings", db_index=False, verbose_name=_("rater")
    )
    rater_id: int
    rated_at = models.DateTimeField(_("rated"), default=timezone.now)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, null=True, blank=True)
    #: Repeats the interaction's, too: figures are shown with and without such ratings (R12).
    short_notice = models.BooleanField(_("short notice"), default=False, editable=False)
    #: Whether rating made the interaction too: then taking the rating back takes both.
    made_interaction = models.BooleanField(default=False, editable=False)
    #: What the rater was promised: who learns how they rated (R20). The store's choice of that moment.
    disclosure = models.PositiveSmallIntegerField(choices=Disclosure, default=Disclosure.OPEN, editable=False)
    #: The month in whose batch a confidential rating is told, by its first day; empty for all others.
    sealed_month = models.DateField(null=True, editable=False)
    #: So many people, at least, a confidential rating is told together with.
    least_raters = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The frozen block it is told in; empty while it is held back.
    block = models.ForeignKey(
        "surveys.SealedBlock",
        null=True,
        on_delete=models.PROTECT,
        related_name="ratings",
        db_index=False,
        editable=False,
    )

    objects: ClassVar[Any] = RatingQuerySet["Rating"].as_manager()

    same_store_fields = ("interaction", "link", "rater", "block")

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-rated_at", "-pk"]
        constraints = [
            # The interaction first, so that it is found by it, too.
            models.UniqueConstraint(fields=["interaction", "dealership"], name="rating_once_per_interaction"),
            models.UniqueConstraint(fields=["dealership", "external_id"], name="rating_external_id_unique_in_store"),
            models.CheckConstraint(
                name="rating_score_on_scale",
                condition=Q(scale="binary", score__in=[0, 1]) | Q(scale="five", score__gte=1, score__lte=5),
                violation_error_message=_("This score is not on the link's scale."),
            ),
            models.CheckConstraint(
                name="rating_confidential_has_its_month",
                condition=Q(disclosure=2, sealed_month__isnull=False, least_raters__gte=3)
                | Q(disclosure__lt=2, sealed_month__isnull=True, block__isnull=True),
            ),
        ]
        indexes = [
            # Everything a recount reads, so that it never visits the table (docs/rollups.md).
            models.Index(fields=["link", "day", "score", "disclosure", "scale"], name="rating_link_day_cover"),
            # The same of the few that came at short notice, counted apart (surveys/recount.py).
            models.Index(
                fields=["link", "day", "score", "disclosure", "scale"],
                condition=Q(short_notice=True),
                name="rating_short_notice_cover",
            ),
            # Confidential ratings that wait for enough company.
            models.Index(
                fields=["dealership", "sealed_month", "link"],
                condition=Q(sealed_month__isnull=False, block__isnull=True),
                name="rating_held_back",
            ),
            models.Index(fields=["rater", "rated_at"], name="rating_rater_time"),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id}: {self.score}"

    @property
    def outcome(self) -> str:
        """ "good", "neutral" or "not_good" under the store's policy."""
        return outcome(self.scale, self.score, threshold=self.dealership.not_good_threshold)

    @property
    def is_confidential(self) -> bool:
        """Whether nobody but its rater reads it; others read figures of several people together (R20)."""
        return self.disclosure == Disclosure.CONFIDENTIAL

    @property
    def reason_words(self) -> list[str]:
        """The words of the reasons given, in the reader's language."""
        return reason_words(self.link.flow, self.reasons)

    def can_be_changed(self, now: datetime.datetime) -> bool:
        """Return whether the 24 hours in which a rating may be changed still run."""
        return now < self.rated_at + CHANGE_WINDOW


class RatingChange(StoreOwned):
    """An earlier value of a rating: kept when it is changed, or taken back (`new_score` is then empty)."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="rating_changes")
    score = models.SmallIntegerField(_("earlier score"))
    reasons = models.JSONField(_("earlier reasons"), default=list)
    comment = models.CharField(_("earlier comment"), max_length=500, blank=True)
    new_score = models.SmallIntegerField(_("new score"), null=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    disclosure = models.PositiveSmallIntegerField(choices=Disclosure, default=Disclosure.OPEN, editable=False)

    objects: ClassVar[Any] = RatingChangeQuerySet["RatingChange"].as_manager()

    class Meta:
        verbose_name = _("earlier value of a rating")
        verbose_name_plural = _("earlier values of ratings")
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.interaction_id}: {self.score} → {self.new_score}"


def rating_of(interaction: Interaction) -> Rating | None:
    """Return the interaction's one rating, if it has one; from memory where the ratings were prefetched."""
    return next(iter(interaction.ratings.all()), None)
