"""What forms of several apps share."""

from __future__ import annotations

import uuid

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

SENT_WRONG = _("This form cannot be read. Please choose again.")


class KeyMixin(forms.Form):
    """Names one copy of a form, so that it saves once however often it is sent."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={"required": SENT_WRONG, "invalid": SENT_WRONG},
    )

    @property
    def key_to_send(self) -> str:
        """The key for the page to send: a new one in place of one that came garbled or was used for something else."""
        spent = self.is_bound and ("key" in self.errors or self.has_error(NON_FIELD_ERRORS, "key_reused"))
        return str(uuid.uuid4() if spent else self["key"].value())
