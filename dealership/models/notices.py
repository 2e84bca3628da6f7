"""Notices: a word to one person about something that moved without them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models.base import StoreOwned
from dealership.models.people import User
from dealership.querysets import NoticeQuerySet


class Notice(StoreOwned):
    """What happened, for one person, with the way to it. Written by dealership/notices.py.

    `words` is a message id of the catalogues, so that each reader reads it in their own language; `values` is what it
    names, each a text, or a text per language.
    """

    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="notices", db_index=False, verbose_name=_("person")
    )
    person_id: int
    words = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    url = models.CharField(_("address"), max_length=200)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    #: When it was handed to the mail server; stores that send no mail leave it empty.
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = NoticeQuerySet["Notice"].as_manager()

    same_store_fields = ("person",)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "created_at"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.words}"
