"""A store in which HR promised Accessories fitters, agreed and running; made by rows, so that facts alone are tried."""

import datetime
from decimal import Decimal

from django.utils import timezone

from objectives.actions_facts import record_fact
from objectives.evidence import check_upload
from objectives.models import Criterion, Objective, ObjectiveCustomer, Terms
from tests.factories import DealershipFactory, DepartmentFactory, UserFactory, manager_of, member_of

PDF = b"%PDF-1.4 proof"


class Upload:
    """A file as it comes with a form."""

    def __init__(self, name, content):
        self.name, self.content, self.size = name, content, len(content)

    def read(self, size=-1):
        return self.content if size < 0 else self.content[:size]


def proof(name="on duty.pdf"):
    return check_upload(Upload(name, PDF))


class World:
    """Departments `hr` (owner), `accessories` (customer), `sales` (neither), under the general manager's office."""

    def __init__(self, **store):
        self.store = DealershipFactory(**store)
        self.today = self.store.today()
        office = DepartmentFactory(dealership=self.store, code="gm-office", heads_store=True)
        self.office = office
        self.departments = {
            code: DepartmentFactory(dealership=self.store, code=code, parent=office)
            for code in ("hr", "accessories", "sales")
        }
        self.gm = manager_of(office)
        self.hr, self.accessories, self.sales = (manager_of(self.departments[c]) for c in self.departments)
        self.clerk = member_of(self.departments["hr"])
        self.fitter = member_of(self.departments["accessories"])
        self.admin = UserFactory(dealership=self.store, is_store_admin=True)

    def objective(self, *criteria, customers=("accessories",), owner="hr", state="running", **fields):
        """Make an agreed objective; a criterion: dict of its fields, "3 fitters, due today" by default."""
        department = self.departments.get(owner, self.office)
        fields = {"source": "own", "due_on": self.today, **fields}
        objective = Objective.objects.create(
            dealership=self.store,
            year=self.today.year,
            owner=department,
            title="Fitters for the season",
            state=state,
            created_by=self.hr,
            **fields,
        )
        for code in customers:
            ObjectiveCustomer.objects.create(
                dealership=self.store, objective=objective, department=self.departments[code]
            )
        terms = Terms.objects.create(dealership=self.store, objective=objective, number=1, written_by=self.hr)
        for number, fields_of in enumerate(criteria or [{}], start=1):
            Criterion.objects.create(dealership=self.store, terms=terms, number=number, **self.criterion(**fields_of))
        Terms.objects.filter(pk=terms.pk).update(state="in_force", in_force_at=timezone.now())
        return Objective.objects.with_names().get(pk=objective.pk)

    def criterion(self, **fields):
        kind = fields.get("kind", "number")
        usual = {
            "number": {"comparison": "at_least", "target": Decimal(3), "unit": "people"},
            "date": {"comparison": "by"},
            "fact": {"comparison": "proven"},
        }
        return {"kind": kind, "what": "fitters on duty", "due_on": self.today, **usual.get(kind, {}), **fields}

    def record(self, objective, value=None, *, days_ago=0, by=None, criterion=1, **values):
        """Record a fact as HR; `value` a number."""
        return record_fact(
            acting_user=again(by or self.hr),
            objective=objective,
            criterion=criterion,
            happened_on=self.today - datetime.timedelta(days=days_ago),
            value=None if value is None else Decimal(value),
            **values,
        )


def again(row):
    """Return a row as the next request reads it: nothing remembered of it."""
    return type(row).objects.get(pk=row.pk)
