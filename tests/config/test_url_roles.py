"""Every address × every role, allowed and denied. The list of addresses is the resolver's: an unlisted one fails."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from config.health import WORKER
from dealership.models import DealerGroup, Dealership, Department, Notice
from objectives import actions_dialogues as talks
from objectives import actions_needs as needs
from objectives import actions_objectives as objectives
from objectives.actions_facts import dispute_fact, record_fact
from objectives.calendar_feed import make_address
from objectives.evidence import CheckedFile
from objectives.measure_lines import MeasureLine
from supplychain.actions_calls import NeedLine, answer_call, open_call
from supplychain.actions_escalations import escalate
from supplychain.actions_requests import ask
from supplychain.actions_store import apply_standard_store
from supplychain.models import Interaction, Link
from surveys.actions import rate_interaction
from surveys.models import Recovery
from tests.factories import DealershipFactory, InteractionFactory, UserFactory, manager_of, member_of

pytestmark = pytest.mark.django_db

#: Who asks. "member", "manager": of Service. "finance": the manager of the department that serves it. "elsewhere": a
#: manager, "admin elsewhere": an admin of another store. "operator": runs the installation, belongs to no store.
#: "group": a person of the dealer group that owns both stores.
ROLES = ("nobody", "member", "manager", "finance", "gm", "admin", "elsewhere", "admin elsewhere", "operator", "group")

# One column a role, in the order of ROLES. 302 for nobody is the way to the sign-in page.
GET = {
    "home": "302 200 200 200 200 200 200 200 200 302",
    "inbox_counts": "302 200 200 200 200 200 200 200 200 200",
    "notice_list": "302 200 200 200 200 200 200 200 200 200",
    "notice_open": "302 405 405 405 405 405 405 405 405 405",
    "notices_read": "302 405 405 405 405 405 405 405 405 405",
    "rate_search": "302 200 200 200 200 200 200 200 200 200",
    "rate_link": "302 200 200 403 200 403 404 404 403 404",
    "interaction_list": "302 200 200 200 200 200 200 200 200 200",
    "interaction_create": "302 200 200 200 200 200 200 200 403 403",
    "interaction_detail": "302 200 200 200 200 200 404 404 403 404",
    "interaction_rate": "302 405 405 405 405 405 405 405 405 405",
    "interaction_dismiss": "302 405 405 405 405 405 405 405 405 405",
    "interaction_restore": "302 405 405 405 405 405 405 405 405 405",
    "rating_change": "302 403 200 403 403 403 404 404 403 404",
    "rating_explain": "302 405 405 405 405 405 405 405 405 405",
    "rating_undo": "302 405 405 405 405 405 405 405 405 405",
    "recovery_list": "302 200 200 200 200 200 200 200 200 200",
    "recovery_detail": "302 200 200 200 200 200 404 404 403 404",
    "recovery_answer": "302 405 405 405 405 405 405 405 405 405",
    "recovery_mended": "302 405 405 405 405 405 405 405 405 405",
    "recovery_not_mended": "302 405 405 405 405 405 405 405 405 405",
    "recovery_comment": "302 405 405 405 405 405 405 405 405 405",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "flow_map": "302 200 200 200 200 200 200 200 200 200",
    "pair": "302 200 200 200 200 200 200 200 200 200",
    "link_detail": "302 200 200 200 200 200 404 404 200 404",
    "link_end": "302 403 403 403 403 200 404 404 200 404",
    "link_revise": "302 403 403 403 403 200 404 404 200 404",
    "call_list": "302 200 200 200 200 200 200 200 200 200",
    "call_create": "302 200 200 200 200 403 200 403 403 403",
    "call_detail": "302 200 200 200 200 200 404 404 403 404",
    "call_remind": "302 405 405 405 405 405 405 405 405 405",
    "call_close": "302 403 403 200 200 403 404 404 403 404",
    "call_answer": "302 405 405 405 405 405 405 405 405 405",
    "need_request": "302 405 405 405 405 405 405 405 405 405",
    "request_list": "302 200 200 200 200 200 200 200 200 200",
    "request_create": "302 200 200 200 200 200 200 200 403 403",
    "request_detail": "302 200 200 200 200 200 404 404 403 404",
    "request_accept": "302 405 405 405 405 405 405 405 405 405",
    "request_decline": "302 405 405 405 405 405 405 405 405 405",
    "request_promise": "302 405 405 405 405 405 405 405 405 405",
    "request_finish": "302 405 405 405 405 405 405 405 405 405",
    "request_withdraw": "302 405 405 405 405 405 405 405 405 405",
    "request_reopen": "302 405 405 405 405 405 405 405 405 405",
    "request_escalate": "302 405 405 405 405 405 405 405 405 405",
    "request_decide": "302 405 405 405 405 405 405 405 405 405",
    "request_trip": "302 405 405 405 405 405 405 405 405 405",
    "request_comment": "302 405 405 405 405 405 405 405 405 405",
    "setup": "302 403 403 403 403 200 403 200 403 403",
    "standard_store": "302 405 405 405 405 405 405 405 405 405",
    "dashboard": "302 200 200 200 200 200 200 200 200 302",
    "group_dashboard": "302 403 403 403 403 403 403 403 403 200",
    "store_dashboard": "302 403 403 403 200 200 403 200 403 403",
    "department_dashboard": "302 200 200 403 200 200 404 404 404 404",
    "department_ratings": "302 403 200 403 200 200 404 404 404 404",
    "department_requests": "302 200 200 403 200 200 404 404 404 404",
    "need_list": "302 200 200 200 200 200 200 200 403 403",
    "need_create": "302 200 200 200 200 403 200 403 403 403",
    "need_from_stated": "302 405 405 405 405 405 405 405 405 405",
    "need_detail": "302 200 200 200 200 200 404 404 403 404",
    "need_acknowledge": "302 405 405 405 405 405 405 405 405 405",
    "need_decline": "302 405 405 405 405 405 405 405 405 405",
    "need_withdraw": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_list": "302 200 200 200 200 200 200 200 200 200",
    "dialogue_create": "302 403 200 200 200 403 200 403 403 403",
    "calendar_settings": "302 200 200 200 200 200 200 200 403 403",
    "calendar_make": "302 405 405 405 405 405 405 405 405 405",
    "calendar_revoke": "302 405 405 405 405 405 405 405 405 405",
    "calendar_feed": "200 200 200 200 200 200 200 200 200 200",
    "dialogue_point_remove": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_detail": "302 200 200 200 200 200 404 404 403 404",
    "dialogue_move": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_cancel": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_minutes": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_sign": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_end": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_point": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_need": "302 405 405 405 405 405 405 405 405 405",
    "objective_progress": "302 200 200 200 200 200 200 200 200 200",
    "objective_year": "302 200 200 200 200 200 200 200 404 404",
    "fact_create": "302 403 403 200 403 403 404 404 403 404",
    "fact_detail": "302 200 200 200 200 200 404 404 403 404",
    "fact_confirm": "302 405 405 405 405 405 405 405 405 405",
    "fact_dispute": "302 405 405 405 405 405 405 405 405 405",
    "fact_state": "302 405 405 405 405 405 405 405 405 405",
    "fact_decide": "302 405 405 405 405 405 405 405 405 405",
    "fact_retract": "302 405 405 405 405 405 405 405 405 405",
    "evidence_file": "302 200 200 200 200 200 404 404 403 404",
    "objective_judge": "302 405 405 405 405 405 405 405 405 405",
    "objective_satisfaction": "302 405 405 405 405 405 405 405 405 405",
    "account_login": "200 302 302 302 302 302 302 302 302 302",
    "account_logout": "302 200 200 200 200 200 200 200 200 200",
    "account_inactive": "200 200 200 200 200 200 200 200 200 200",
    "account_signup": "200 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": "302 200 200 200 200 200 200 200 200 200",
    "account_email": "302 200 200 200 200 200 200 200 200 200",
    "account_email_verification_sent": "200 200 200 200 200 200 200 200 200 200",
    "account_change_password": "302 200 200 200 200 200 200 200 200 200",
    "account_set_password": "302 302 302 302 302 302 302 302 302 302",
    "account_reset_password": "200 200 200 200 200 200 200 200 200 200",
    "account_confirm_login_code": "302 302 302 302 302 302 302 302 302 302",
    "account_confirm_email": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done": "200 200 200 200 200 200 200 200 200 200",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
    "metrics": "404 404 404 404 404 404 404 404 404 404",  # no token is configured here
    "healthz": "503 503 503 503 503 503 503 503 503 503",  # no worker answers here; the journey in CI sees the 200
}

# Only addresses that write; sent as a plain form. 302: done (or refused in words), 422: the form again.
POST = {
    "notice_open": "302 404 302 404 404 404 404 404 404 404",  # a notice is one person's own
    "notices_read": "302 302 302 302 302 302 302 302 302 302",
    "rate_link": "302 302 302 403 302 403 404 404 403 404",
    "interaction_create": "302 302 302 302 302 422 422 422 403 403",
    "interaction_rate": "302 302 302 403 302 403 404 404 403 404",
    "interaction_dismiss": "302 302 302 403 302 403 404 404 403 404",
    "interaction_restore": "302 302 302 403 302 403 404 404 403 404",
    "rating_change": "302 403 302 403 403 403 404 404 403 404",
    "rating_explain": "302 403 302 403 403 403 404 404 403 404",
    "rating_undo": "302 403 302 403 403 403 404 404 403 404",
    "recovery_answer": "302 403 403 302 403 403 404 404 403 404",
    "recovery_mended": "302 302 302 403 302 403 404 404 403 404",
    "recovery_not_mended": "302 302 302 403 302 403 404 404 403 404",
    "recovery_comment": "302 302 302 302 302 403 404 404 403 404",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "link_end": "302 403 403 403 403 302 404 404 302 404",
    "link_revise": "302 403 403 403 403 302 404 404 302 404",
    "call_create": "302 422 422 302 302 403 422 403 403 403",  # 422: it is not theirs to ask about
    "call_remind": "302 403 403 302 302 403 404 404 403 404",
    "call_close": "302 403 403 302 302 403 404 404 403 404",
    "call_answer": "302 302 302 403 302 403 404 404 403 404",
    "need_request": "302 302 302 302 302 403 404 404 403 404",
    "request_create": "302 302 302 422 302 422 422 422 403 403",  # 422: no link of theirs
    # The general manager speaks for Service, right below, and so not for Finance on this link.
    "request_accept": "302 403 403 302 403 403 404 404 403 404",
    "request_decline": "302 403 403 302 403 403 404 404 403 404",
    "request_promise": "302 403 403 302 403 403 404 404 403 404",
    "request_finish": "302 403 403 302 403 403 404 404 403 404",
    "request_withdraw": "302 302 302 403 302 403 404 404 403 404",
    "request_reopen": "302 302 302 403 302 403 404 404 403 404",
    "request_escalate": "302 403 403 302 403 403 404 404 403 404",
    "request_decide": "302 403 403 403 302 403 404 404 403 404",
    "request_trip": "302 302 302 302 302 403 404 404 403 404",
    "request_comment": "302 302 302 302 302 403 404 404 403 404",
    "need_create": "302 302 302 422 302 403 422 403 403 403",
    "need_from_stated": "302 302 302 302 302 403 404 404 403 404",
    "need_acknowledge": "302 403 403 302 403 403 404 404 403 404",
    "need_decline": "302 403 403 302 403 403 404 404 403 404",
    "need_withdraw": "302 302 302 403 302 403 404 404 403 404",
    "dialogue_create": "302 403 302 422 302 403 422 403 403 403",
    "calendar_make": "302 200 200 200 200 200 200 200 403 403",
    "calendar_revoke": "302 302 302 302 302 302 302 302 403 403",
    "dialogue_point_remove": "302 403 302 403 302 403 404 404 403 404",
    "dialogue_move": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_cancel": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_minutes": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_sign": "302 403 302 302 403 403 404 404 403 404",
    "dialogue_end": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_point": "302 302 302 422 302 403 404 404 403 404",
    "dialogue_need": "302 302 302 302 302 403 404 404 403 404",
    # The general manager leads Service, the customer, and so is not on Finance's side of the objective.
    "fact_create": "302 403 403 302 403 403 404 404 403 404",
    "fact_confirm": "302 403 302 403 302 403 404 404 403 404",
    "fact_dispute": "302 403 302 403 302 403 404 404 403 404",
    "fact_state": "302 403 403 302 403 403 404 404 403 404",
    "fact_decide": "302 403 403 403 302 403 404 404 403 404",
    "fact_retract": "302 403 403 302 403 403 404 404 403 404",
    "objective_judge": "302 403 302 302 302 403 404 404 403 404",
    "objective_satisfaction": "302 403 302 403 302 403 404 404 403 404",
    "standard_store": "302 403 403 403 403 302 403 302 403 403",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
}


class Scene:
    """Two standard stores of a dealer group; an open interaction and a rating from Finance to Service in the first."""

    def __init__(self):
        self.group = DealerGroup.objects.create(slug="group", name="Group")
        self.store = self._store()
        other = self._store()
        department = {d.code: d for d in Department.objects.filter(dealership=self.store)}
        self.people = {
            "nobody": None,
            "member": member_of(department["service"]),
            "manager": manager_of(department["service"]),
            "finance": manager_of(department["finance"]),
            "gm": manager_of(department["gm-office"]),
            "admin": UserFactory(dealership=self.store, is_store_admin=True),
            "elsewhere": manager_of(Department.objects.get(dealership=other, code="hr")),
            "admin elsewhere": UserFactory(dealership=other, is_store_admin=True),
            "operator": UserFactory(dealership=None, is_superuser=True),
            "group": UserFactory(dealership=None, group=self.group),
        }
        # The other store has no department of this code, so that its address is a stranger's there.
        Department.objects.filter(dealership=other, code="service").update(code="service-elsewhere")
        self.link = Link.objects.get(
            dealership=self.store, supplier=department["finance"], customer=department["service"], item__code="advances"
        )
        self.open = InteractionFactory(link=self.link)
        rated = InteractionFactory(link=self.link)
        self.rating = rate_interaction(acting_user=self.people["manager"], interaction=rated, score=0)
        self.recovery = Recovery.objects.get(interaction=rated)
        self._call_for_needs(department["finance"])
        self._requests()
        self._needs_and_dialogues()
        self._objective()

    def _needs_and_dialogues(self) -> None:
        """Service needs something of Finance; the two have a dialogue planned, and one whose minutes wait."""
        people, service, finance, today = self.people, self.link.customer, self.link.supplier, self.store.today()
        self.need = needs.raise_need(
            acting_user=people["manager"], customer=service, supplier=finance, flow="service", what="quick advances"
        )
        pair = {"acting_user": people["finance"], "host": finance, "guest": service}
        self.dialogue = talks.call_dialogue(**pair, rhythm="quarterly", starts_on=today + datetime.timedelta(days=9))
        self.held = talks.call_dialogue(**pair, rhythm="once", starts_on=today)
        talks.write_minutes(acting_user=people["finance"], dialogue=self.held, held_on=today, minutes="We talked.")
        self.point = talks.add_point(
            acting_user=people["manager"], dialogue=self.dialogue, department=service, text="advances in spring"
        )
        self.secret = make_address(acting_user=people["manager"])

    def _objective(self) -> None:
        """Finance promised Service something, and recorded two facts; one of them Service disputes."""
        people, today = self.people, self.store.today()
        line = MeasureLine(
            "number", "advances paid late", "at_most", Decimal(0), "", today + datetime.timedelta(days=9)
        )
        self.objective = objectives.draft_objective(
            acting_user=people["finance"],
            owner=self.link.supplier,
            title="Advances in time",
            customers=[self.link.customer],
            source="own",
            criteria=[line],
        )
        objectives.propose(acting_user=people["finance"], objective=self.objective)
        objectives.sign_terms(acting_user=people["manager"], objective=self.objective)
        self.fact, self.disputed = (
            record_fact(
                acting_user=people["finance"],
                objective=self.objective,
                criterion=1,
                happened_on=today,
                value=Decimal(0),
                files=[CheckedFile("list.pdf", "application/pdf", b"%PDF-")],
            )
            for _ in range(2)
        )
        dispute_fact(acting_user=people["manager"], fact=self.disputed, version=1, text="One was late.")

    def _requests(self) -> None:
        """Service asks Finance for two advances; with one Finance goes to its superior."""
        soon = self.store.today() + datetime.timedelta(days=7)
        self.request, self.exception = (
            ask(acting_user=self.people["manager"], link=self.link, what=what, wanted_on=soon)
            for what in ("advance for a fair", "advance for a trip")
        )
        escalate(acting_user=self.people["finance"], request=self.exception, text="There is no invoice.")

    def _call_for_needs(self, supplier) -> None:
        """Finance asks for needs; Service answers one."""
        soon = self.store.today() + datetime.timedelta(days=7)
        self.call = open_call(
            acting_user=self.people["finance"],
            supplier=supplier,
            flow=self.link.flow,
            item=self.link.item,
            question="Which advances will you need?",
            deadline=soon,
        )
        self.invitation = answer_call(
            acting_user=self.people["manager"],
            invitation=self.call.invitations.get(link=self.link),
            version=0,
            needs=[NeedLine("advance for a training", 1, soon)],
        )

    def _store(self) -> Dealership:
        store = DealershipFactory(group=self.group)
        apply_standard_store(store)
        return store

    def client(self, role):
        client = Client(raise_request_exception=True)
        if self.people[role] is not None:
            client.force_login(self.people[role])
        return client

    def address(self, name):
        arguments = {
            "notice_open": {"pk": Notice.objects.filter(person=self.people["manager"]).latest("pk").pk},
            "rate_link": {"pk": self.link.pk},
            "link_detail": {"pk": self.link.pk},
            "link_end": {"pk": self.link.pk},
            "link_revise": {"pk": self.link.pk},
            "call_answer": {"pk": self.invitation.pk},
            "need_request": {"pk": self.invitation.needs.get().pk},
            "department_dashboard": {"code": "service"},
            "department_ratings": {"code": "service"},
            "department_requests": {"code": "service"},
            "account_confirm_email": {"key": "no-such-key"},
            "account_reset_password_from_key": {
                "uidb36": "1",
                "key": default_token_generator.make_token(self.people["manager"]),
            },
        }
        if name == "call_create":
            return reverse(name, query={"link": self.link.pk})
        if name in ("call_detail", "call_remind", "call_close"):
            return reverse(name, kwargs={"pk": self.call.pk})
        if name.startswith("interaction_") and name not in ("interaction_list", "interaction_create"):
            return reverse(name, kwargs={"pk": self.open.pk})
        if name.startswith("recovery_") and name != "recovery_list":
            return reverse(name, kwargs={"pk": self.recovery.pk})
        if name == "request_decide":
            return reverse(name, kwargs={"pk": self.exception.pk})
        if name.startswith("request_") and name not in ("request_list", "request_create"):
            return reverse(name, kwargs={"pk": self.request.pk})
        if name == "need_from_stated":
            return reverse(name, kwargs={"pk": self.invitation.needs.get().pk})
        if name.startswith("need_") and name not in ("need_list", "need_create", "need_request"):
            return reverse(name, kwargs={"pk": self.need.pk})
        if name == "dialogue_point_remove":
            return reverse(name, kwargs={"pk": self.point.pk})
        if name == "dialogue_sign":
            return reverse(name, kwargs={"pk": self.held.pk})
        if name == "calendar_feed":
            return reverse(name, kwargs={"secret": self.secret})
        if name.startswith("dialogue_") and name not in ("dialogue_list", "dialogue_create"):
            return reverse(name, kwargs={"pk": self.dialogue.pk})
        if name in ("fact_create", "objective_judge"):
            return reverse(name, kwargs={"pk": self.objective.pk})
        if name.startswith("fact_"):
            fact = self.disputed if name in ("fact_state", "fact_decide") else self.fact
            return reverse(name, kwargs={"pk": fact.pk})
        if name == "evidence_file":
            return reverse(name, kwargs={"pk": self.fact.evidence.get().pk})
        if name == "objective_satisfaction":
            return reverse(name, kwargs={"pk": self.objective.customers.get().pk})
        if name == "objective_year":
            return reverse(name, kwargs={"year": self.store.today().year})
        if name.startswith("rating_"):
            return reverse(name, kwargs={"pk": self.rating.pk})
        return reverse(name, kwargs=arguments.get(name))

    @property
    def _in_a_week(self):
        return (self.store.today() + datetime.timedelta(days=7)).isoformat()

    def form(self, name):
        """Return what a correct form at this address holds."""
        service, finance = self.link.customer, self.link.supplier
        hr = Department.objects.get(dealership=self.store, code="hr")
        return {
            "need_create": {
                "customer": service.pk,
                "supplier": finance.pk,
                "flow": "service",
                "what": "advances",
                "key": str(uuid.uuid4()),
            },
            "need_acknowledge": {"ack-version": "1", "ack-owner": self.people["finance"].pk},
            "need_decline": {"decline-version": "1", "decline-reason": "No."},
            "need_withdraw": {"version": "1"},
            "dialogue_create": {
                "host": service.pk,
                "guest": hr.pk,
                "rhythm": "once",
                "starts_on": self._in_a_week,
            },
            "dialogue_move": {"move-version": "1", "move-planned_on": self._in_a_week},
            "dialogue_cancel": {"version": "1"},
            "dialogue_minutes": {
                "minutes-version": "1",
                "minutes-held_on": self.store.today().isoformat(),
                "minutes-minutes": "We talked.",
            },
            "dialogue_sign": {"revision": "1"},
            "dialogue_point": {"point-department": service.pk, "point-text": "advances"},
            "dialogue_need": {
                "need-customer": service.pk,
                "need-flow": "service",
                "need-what": "advances",
                "need-key": str(uuid.uuid4()),
            },
            "fact_create": {
                "criterion": "1",
                "happened_on": self.store.today().isoformat(),
                "value": "0",
                "key": str(uuid.uuid4()),
            },
            "fact_confirm": {"version": "1"},
            "fact_dispute": {"version": "1", "text": "One was late."},
            "fact_state": {"version": "2", "text": "It was not."},
            "fact_decide": {"version": "2", "text": "I saw it.", "stands": "yes"},
            "fact_retract": {"version": "1"},
            "objective_judge": {"version": "1"},
            "objective_satisfaction": {"satisfied": "yes"},
            "rate_link": {"score": "1", "key": str(uuid.uuid4())},
            "interaction_create": {
                "link": str(self.link.pk),
                "occurred_at": "2026-01-05T10:00",
                "key": str(uuid.uuid4()),
            },
            "interaction_rate": {"score": "1"},
            "rating_change": {"score": "1"},
            "recovery_answer": {"version": "1", "plan": "We pay.", "promised_on": self.store.today().isoformat()},
            "recovery_mended": {"version": "1"},
            "recovery_not_mended": {"version": "1", "text": "Still no money."},
            "recovery_comment": {"words": "Which account?"},
            "rating_explain": {"reasons": ["slow"]},
            "link_revise": {"scale": "five", "basis": "agreement", "windows": ""},
            "call_create": {
                "question": "Which advances will you need?",
                "deadline": self.store.today().isoformat(),
                "links": [str(self.link.pk)],
                "key": str(uuid.uuid4()),
            },
            "call_answer": {"version": "1", "nothing": "1"},
            "request_create": {
                "link": str(self.link.pk),
                "what": "advance for a training",
                "quantity": "1",
                "wanted_on": self._in_a_week,
                "wanted_time": "10:00",
                "key": str(uuid.uuid4()),
            },
            "request_accept": {"version": "1", "promised_on": self._in_a_week, "text": ""},
            "request_promise": {"version": "1", "expected_on": self._in_a_week, "text": ""},
            "request_decide": {"version": "2", "outcome": "refused", "text": "No."},
            **{
                f"request_{act}": {"version": "1", "text": "Words."}
                for act in ("decline", "finish", "withdraw", "reopen", "escalate", "trip", "comment")
            },
            "link_end": {"last_day": self.store.today().isoformat()},
            "standard_store": {"confirmed": "yes"},
            "set_language": {"language": "en"},
        }.get(name, {})


def names(patterns, namespace=""):
    """Yield the names of all addresses, the admin's with their namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.namespace or namespace)
        elif pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_every_address_is_in_the_table():
    public = {name for name in names(get_resolver().url_patterns) if ":" not in name}
    assert public == set(GET)


def test_get(monkeypatch):
    """One scene for all addresses: reading writes nothing, and what a visit remembers is rolled back."""
    monkeypatch.setitem(WORKER, "timeout", datetime.timedelta(seconds=0.2))  # none answers here, however long one waits
    scene = Scene()
    written = Interaction.objects.count()
    found = {name: _asked(scene, name, lambda client, name: client.get(scene.address(name))) for name in GET}
    assert found == {name: _by_role(statuses) for name, statuses in GET.items()}
    assert Interaction.objects.count() == written, "reading wrote something"


def test_post():
    """One scene for all: what each role writes at an address is rolled back before the next one asks."""
    scene = Scene()
    found = {}
    for name in POST:
        address = scene.address(name)
        found[name] = _asked(scene, name, lambda client, name, at=address: client.post(at, scene.form(name)))
    assert found == {name: _by_role(statuses) for name, statuses in POST.items()}


def _by_role(statuses):
    return dict(zip(ROLES, statuses.split(), strict=True))


def _asked(scene, name, ask):
    """Return what each role is answered at an address; strangers are led to the sign-in page."""
    found = {}
    for role in ROLES:
        with transaction.atomic():
            response = ask(scene.client(role), name)
            transaction.set_rollback(True)
        found[role] = str(response.status_code)
        if role == "nobody" and name in POST and name != "set_language":
            assert reverse("account_login") in response["Location"]
    return found
