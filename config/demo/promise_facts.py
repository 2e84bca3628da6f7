"""The facts of the demo store's objectives, what the customers said of them, and how they were judged (R22)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from config.demo.promise_story import Promise, Said
from config.demo.request_story import Text
from config.demo.staff import Staff
from config.demo.store import Plan
from objectives.evidence import CheckedFile, keep
from objectives.models import Event, EventKind, Fact, FactState, Objective, ObjectiveCustomer

DISPUTE = Text("仓库两次缺货没有计入。", "Two times out of stock are not counted.")
STATEMENT = Text("那两件不在常用件清单上。", "Those two parts are not on the list of common parts.")
FILE = Text("盘点.pdf", "count.pdf")
#: A page of paper with nothing on it.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)

Moment = Callable[[int, float], datetime.datetime]


def write_facts(objective: Objective, promise: Promise, plan: Plan, at: Moment, staff: Staff) -> list[Event]:
    """Write an objective's facts, their answers, and its judgement; returns what happened, in order.

    `at(days, hour)`: the moment so many days from today.
    """
    events: list[Event] = []
    for said in promise.facts:
        events += _fact(objective, said, plan, at, staff)
    if objective.judged_at is not None:
        data = {"verdict": promise.verdict}
        judged_by = objective.owner_person_id
        events.append(Event(kind=EventKind.JUDGE, at=objective.judged_at, person_id=judged_by, data=data))
        events += _satisfaction(objective, promise, plan, staff)
    return events


def _fact(objective: Objective, said: Said, plan: Plan, at: Moment, staff: Staff) -> list[Event]:
    owner = objective.owner_person_id
    assert owner is not None
    customer = objective.customers.select_related("department").order_by("pk")[0].department
    manager = staff.manager_of(customer.pk)
    recorded_at, answered_at = at(said.day, 16), at(said.day + 1, 9.5)
    fact = Fact(
        dealership=objective.dealership,
        objective=objective,
        criterion=said.criterion,
        happened_on=plan.today + datetime.timedelta(days=said.day),
        value=Decimal(said.value) if said.value else None,
        words=said.words.in_(plan.language),
        recorded_by_id=owner,
        recorded_at=recorded_at,
        state=said.state,
    )
    answer = {FactState.CONFIRMED: EventKind.CONFIRM, FactState.DISPUTED: EventKind.DISPUTE}.get(FactState(said.state))
    if answer is not None:
        fact.answered_by_id, fact.answered_for, fact.answered_at = manager, customer, answered_at
        fact.version = 2
    is_disputed = answer == EventKind.DISPUTE
    if is_disputed:
        fact.customer_statement, fact.owner_statement = DISPUTE.in_(plan.language), STATEMENT.in_(plan.language)
        fact.superior_id = staff.superior_of(owner, objective.owner_id)
        fact.version = 3
    fact.save(force_insert=True)
    data = {"fact": fact.pk, "criterion": fact.criterion, "day": fact.happened_on.isoformat()}
    events = [Event(kind=EventKind.FACT, at=recorded_at, person_id=owner, text=fact.words, data=data)]
    if answer is not None:
        text = fact.customer_statement
        events.append(Event(kind=answer, at=answered_at, person_id=manager, text=text, data=data))
    if is_disputed:
        file = CheckedFile(FILE.in_(plan.language), "application/pdf", PAGE)
        keep(fact=fact, files=[file], uploaded_by_id=owner)
        stated = Event(
            kind=EventKind.STATE, at=at(said.day + 1, 11), person_id=owner, text=fact.owner_statement, data=data
        )
        events.append(stated)
    return events


def _satisfaction(objective: Objective, promise: Promise, plan: Plan, staff: Staff) -> list[Event]:
    assert objective.judged_at is not None
    events = []
    customers = list(objective.customers.order_by("pk"))
    said_at = min(objective.judged_at + datetime.timedelta(days=1, hours=2), plan.now)
    for customer, satisfied in zip(customers, promise.satisfied, strict=True):
        if satisfied is None:
            continue
        person = staff.manager_of(customer.department_id)
        words = "" if satisfied else promise.words.in_(plan.language)
        ObjectiveCustomer.objects.filter(pk=customer.pk).update(
            satisfied=satisfied, words=words, answered_by=person, answered_at=said_at
        )
        data = {"department": customer.department_id, "satisfied": satisfied}
        events.append(Event(kind=EventKind.SATISFACTION, at=said_at, person_id=person, text=words, data=data))
    if objective.state == "closed":
        events.append(Event(kind=EventKind.CLOSE, at=said_at, person_id=person))
    return events
