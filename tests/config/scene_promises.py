"""What is promised in the scene of all addresses: a plan, needs, dialogues, objectives, facts of two departments."""

import datetime
import uuid
from decimal import Decimal

from django.urls import reverse

from dealership.models import Department
from objectives import actions_dialogues as talks
from objectives import actions_needs as needs
from objectives import actions_objectives as objectives
from objectives import actions_plan as plans
from objectives.actions_facts import dispute_fact, record_fact
from objectives.actions_plan_boards import contribute
from objectives.actions_plan_goals import add_goal
from objectives.calendar_feed import make_address
from objectives.evidence import CheckedFile
from objectives.measure_lines import MeasureLine
from objectives.models import PlanEdition
from objectives.plan_text import stamp_of_entry, stamp_of_goal


class Promises:
    """Service needs something of Finance, which promised it, and recorded facts; the two talk."""

    def __init__(self, scene):
        self.scene, self.people, self.store = scene, scene.people, scene.store
        self.service, self.finance = scene.link.customer, scene.link.supplier
        self.today = self.store.today()
        self._needs_and_dialogues()
        self._objective()
        self._proposals()
        self._plan()

    def _needs_and_dialogues(self):
        """A need; a dialogue that is planned, and one whose minutes wait for signatures."""
        people = self.people
        self.need = needs.raise_need(
            acting_user=people["manager"],
            customer=self.service,
            supplier=self.finance,
            flow="service",
            what="quick advances",
        )
        pair = {"acting_user": people["finance"], "host": self.finance, "guest": self.service}
        self.dialogue = talks.call_dialogue(**pair, rhythm="quarterly", starts_on=self._ahead(9))
        self.held = talks.call_dialogue(**pair, rhythm="once", starts_on=self.today)
        talks.write_minutes(acting_user=people["finance"], dialogue=self.held, held_on=self.today, minutes="We talked.")
        self.point = talks.add_point(
            acting_user=people["manager"], dialogue=self.dialogue, department=self.service, text="advances in spring"
        )
        self.secret = make_address(acting_user=people["manager"])

    def _ahead(self, days):
        return self.today + datetime.timedelta(days=days)

    def _draft(self, title, line, **fields):
        return objectives.draft_objective(
            acting_user=self.people["finance"],
            owner=self.finance,
            title=title,
            customers=[self.service],
            source="own",
            criteria=[line],
            **fields,
        )

    def _objective(self):
        """One that runs, with two facts; one of them Service disputes."""
        line = MeasureLine("number", "advances paid late", "at_most", Decimal(0), "", self._ahead(9))
        self.objective = self._draft("Advances in time", line)
        objectives.propose(acting_user=self.people["finance"], objective=self.objective)
        objectives.sign_terms(acting_user=self.people["manager"], objective=self.objective)
        self.fact, self.disputed = (
            record_fact(
                acting_user=self.people["finance"],
                objective=self.objective,
                criterion=1,
                happened_on=self.today,
                value=Decimal(0),
                files=[CheckedFile("list.pdf", "application/pdf", b"%PDF-")],
            )
            for _ in range(2)
        )
        dispute_fact(acting_user=self.people["manager"], fact=self.disputed, version=1, text="One was late.")

    def _proposals(self):
        """A draft, one that is proposed, and one that is agreed and starts later."""
        line = MeasureLine("date", "cash desk open on Mondays", "by", None, "", self._ahead(30))
        self.drafted, self.proposed, self.agreed = (
            self._draft(title, line, starts_on=self._ahead(9)) for title in ("drafted", "proposed", "agreed")
        )
        for objective in (self.proposed, self.agreed):
            objectives.propose(acting_user=self.people["finance"], objective=objective)
        objectives.sign_terms(acting_user=self.people["manager"], objective=self.agreed)

    def _plan(self):
        """The plan of the year, with words of Service and a goal; and an edition of it."""
        gm = self.people["gm"]
        self.plan = plans.open_plan(acting_user=gm, year=self.today.year)
        self.entry = contribute(
            acting_user=self.people["manager"],
            plan=self.plan,
            board="strength",
            department=self.service,
            text="We mend it at once.",
        )
        line = MeasureLine("number", "complaints", "at_most", Decimal(3), "", self._ahead(30))
        self.goal = add_goal(acting_user=gm, plan=self.plan, title="Every customer comes back", measures=[line])
        self.plan.refresh_from_db()
        content = {"entries": [], "goals": [], "signatures": []}
        PlanEdition.objects.create(dealership=self.store, plan=self.plan, number=1, content=content)

    def address(self, name):
        """Return an address of this topic, or None for others."""
        rows = {
            self.need: ("need_detail", "need_acknowledge", "need_decline", "need_withdraw"),
            self.point: ("dialogue_point_remove",),
            self.held: ("dialogue_sign",),
            self.dialogue: (
                *("dialogue_detail", "dialogue_move", "dialogue_cancel", "dialogue_minutes"),
                *("dialogue_end", "dialogue_point", "dialogue_need"),
            ),
            self.drafted: ("objective_edit", "objective_propose"),
            self.proposed: ("objective_sign", "objective_refuse", "objective_take_back", "objective_drop"),
            self.agreed: ("objective_start", "terms_change"),
            self.objective: (
                *("objective_detail", "objective_comment", "terms_compare"),
                *("fact_create", "objective_judge"),
            ),
            self.fact: ("fact_detail", "fact_confirm", "fact_dispute", "fact_retract"),
            self.disputed: ("fact_state", "fact_decide"),
            self.plan: (
                *("plan_detail", "plan_submit", "plan_sign", "plan_adopt"),
                *("plan_reopen", "plan_compare", "plan_goal_create"),
            ),
        }
        for row, known in rows.items():
            if name in known:
                return reverse(name, kwargs={"pk": row.pk})
        arguments = {
            "need_from_stated": {"pk": self.scene.invitation.needs.get().pk},
            "calendar_feed": {"secret": self.secret},
            "evidence_file": {"pk": self.fact.evidence.get().pk},
            "objective_satisfaction": {"pk": self.objective.customers.get().pk},
            "objective_year": {"year": self.today.year},
            "plan_edition": {"pk": self.plan.pk, "number": 1},
            "plan_contribute": {"pk": self.plan.pk, "board": "threat"},
            **{name: {"pk": self.plan.pk, "entry": self.entry.pk} for name in ("plan_entry", "plan_entry_remove")},
            **{
                f"plan_goal{act}": {"pk": self.plan.pk, "goal": self.goal.pk}
                for act in ("", "_move", "_give_up", "_take_up")
            },
        }
        return reverse(name, kwargs=arguments[name]) if name in arguments else None

    def forms(self):
        """Return what correct forms of this topic hold, by address."""
        hr, logistics = (Department.objects.get(dealership=self.store, code=code) for code in ("hr", "logistics"))
        day, in_a_week = self.today.isoformat(), self._ahead(7).isoformat()
        line = {
            "criteria-number": "1",
            "criteria-what": "cash desk open on Mondays",
            "criteria-measure": "date:by",
            "criteria-target": "",
            "criteria-unit": "",
            "criteria-due": in_a_week,
        }
        objective = {
            "title": "Advances in time",
            "origin": "own",
            "customers": [logistics.pk],  # neither Service nor Finance, so that each may name it
            "owner_person": "",
            "starts_on": "",
            "description": "",
            "key": str(uuid.uuid4()),
            **line,
        }
        return {
            **self._plan_forms(in_a_week),
            "need_create": {
                "customer": self.service.pk,
                "supplier": self.finance.pk,
                "flow": "service",
                "what": "advances",
                "key": str(uuid.uuid4()),
            },
            "need_acknowledge": {"ack-version": "1", "ack-owner": self.people["finance"].pk},
            "need_decline": {"decline-version": "1", "decline-reason": "No."},
            "need_withdraw": {"version": "1"},
            "dialogue_create": {"host": self.service.pk, "guest": hr.pk, "rhythm": "once", "starts_on": in_a_week},
            "dialogue_move": {"move-version": "1", "move-planned_on": in_a_week},
            "dialogue_cancel": {"version": "1"},
            "dialogue_minutes": {
                "minutes-version": "1",
                "minutes-held_on": day,
                "minutes-minutes": "We talked.",
            },
            "dialogue_sign": {"revision": "1"},
            "dialogue_point": {"point-department": self.service.pk, "point-text": "advances"},
            "dialogue_need": {
                "need-customer": self.service.pk,
                "need-flow": "service",
                "need-what": "advances",
                "need-key": str(uuid.uuid4()),
            },
            "objective_create": objective,
            "objective_edit": {**objective, "version": "1"},
            "objective_propose": {"version": "1"},
            "objective_start": {"version": str(self.agreed.version)},
            "objective_sign": {"version": "2"},
            **{
                f"objective_{act}": {"version": "2", "text": "Words."}
                for act in ("refuse", "take_back", "drop", "comment")
            },
            "terms_change": {"version": str(self.agreed.version), "reason": "Earlier.", **line},
            "fact_create": {"criterion": "1", "happened_on": day, "value": "0", "key": str(uuid.uuid4())},
            "fact_confirm": {"version": "1"},
            "fact_dispute": {"version": "1", "text": "One was late."},
            "fact_state": {"version": "2", "text": "It was not."},
            "fact_decide": {"version": "2", "text": "I saw it.", "stands": "yes"},
            "fact_retract": {"version": "1"},
            "objective_judge": {"version": "1"},
            "objective_satisfaction": {"satisfied": "yes"},
        }

    def _plan_forms(self, day):
        goal = {
            "title": "Nobody leaves",
            "why": "",
            "measures-number": "",
            "measures-what": "complaints",
            "measures-measure": "number:at_most",
            "measures-target": "3",
            "measures-unit": "",
            "measures-due": day,
        }
        return {
            "plan_open": {"year": self.today.year},
            "plan_submit": {"version": self.plan.version},
            "plan_sign": {"revision": self.plan.revision},
            "plan_adopt": {"version": self.plan.version},
            "plan_reopen": {"version": self.plan.version, "reason": "The market fell."},
            "plan_contribute": {"department": self.service.pk, "text": "A rival opens."},
            "plan_entry": {"text": "We mend it.", "seen": stamp_of_entry(self.entry)},
            "plan_entry_remove": {"seen": stamp_of_entry(self.entry)},
            "plan_goal_create": goal,
            "plan_goal": {**goal, "seen": stamp_of_goal(self.goal)},
            "plan_goal_move": {"place": "0", "to": "down"},
            "plan_goal_give_up": {"seen": stamp_of_goal(self.goal)},
            "plan_goal_take_up": {},
        }
