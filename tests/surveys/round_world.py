"""A store whose Finance serves Sales and Service, Service informs Finance, and Parts supplies Service."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

from surveys import actions_rounds as actions
from surveys.models import RoundAnswer, RoundInvitation, SurveyRound
from surveys.periods import period_of
from surveys.qualities import QUALITIES
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, LinkFactory, UserFactory, manager_of, member_of

ONE_DAY = datetime.timedelta(days=1)


def make_rounds(*, sales: int = 4, service: int = 3, **fields: object) -> SimpleNamespace:
    """Make the store; so many members of Sales and of Service beside their managers."""
    store = DealershipFactory(**fields)
    office = DepartmentFactory(dealership=store, code="gm-office", name="Office", heads_store=True, rank=1)
    world = SimpleNamespace(store=store, office=office)
    for rank, code in enumerate(("sales", "service", "parts", "finance"), 2):
        setattr(world, code, DepartmentFactory(dealership=store, code=code, parent=office, rank=rank))
    terms = (
        ("service", world.finance, world.sales),
        ("service", world.finance, world.service),
        ("information", world.service, world.finance),
        ("material", world.parts, world.service),
    )
    world.links = [
        LinkFactory(dealership=store, flow=flow, supplier=supplier, customer=customer)
        for flow, supplier, customer in terms
    ]
    world.gm = manager_of(office)
    world.admin = UserFactory(dealership=store, is_store_admin=True)
    world.accountant = manager_of(world.finance)
    world.storeman = manager_of(world.parts)
    world.sellers = [manager_of(world.sales), *(member_of(world.sales) for _number in range(sales))]
    world.servers = [manager_of(world.service), *(member_of(world.service) for _number in range(service))]
    #: Whom Finance serves.
    world.customers = [*world.sellers, *world.servers]
    return world


def prepare(world: SimpleNamespace, *, opens_in: int = 0, days: int = 14, kind: str = "quarter") -> SurveyRound:
    """Prepare a round of this quarter."""
    today = world.store.today() + opens_in * ONE_DAY
    return actions.prepare_round(
        acting_user=fresh(world.gm),
        kind=kind,
        period=period_of(kind, world.store.today()),
        opens_on=today,
        closes_on=today + days * ONE_DAY,
    )


def opened(world: SimpleNamespace, **days: int) -> SurveyRound:
    """Prepare a round of this quarter and open it."""
    survey_round = prepare(world, **days)
    assert actions.open_round(acting_user=fresh(world.gm), survey_round=survey_round)
    return survey_round


def sheet(survey_round: SurveyRound, person: object, supplier: object) -> RoundAnswer:
    """Return what a person is asked about a supplier."""
    return RoundAnswer.objects.get(invitation__round=survey_round, invitation__person=person, supplier=supplier)


def say(
    survey_round: SurveyRound,
    person: object,
    score: int | dict[str, int | None],
    *,
    supplier: object = None,
    comment: str = "",
    send: bool = True,
) -> RoundInvitation:
    """Give a score, or scores by quality, on a supplier or on all; nothing on the others."""
    asked = RoundAnswer.objects.filter(invitation__round=survey_round, invitation__person=person)
    if supplier is not None:
        asked = asked.filter(supplier=supplier)
    scores = {
        answer.pk: score if isinstance(score, dict) else dict.fromkeys(QUALITIES[answer.flow], score)
        for answer in asked
    }
    return actions.save_answers(
        acting_user=fresh(person),
        survey_round=survey_round,
        scores=scores,
        comments=dict.fromkeys(scores, comment),
        send=send,
    )


def close(world: SimpleNamespace, survey_round: SurveyRound) -> SurveyRound:
    """Close a round and publish it."""
    assert actions.close_round(acting_user=fresh(world.gm), survey_round=survey_round)
    return SurveyRound.objects.get(pk=survey_round.pk)
