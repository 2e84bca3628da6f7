"""The form that takes a file to import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dealership.imports import WEB_LIMITS
from surveys.imports import KINDS


class ImportForm(forms.Form):
    """What the rows are, and the file."""

    kind = forms.ChoiceField(label=_("What the rows are"), choices=lambda: _kind_choices())
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused by the reader, in its words
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_(".csv (UTF-8 or GB18030) or .xlsx, 5 MB at most. The first row names the columns."),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large for the page."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > WEB_LIMITS.size:
            raise ValidationError(str(WEB_LIMITS.too_large(WEB_LIMITS.size)), code="too_large")
        return file


def _kind_choices() -> list[tuple[str, str]]:
    """Return the kinds with their names in the reader's language."""
    return [(kind.name, capfirst(str(kind.label))) for kind in KINDS.values()]
