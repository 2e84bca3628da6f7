"""Importing people and the positions they hold: one open position a row."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealership.imports.departments import department_named
from dealership.imports.table import DIFFERS, Column, Job, Kind, Row
from dealership.models import Department, Position, Role, User

COLUMNS = (
    Column("username", gettext_lazy("What the person signs in with."), "zhang.wei", True),
    Column("full_name", gettext_lazy("The whole name in one."), pgettext_lazy("example", "Zhang Wei"), True),
    Column("email", gettext_lazy("For password resets. Empty: stays as it is."), "zhang.wei@example.com"),
    Column("department", gettext_lazy("Code of the department. Several positions: several rows."), "service", True),
    Column("role", gettext_lazy("manager, deputy or member."), "manager", True),
)


@dataclass
class _People:
    """The people of the store, and what this file said about them so far."""

    users: dict[str, User]
    positions: dict[tuple[int, int], Position]
    first_rows: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # username -> line, name, e-mail
    seats: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)  # username, code -> line, role
    taken: set[str] = field(
        default_factory=set
    )  # names in use anywhere, in lower case: two may not differ by case only


def bring_in(job: Job) -> None:
    """Create and update people by user name within the store, each with an open position per row.

    New accounts have no password: it is set by a reset. A changed role ends the old position and begins a new one
    today, so that history stays (R2). Positions the file does not name stay as they are.
    """
    rows = list(job.table)
    departments = {d.code: d for d in Department.objects.filter(dealership=job.dealership)}
    open_positions = Position.objects.filter(dealership=job.dealership, end=None)
    people = _People(
        users={user.username: user for user in User.objects.filter(dealership=job.dealership)},
        positions={(position.person_id, position.department_id): position for position in open_positions},
    )
    people.taken = _taken(rows)
    for row in rows:
        _bring_in_row(job, row, departments, people)


def _taken(rows: list[Row]) -> set[str]:
    wanted = sorted({_username(row).lower() for row in rows})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        users = User.objects.annotate(lower=Lower("username")).filter(lower__in=wanted[start : start + 500])
        found.update(users.values_list("lower", flat=True))
    return found


def _username(row: Row) -> str:
    return User.normalize_username(row.text("username"))


def _bring_in_row(job: Job, row: Row, departments: dict[str, Department], people: _People) -> None:
    username, full_name, email = _username(row), row.text("full_name"), row.text("email")
    department = department_named(row, "department", departments)
    role = row.choice("role", tuple(Role.values))
    if department is not None and not department.is_active:
        row.refuse("department", _("This department is closed."))
    first = people.first_rows.setdefault(username, (row.line, full_name, email))
    if first[1] != full_name or (email and first[2] and first[2] != email):
        row.refuse("full_name" if first[1] != full_name else "email", DIFFERS % {"line": first[0], "what": "username"})
    code = department.code if department else ""
    seat = people.seats.setdefault((username, code), (row.line, role))
    if seat[1] != role:
        row.refuse("role", DIFFERS % {"line": seat[0], "what": "username, department"})
    if not row.ok or department is None:
        return
    person, outcome = _bring_in_person(job, row, people, username, full_name, email)
    if person is None:
        return
    if seat[0] != row.line:
        outcome = outcome or "unchanged"
    else:
        outcome = _bring_in_position(job, row, people, person, department, role) or outcome or "unchanged"
    setattr(job.report, outcome, getattr(job.report, outcome) + 1)


def _bring_in_person(
    job: Job, row: Row, people: _People, username: str, full_name: str, email: str
) -> tuple[User | None, str]:
    """Return the person, and "created", "updated" or ""; None if the row was refused."""
    person = people.users.get(username)
    if person is None:
        if username.lower() in people.taken:
            row.refuse("username", _("This user name is taken."))
            return None, ""
        # The hash of no password at all: nobody can sign in with it, and making it costs nothing.
        person = User(dealership=job.dealership, username=username, full_name=full_name, email=email)
        person.password = make_password(None)
        if not _is_valid(row, person):
            return None, ""
        person.save(force_insert=True)
        people.users[username] = person
        people.taken.add(username.lower())
        return person, "created"
    changed = []
    if person.full_name != full_name:
        person.full_name = full_name
        changed.append("full_name")
    if email and person.email != email:
        person.email = email
        person.opened_by_others_at = timezone.now()  # who reads the new e-mail can set a password (R20)
        changed += ["email", "opened_by_others_at"]
    if not changed:
        return person, ""
    if not _is_valid(row, person):
        return None, ""
    person.save(update_fields=changed)
    return person, "updated"


def _is_valid(row: Row, person: User) -> bool:
    try:
        person.full_clean(exclude=["password", "dealership"])
    except ValidationError as error:
        row.refuse_invalid(error, "email")
        return False
    return True


def _bring_in_position(job: Job, row: Row, people: _People, person: User, department: Department, role: str) -> str:
    """Give the person the position; returns "created", "updated" or ""."""
    today = job.dealership.today()
    held = people.positions.get((person.pk, department.pk))
    if held is not None and held.role == role:
        return ""
    start: datetime.date | None = None
    outcome = "created"
    if held is not None:
        outcome = "updated"
        if held.start is not None and held.start >= today:
            held.role = role
            held.save(update_fields=["role"])
            return outcome
        held.end = today - datetime.timedelta(days=1)
        held.save(update_fields=["end"])
        start = today
    elif (last := _last_ended(person, department)) is not None:
        start = max(today, last + datetime.timedelta(days=1))
    position = Position(dealership=job.dealership, person=person, department=department, role=role, start=start)
    try:
        position.clean()
    except ValidationError as error:
        row.refuse_invalid(error, "department")
        return outcome
    position.save(force_insert=True)
    people.positions[person.pk, department.pk] = position
    return outcome


def _last_ended(person: User, department: Department) -> datetime.date | None:
    """Return the last day of the positions the person held here before."""
    ends = Position.objects.filter(person=person, department=department).values_list("end", flat=True)
    return max((end for end in ends if end is not None), default=None)


PEOPLE = Kind("people", gettext_lazy("people"), COLUMNS, bring_in, web_rows=2000)
