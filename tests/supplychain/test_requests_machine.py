"""Any acts, by anybody, in any order: no illegal state, and a complete history (R11-R13)."""

import contextlib

from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from supplychain import actions_due
from supplychain import actions_requests as acts
from supplychain.actions_escalations import decide, escalate
from supplychain.models import Escalation, Interaction, RequestEvent, RequestState, SupplyRequest
from tests.supplychain.request_world import World

#: From which state an act may lead to which: written down here once more, in plain words.
MAY_FOLLOW = {
    ("accept", "asked"): "accepted",
    ("decline", "asked"): "declined",
    ("decline", "accepted"): "declined",
    ("promise", "accepted"): "accepted",
    ("finish", "accepted"): "done",
    ("reopen", "done"): "accepted",
    ("withdraw", "asked"): "withdrawn",
    ("withdraw", "accepted"): "withdrawn",
    ("expire", "asked"): "expired",
    **{(kind, state): state for kind in ("escalate", "decide", "trip") for state in ("asked", "accepted")},
    ("trip", "done"): "done",
}
ENDS = {"declined", "withdrawn", "expired"}
PEOPLE = ("gm", "finance", "clerk", "service", "mechanic", "hr")
SIDE_OF = {"finance": "supplier", "clerk": "supplier", "service": "customer", "mechanic": "customer", "gm": "customer"}
SUPPLIERS_ACTS = {"accept", "decline", "promise", "finish", "escalate"}
CUSTOMERS_ACTS = {"ask", "withdraw", "reopen"}

#: Mostly those who may act, on what they see, and with words: so that long stories come about, not only refusals.
people = st.sampled_from([*PEOPLE, "clerk", "clerk", "finance", "service"])
days = st.integers(-1, 5)
words = st.sampled_from(["A receipt, not an invoice.", "Please.", "Please.", ""])
stale = st.sampled_from([False, False, False, True])


class Requests(RuleBasedStateMachine):
    """A request; every act is tried by everybody, also on versions that are no longer the latest."""

    @initialize()
    def open_the_store(self):
        self.world = World()
        self.request = self.world.ask().pk

    def _try(self, act, who, stale, **fields):
        request = SupplyRequest.objects.with_names().get(pk=self.request)
        version = request.version - 1 if stale else request.version
        with contextlib.suppress(PermissionDenied, ValidationError):
            act(acting_user=self.world.person(who), request=request, version=version, **fields)

    @rule(who=people, day=days, text=words, stale=stale)
    def accept(self, who, day, text, stale):
        self._try(acts.accept, who, stale, promised_on=self.world.day(day), text=text)

    @rule(who=people, day=days, stale=stale)
    def promise_again(self, who, day, stale):
        self._try(acts.promise_again, who, stale, expected_on=self.world.day(day))

    @rule(
        who=people,
        text=words,
        stale=stale,
        act=st.sampled_from([acts.finish, acts.finish, acts.reopen, acts.record_trip, escalate, escalate]),
    )
    def another_act(self, who, text, stale, act):
        self._try(act, who, stale, text=text)

    @rule(who=people, text=words, stale=stale, act=st.sampled_from([acts.decline, acts.withdraw]))
    def an_end(self, who, text, stale, act):
        self._try(act, who, stale, text=text)

    @rule(who=people, allowed=st.booleans(), text=words)
    def decide(self, who, allowed, text):
        escalation = Escalation.objects.filter(request=self.request).order_by("-pk").first()
        if escalation is not None:
            with contextlib.suppress(PermissionDenied, ValidationError):
                decide(acting_user=self.world.person(who), escalation=escalation, allowed=allowed, text=text)

    @rule()
    def rate(self):
        Interaction.objects.filter(request=self.request, state="open").update(state="rated")

    @rule()
    def time_passes(self):
        SupplyRequest.objects.filter(pk=self.request).update(wanted_on=self.world.day(-60))
        actions_due.expire_requests(dealership=self.world.store)

    @invariant()
    def the_history_is_complete(self):
        """Replaying the timeline gives the state; each version has one event, by somebody of the right side."""
        for request in SupplyRequest.objects.filter(pk=self.request):
            events = list(RequestEvent.objects.filter(request=request, version__isnull=False).order_by("version"))
            assert [event.version for event in events] == list(range(1, request.version + 1))
            assert events[0].kind == "ask"
            state = "asked"
            names = {person.pk: name for name, person in self.world.people.items()}
            for event in events[1:]:
                assert state not in ENDS, f"{event.kind} after the end"
                state = MAY_FOLLOW[event.kind, state]
                side = SIDE_OF.get(names.get(event.person_id))
                assert side == "supplier" or event.kind not in SUPPLIERS_ACTS
                assert side == "customer" or event.kind not in CUSTOMERS_ACTS
                assert (event.person_id is None) == (event.kind == "expire")
            assert state == request.state

    @invariant()
    def the_row_agrees_with_its_history(self):
        for request in SupplyRequest.objects.filter(pk=self.request):
            kinds = list(RequestEvent.objects.filter(request=request).values_list("kind", flat=True))
            assert request.trips == 1 + kinds.count("trip")
            live = Interaction.objects.filter(request=request).exclude(state="dismissed")
            assert live.count() == (request.state == RequestState.DONE)
            assert Interaction.objects.filter(request=request).count() == kinds.count("finish")
            if request.state in ("accepted", "done"):
                assert request.promised_on is not None
            pending = Escalation.objects.filter(request=request, outcome="pending")
            assert pending.count() <= 1
            if pending.exists():
                assert request.state in ("asked", "accepted")
                assert request.held_by_id == pending.get().superior_id
            assert Escalation.objects.filter(request=request).count() == kinds.count("escalate")


class RequestsTest(Requests.TestCase, TestCase):
    """Run the machine, each example in a store of its own."""

    settings = settings(max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
