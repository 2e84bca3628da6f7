"""Helpers of the import tests: a small store, files, and the command."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
from django.core.management import CommandError, call_command

from dealership.models import Dealership, User
from supplychain.models import Link
from tests.factories import DealershipFactory, DepartmentFactory, ItemFactory, LinkFactory, PositionFactory, UserFactory

RATING_HEADER = "external_id,flow,supplier,customer,item,occurred_at,rater,score,rated_at,reasons,comment"
INTERACTION_HEADER = "external_id,flow,supplier,customer,item,occurred_at,requester,note"
ON_LINK = "service,finance,service,reimbursement"


def small_store(**fields: object) -> Dealership:
    """Make the store `s`: finance serves service with reimbursement (binary), hr serves it with recruiting (five).

    People: fin, ser and hr manage their departments; mec is a member of the workshop, a team of service.
    """
    store = DealershipFactory(slug="s", **fields)
    departments = {code: DepartmentFactory(dealership=store, code=code) for code in ("finance", "service", "hr")}
    departments["workshop"] = DepartmentFactory(dealership=store, code="workshop", parent=departments["service"])
    for code, username, role in (
        ("finance", "fin", "manager"),
        ("service", "ser", "manager"),
        ("hr", "hr", "manager"),
        ("workshop", "mec", "member"),
    ):
        person = UserFactory(dealership=store, username=username)
        PositionFactory(department=departments[code], person=person, role=role)
    for supplier, customer, item, scale in (
        ("finance", "service", "reimbursement", "binary"),
        ("hr", "service", "recruiting", "five"),
        ("finance", "workshop", "advances", "binary"),
    ):
        LinkFactory(
            dealership=store,
            supplier=departments[supplier],
            customer=departments[customer],
            item=ItemFactory(dealership=store, code=item),
            scale=scale,
        )
    return store


def link_of(store: Dealership, item: str = "reimbursement") -> Link:
    return Link.objects.get(dealership=store, item__code=item)


def person(username: str) -> User:
    return User.objects.get(username=username)


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


class Files:
    """Writes files and imports them by the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def csv(self, *lines: str, name: str = "rows.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    def raw(self, content: bytes, name: str = "rows.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def xlsx(self, *rows: list[object], name: str = "rows.xlsx") -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = self.folder / name
        book.save(path)
        return path


def run(kind: str, path: Path | str, slug: str = "s", **options: object) -> str:
    """Import a file; return what the command prints."""
    out = io.StringIO()
    call_command("import_data", kind, str(path), dealership=slug, stdout=out, **options)
    return out.getvalue()


def refused(kind: str, path: Path | str, slug: str = "s", **options: object) -> list[str]:
    """Import a file that must be refused; return the lines about its rows, and last the command's own word."""
    errors = io.StringIO()
    try:
        call_command("import_data", kind, str(path), dealership=slug, stderr=errors, stdout=io.StringIO(), **options)
    except CommandError as error:
        return [*errors.getvalue().splitlines(), str(error)]
    raise AssertionError("the file was imported")
