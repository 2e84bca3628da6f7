"""Figures as files: the rows of `manage.py satisfaction`, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboards.choice import Choice, choose
from dealership.access import Access
from dealership.models import Dealership
from supplychain.models import Item
from surveys.figure_columns import COLUMNS, harmless, plain, row_of
from surveys.figures import FigureRow, figure_rows
from surveys.rollups import as_of

#: Codes stay the same in every language and after a department is renamed; the names are as the reader reads them.
NAMES = ("supplier_name", "customer_name", "item_name")
HEADER = (*COLUMNS, *NAMES)

GROUPS = {
    "link": gettext_lazy("Supply link"),
    "pair": gettext_lazy("Supplier and customer"),
    "supplier": gettext_lazy("Supplier"),
    "customer": gettext_lazy("Customer"),
    "item": gettext_lazy("Item"),
    "flow": gettext_lazy("Flow"),
    "store": gettext_lazy("Whole store"),
}
#: What can be cut out of the store's rows for who leads a department, without telling of other links.
OF_DEPARTMENTS = ("link", "pair")
GRAINS = {
    "month": pgettext_lazy("period", "Month"),
    "week": pgettext_lazy("period", "Week"),
    "quarter": pgettext_lazy("period", "Quarter"),
    "year": pgettext_lazy("period", "Year"),
    "all": gettext_lazy("The whole time together"),
}
FORMATS = {"xlsx": "Excel", "csv": "CSV (UTF-8)"}
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class ExportForm(forms.Form):
    """What to export: how it is grouped, cut and written."""

    period = forms.CharField(
        label=gettext_lazy("Period"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("A month (2026-11), a quarter (2026-Q4) or a year (2026)."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    group_by = forms.ChoiceField(label=gettext_lazy("One row for each"), required=False)
    grain = forms.ChoiceField(label=gettext_lazy("and each"), choices=list(GRAINS.items()), required=False)
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=list(FORMATS.items()), required=False)

    def __init__(self, data: Any, *, access: Access) -> None:
        super().__init__(data)
        self.access = access
        offered = GROUPS if access.reads_store else {name: GROUPS[name] for name in OF_DEPARTMENTS}
        group_by = self.fields["group_by"]
        assert isinstance(group_by, forms.ChoiceField)
        group_by.choices = list(offered.items())

    def clean_period(self) -> Choice:
        """Return the choice of the period; this month unless one is written. One that makes no sense is refused."""
        store = self.access.user.dealership
        assert store is not None
        choice = choose(self.cleaned_data["period"], store.today())
        if choice.problem:
            raise forms.ValidationError(
                _("Write a month (2026-11), a quarter (2026-Q4) or a year (2026) that does not lie in the future.")
            )
        return choice

    def clean_group_by(self) -> str:
        """Return the grouping; by link unless chosen."""
        return self.cleaned_data["group_by"] or "link"

    def clean_grain(self) -> str:
        """Return how time is cut; by month unless chosen."""
        return self.cleaned_data["grain"] or "month"


@dataclass(frozen=True)
class Export:
    """The rows of an export, for one reader: the whole store, or the links of the departments they lead."""

    access: Access
    choice: Choice
    group_by: str
    grain: str

    @property
    def store(self) -> Dealership:
        """The store."""
        assert self.access.user.dealership is not None
        return self.access.user.dealership

    @property
    def file_name(self) -> str:
        """The file's name, without its ending."""
        return f"{self.store.slug}-{self.choice.name}-{self.group_by}"

    def _found(self) -> Iterator[FigureRow]:
        period = self.choice.period
        rows = figure_rows(self.store, grain=self.grain, group_by=self.group_by, start=period.start, end=period.end)
        if self.access.reads_store:
            yield from rows
            return
        led = {department.code for department in self.access.departments(self.access.led)}
        yield from (row for row in rows if row.group.supplier in led or row.group.customer in led)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the values of each row, in the order of HEADER."""
        moment = as_of(self.store.pk)
        stamp = moment.astimezone(self.store.zone).isoformat(timespec="seconds") if moment else None
        departments = {department.code: department.label for department in self.access.tree.departments}
        items = {item.code: item.label for item in Item.objects.visible_to(self.access.user)}
        for row in self._found():
            values = row_of(row, stamp)
            names = (departments, values["supplier"]), (departments, values["customer"]), (items, values["item"])
            named = [known.get(code, "") for known, code in names]
            yield [harmless(plain(value)) for value in [*(values[column] for column in COLUMNS), *named]]

    def as_csv(self) -> bytes:
        """Return the rows as CSV in UTF-8 with a mark, so that a spreadsheet reads Chinese."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADER)
        writer.writerows(self.rows())
        return text.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """Return the rows as a workbook: the figures, and a sheet that says what they are."""
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("figures")
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 48
        sheet.append(HEADER)
        for row in self.rows():
            sheet.append(row)
        about = book.create_sheet("about")
        for line in self._about():
            about.append([harmless(value) for value in line])
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()

    def _about(self) -> Iterator[tuple[str, str]]:
        yield _("Store"), str(self.store)
        yield _("Period"), self.choice.label
        yield "satisfied_rate", _("Rates lie between 0 and 1; without ratings there is no figure.")
        yield "held_back", _("Confidential ratings that too few people gave to be shown.")
