"""People and the positions they hold (R2)."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models.base import StoreOwned
from dealership.models.organisation import DealerGroup, Dealership, Department
from dealership.querysets import PositionQuerySet, UserManager


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One full-name field: names are not cut into first and last (Chinese names are not)."""

    dealership = models.ForeignKey(
        Dealership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("dealership"),
        help_text=_("Empty only for people of a dealer group and for operators of the whole installation."),
    )
    dealership_id: int | None
    group = models.ForeignKey(
        DealerGroup,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("dealer group"),
        help_text=_(
            "For people of the group itself: they read the figures of its stores as a whole, and belong to none."
        ),
    )
    group_id: int | None
    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    full_name = models.CharField(_("full name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    is_store_admin = models.BooleanField(
        _("store admin"), default=False, help_text=_("Configures departments, people and links of their own store.")
    )
    is_staff = models.BooleanField(_("may open the admin pages"), default=False, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick instead of deleting: the person's ratings stay.")
    )
    date_joined = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    #: When somebody else last set the password, or the e-mail to which a new one goes: who signs in since may be they.
    opened_by_others_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name", "username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message=_("Another account uses this e-mail address."),
            ),
            models.CheckConstraint(
                name="user_of_group_has_no_other_part",
                condition=models.Q(group=None) | models.Q(dealership=None, is_store_admin=False, is_superuser=False),
                violation_error_message=_(
                    "A person of a dealer group belongs to no store, configures none and runs no installation."
                ),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `is_staff` (Django's door to the admin pages) in step with being a store admin or operator."""
        self.is_staff = self.is_store_admin or self.is_superuser
        if kwargs.get("update_fields") and "is_store_admin" in kwargs["update_fields"]:
            kwargs["update_fields"] = [*kwargs["update_fields"], "is_staff"]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a store beside a group: who reads figures of whole stores speaks for none of them."""
        super().clean()
        if self.group_id is not None and self.dealership_id is not None:
            raise ValidationError(
                {
                    "group": ValidationError(
                        _("Choose a store or a dealer group: nobody belongs to both."), code="store_and_group"
                    )
                }
            )

    def __str__(self) -> str:
        return self.full_name or self.username

    def may_read_back(self, said_at: datetime.datetime) -> bool:
        """Return whether who signs in as this person may be shown what the person said in confidence then (R20)."""
        return self.opened_by_others_at is None or said_at >= self.opened_by_others_at

    def get_full_name(self) -> str:
        """Return the full name (used by Django's admin)."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the full name: there is no shorter polite form that holds in every language."""
        return str(self)

    def get_additional_data(self) -> dict[str, int | None]:
        """Return what the audit log keeps beside a change."""
        return {"dealership": self.dealership_id}


class Role(models.TextChoices):
    """What a person is in a department."""

    MANAGER = "manager", _("manager")
    DEPUTY = "deputy", _("deputy")
    MEMBER = "member", _("member")


class Position(StoreOwned):
    """A person's role in a department, from a day to a day. History stays when people move (R2)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="positions", verbose_name=_("person"))
    person_id: int
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="positions", verbose_name=_("department")
    )
    department_id: int
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    start = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: since before the records."))
    end = models.DateField(_("to"), null=True, blank=True, help_text=_("Last day. Empty: still in this position."))

    objects: ClassVar[Any] = PositionQuerySet["Position"].as_manager()

    same_store_fields = ("person", "department")

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["department__rank", "role", "person__full_name"]
        constraints = [
            models.CheckConstraint(
                name="position_ends_after_it_starts",
                condition=models.Q(end=None) | models.Q(start=None) | models.Q(end__gte=models.F("start")),
                violation_error_message=_("A position cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["dealership", "person", "department"],
                condition=models.Q(end=None),
                name="position_open_once",
                violation_error_message=_(
                    "This person holds an open position in this department already: end it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.department} · {self.get_role_display()}"

    def is_held_on(self, day: datetime.date) -> bool:
        """Return whether the position is held on the local day `day`; over rows: `held_on` in querysets.py."""
        return (self.start is None or self.start <= day) and (self.end is None or self.end >= day)

    def clean(self) -> None:
        """Refuse a second position of the same person in the same department on the same days."""
        super().clean()
        if not (self.person_id and self.department_id):
            return
        others = Position.objects.filter(person=self.person_id, department=self.department_id).exclude(pk=self.pk)
        if self.end:
            others = others.filter(models.Q(start=None) | models.Q(start__lte=self.end))
        if self.start:
            others = others.filter(models.Q(end=None) | models.Q(end__gte=self.start))
        if others.exists():
            raise ValidationError(
                _("This person holds a position in this department on some of these days already."), code="overlap"
            )
