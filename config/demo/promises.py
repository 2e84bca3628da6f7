"""Needs, dialogues and objectives of the demo store (R22-R28), at moments before now."""

from __future__ import annotations

import datetime
from decimal import Decimal

from config.demo.company_plan import CompanyPlans
from config.demo.office import Office
from config.demo.promise_facts import write_facts
from config.demo.promise_story import MINUTES, OPEN_MINUTES, POINT, PROMISES, WISHES, Measured, Promise, Wish
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership, Department
from objectives.fiscal import FiscalYear
from objectives.models import (
    Criterion,
    Dialogue,
    DialoguePoint,
    DialogueSeries,
    DialogueSignature,
    DialogueState,
    Event,
    EventKind,
    Need,
    Objective,
    ObjectiveCustomer,
    Source,
    Terms,
    TermsSignature,
    TermsState,
)

TALKED_AGO = 85  # days since Service and HR talked
AGREED_AFTER = 4  # days from the draft of an objective to its agreement
UNAGREED = ("draft", "proposed")


class Promises:
    """Writes what the departments of one demo store promised each other."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff) -> None:
        self.dealership, self.plan, self.office, self.staff = dealership, plan, office, staff
        self._departments = {d.code: d for d in Department.objects.filter(dealership=dealership)}
        self._plans = CompanyPlans(dealership, plan, office, staff)

    def write(self) -> int:
        """Write the company plans, dialogues, needs and objectives; returns how many objectives."""
        self._plans.write()
        talked = self._dialogue_of_service_and_hr()
        self._dialogue_of_sales_and_finance()
        needs = {wish.name: self._need(wish, talked) for wish in WISHES}
        for promise in PROMISES:
            self._objective(promise, needs.get(promise.need), talked)
        return len(PROMISES)

    # --- Moments and people -----------------------------------------------------------------------

    def _at(self, days: int, hour: float) -> datetime.datetime:
        """Return a moment so many days from today, and never after now."""
        return min(self.office.moment(self._day(days), hour), self.plan.now)

    def _day(self, days: int) -> datetime.date:
        return self.plan.today + days * ONE_DAY

    def _manager(self, code: str) -> int:
        return self.staff.manager_of(self._departments[code].pk)

    # --- Dialogues --------------------------------------------------------------------------------

    def _dialogue_of_service_and_hr(self) -> Dialogue:
        """A quarterly dialogue that was held and signed (R25), and the next one in a few days."""
        series = self._series("service", "hr", "quarterly", TALKED_AGO)
        held = self._dialogue(
            series, -TALKED_AGO, DialogueState.SIGNED, MINUTES.in_(self.plan.language), "service", "hr"
        )
        ahead = self._dialogue(series, 5, DialogueState.PLANNED, "")
        DialoguePoint.objects.create(
            dealership=self.dealership,
            dialogue=ahead,
            department=self._departments["service"],
            text=POINT.in_(self.plan.language),
            author_id=self._manager("service"),
            written_at=self._at(-1, 10),
        )
        return held

    def _dialogue_of_sales_and_finance(self) -> None:
        """A monthly dialogue of these days: held, and signed by Finance alone."""
        series = self._series("sales", "finance", "monthly", 2)
        self._dialogue(series, -2, DialogueState.HELD, OPEN_MINUTES.in_(self.plan.language), "finance")
        self._dialogue(series, 28, DialogueState.PLANNED, "")

    def _series(self, host: str, guest: str, rhythm: str, ago: int) -> DialogueSeries:
        series: DialogueSeries = DialogueSeries.objects.create(
            dealership=self.dealership,
            host=self._departments[host],
            guest=self._departments[guest],
            rhythm=rhythm,
            starts_on=self._day(-ago),
            at_time=datetime.time(15),
            created_by_id=self._manager(host),
            created_at=self._at(-ago - 10, 9.5),
        )
        return series

    def _dialogue(self, series: DialogueSeries, day: int, state: DialogueState, minutes: str, *signed: str) -> Dialogue:
        """Write a dialogue with its events and the signatures of departments."""
        people = [self._manager(code) for code in signed]
        dialogue: Dialogue = Dialogue.objects.create(
            dealership=self.dealership,
            series=series,
            host=series.host,
            guest=series.guest,
            planned_on=self._day(day),
            at_time=series.at_time,
            state=state,
            version=1 + bool(minutes) + len(signed),
            revision=int(bool(minutes)),
            held_on=self._day(day) if minutes else None,
            minutes=minutes,
            reminded_at=self._at(day - 3, 8) if minutes else None,
        )
        called_at = self._at(min(day, 0) - 10, 9.5)
        events = [Event(kind=EventKind.OPEN, at=called_at, person_id=series.created_by_id)]
        if minutes:
            events.append(Event(kind=EventKind.HOLD, at=self._at(day, 16), person_id=series.created_by_id))
        for code, person in zip(signed, people, strict=True):
            at = self._at(day, 17)
            DialogueSignature.objects.create(
                dealership=self.dealership,
                dialogue=dialogue,
                revision=1,
                department=self._departments[code],
                person_id=person,
                signed_at=at,
            )
            data = {"department": self._departments[code].pk, "revision": 1}
            events.append(Event(kind=EventKind.SIGN, at=at, person_id=person, data=data))
        self._write_events(events, dialogue=dialogue)
        return dialogue

    # --- Needs ------------------------------------------------------------------------------------

    def _need(self, wish: Wish, talked: Dialogue) -> Need:
        language = self.plan.language
        supplier = self._manager(wish.supplier)
        raised_at = self._at(wish.raised, 10)
        answered_at = None if wish.answered is None else self._at(wish.answered, 11)
        need: Need = Need.objects.create(
            dealership=self.dealership,
            flow=wish.flow,
            customer=self._departments[wish.customer],
            supplier=self._departments[wish.supplier],
            what=wish.what.in_(language),
            why=wish.why.in_(language),
            quantity=wish.quantity,
            raised_by_id=self._manager(wish.customer),
            raised_at=raised_at,
            answer_by=self.office.ahead(self._day(wish.raised), self.dealership.answer_days),
            state=wish.state,
            version=1 if wish.answered is None else 2,
            owner_id=supplier if wish.state in ("acknowledged", "objective") else None,
            reason=wish.reason.in_(language),
            answered_at=answered_at,
            dialogue=talked if wish.in_dialogue else None,
        )
        events = [Event(kind=EventKind.RAISE, at=raised_at, person_id=need.raised_by_id)]
        if answered_at is not None:
            kind = {
                "acknowledged": EventKind.ACKNOWLEDGE,
                "objective": EventKind.BECOME,
                "declined": EventKind.DECLINE,
            }[wish.state]
            events.append(Event(kind=kind, at=answered_at, person_id=supplier, text=need.reason))
        self._write_events(events, need=need)
        return need

    # --- Objectives -------------------------------------------------------------------------------

    def _objective(self, promise: Promise, need: Need | None, talked: Dialogue) -> None:
        owner = self._manager(promise.owner)
        due_on = max(self._day(measured.due) for measured in promise.criteria)
        from_customer = promise.source == Source.CUSTOMER
        drafted_at = self._at(promise.drafted, 9.7)
        agreed_at = self._at(promise.drafted + AGREED_AFTER, 15)
        is_judged = promise.state in ("judged", "closed")
        objective = Objective(
            dealership=self.dealership,
            year=FiscalYear.of(due_on, self.dealership.fiscal_year_start).year,
            owner=self._departments[promise.owner],
            owner_person_id=owner,
            title=promise.title.in_(self.plan.language),
            source=promise.source,
            source_department=self._departments[promise.customers[0]] if from_customer else None,
            goal=self._plans.goals.get(promise.goal),
            need=need,
            dialogue=talked if need is not None and need.dialogue_id else None,
            state=promise.state,
            due_on=due_on,
            starts_on=None if promise.state in UNAGREED else self.office.day_of(agreed_at),
            verdict=promise.verdict,
            judged_at=min(self.office.moment(due_on + ONE_DAY, 9), self.plan.now) if is_judged else None,
            created_by_id=owner,
            created_at=drafted_at,
        )
        objective.save(force_insert=True)
        ObjectiveCustomer.objects.bulk_create(
            [
                ObjectiveCustomer(dealership=self.dealership, objective=objective, department=self._departments[code])
                for code in promise.customers
            ]
        )
        events = [Event(kind=EventKind.OPEN, at=drafted_at, person_id=owner)]
        events += self._terms(objective, promise, owner, drafted_at, agreed_at)
        events += write_facts(objective, promise, self.plan, self._at, self.staff)
        self._write_events(events, objective=objective)
        Objective.objects.filter(pk=objective.pk).update(version=len(events))

    def _terms(
        self,
        objective: Objective,
        promise: Promise,
        owner: int,
        drafted_at: datetime.datetime,
        agreed_at: datetime.datetime,
    ) -> list[Event]:
        """Write the first version of the terms, with its signatures; returns what happened."""
        terms: Terms = Terms.objects.create(
            dealership=self.dealership, objective=objective, number=1, written_by_id=owner, written_at=drafted_at
        )
        Criterion.objects.bulk_create(
            [self._criterion(terms, number, measured) for number, measured in enumerate(promise.criteria, start=1)]
        )
        if promise.state == "draft":
            return []
        proposed_at = drafted_at + datetime.timedelta(minutes=40)
        signed = [(promise.owner, proposed_at)]
        if promise.state != "proposed":
            later = [agreed_at + number * datetime.timedelta(minutes=9) for number in range(len(promise.customers))]
            signed += list(zip(promise.customers, later, strict=True))
        TermsSignature.objects.bulk_create(
            [
                TermsSignature(
                    dealership=self.dealership,
                    terms=terms,
                    department=self._departments[code],
                    person_id=self._manager(code),
                    signed_at=at,
                )
                for code, at in signed
            ]
        )
        events = [Event(kind=EventKind.PROPOSE, at=proposed_at, person_id=owner, data={"terms": 1})]
        for code, at in signed[1:]:
            data = {"terms": 1, "department": self._departments[code].pk}
            events.append(Event(kind=EventKind.SIGN, at=at, person_id=self._manager(code), data=data))
        if promise.state == "proposed":
            Terms.objects.filter(pk=terms.pk).update(state=TermsState.PROPOSED)
            return events
        Terms.objects.filter(pk=terms.pk).update(state=TermsState.IN_FORCE, in_force_at=signed[-1][1])
        last = self._manager(signed[-1][0])
        events.append(Event(kind=EventKind.AGREE, at=signed[-1][1], person_id=last, data={"terms": 1}))
        return events

    def _criterion(self, terms: Terms, number: int, measured: Measured) -> Criterion:
        language = self.plan.language
        return Criterion(
            dealership=self.dealership,
            terms=terms,
            number=number,
            kind=measured.kind,
            what=measured.what.in_(language),
            comparison=measured.comparison,
            target=Decimal(measured.target) if measured.target else None,
            unit=measured.unit.in_(language),
            due_on=self._day(measured.due),
        )

    def _write_events(self, events: list[Event], **thing: object) -> None:
        for version, event in enumerate(events, start=1):
            event.dealership = self.dealership
            event.version = version
            for name, row in thing.items():
                setattr(event, name, row)
        Event.objects.bulk_create(events)
