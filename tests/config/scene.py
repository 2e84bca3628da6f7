"""Two stores with something at every address: what the tests of all addresses ask for."""

import datetime
import uuid

from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse

from dealership.models import DealerGroup, Dealership, Department, Notice
from supplychain.actions_calls import NeedLine, answer_call, open_call
from supplychain.actions_escalations import escalate
from supplychain.actions_requests import ask
from supplychain.actions_store import apply_standard_store
from supplychain.models import Link
from surveys.actions import rate_interaction
from surveys.models import Recovery
from tests.config.scene_management import Management
from tests.config.scene_promises import Promises
from tests.config.scene_rounds import Rounds
from tests.factories import DealershipFactory, InteractionFactory, UserFactory, manager_of, member_of


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
        self.promises = Promises(self)
        self.management = Management(self)
        self.rounds = Rounds(self)

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
            "department_lenses": {"code": "service"},
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
        for part in (self.promises, self.management, self.rounds):
            found = part.address(name)
            if found is not None:
                return found
        if name.startswith("rating_"):
            return reverse(name, kwargs={"pk": self.rating.pk})
        return reverse(name, kwargs=arguments.get(name))

    @property
    def _in_a_week(self):
        return (self.store.today() + datetime.timedelta(days=7)).isoformat()

    def form(self, name):
        """Return what a correct form at this address holds."""
        return {
            **self.promises.forms(),
            **self.management.forms(),
            **self.rounds.forms(),
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
