"""What rating costs the web server: the POST of a signed-in manager against a bare view that makes one INSERT."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice

from django.db import connection
from django.utils import timezone

from bench.bare.models import BareRating
from bench.context import Context
from bench.data import leave_no_trace
from bench.load import Cost, Request, cost_of
from bench.report import Bar
from bench.rounds import Round, median_ratio, paired
from bench.servers import BARE, PRODUCT, Server, serve
from bench.visitor import Visitor, sign_in
from dealership.models import User
from supplychain.models import Interaction, Link

LIMIT = 4.5
POSTS = 240  # to the product in a round
BARE_POSTS = 960  # to the bare view: about as much work, so that both take long enough to be timed
RATER = "bench-0-service"
SECONDS = 1.9  # a round of one way to rate, roughly


def measure(context: Context) -> list[Bar]:
    """Measure the three ways to rate at the large size: one tap as phones send it, the plain form, a logged one."""
    database = context.large.database
    database.use()
    with connection.schema_editor() as editor:
        editor.create_model(BareRating)
    rater = User.objects.get(username=RATER)
    links = list(Link.objects.filter(customer__code="service", dealership=rater.dealership))
    bare_posts = [_bare_post(link) for link in islice(cycle(links), BARE_POSTS)]
    bars: list[Bar] = []
    with serve(PRODUCT, database) as product, serve(BARE, database) as bare, leave_no_trace():
        visitor = sign_in(product, rater)
        ways: dict[str, Callable[[], list[Request]]] = {
            "rating POST": lambda: _rate_links(visitor, links, htmx=True),
            "rating POST, plain form": lambda: _rate_links(visitor, links, htmx=False),
            "rating a logged interaction": lambda: _rate_interactions(visitor, links, rater),
        }
        for name, prepare in ways.items():
            rounds = paired(
                partial(_cost_of_prepared, product, prepare),
                lambda: cost_of(bare, bare_posts),
                rounds=context.rounds,
                after_round=lambda: context.progress.done(SECONDS),
            )
            bars.append(_bar(name, rounds, context.large.ratings))
    return bars


def _cost_of_prepared(server: Server, prepare: Callable[[], list[Request]]) -> Cost:
    requests = prepare()
    return cost_of(server, requests)


def _bare_post(link: Link) -> Request:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(f"/insert/{link.pk}/", 204, "POST", b"score=1", form)


def _score(link: Link) -> str:
    return "1" if link.scale == "binary" else "5"


def _rate_links(visitor: Visitor, links: Sequence[Link], *, htmx: bool) -> list[Request]:
    """Rate what nobody logged."""
    return [
        visitor.post(f"/rate/links/{link.pk}/", {"score": _score(link), "key": str(uuid.uuid4())}, htmx=htmx)
        for link in islice(cycle(links), POSTS)
    ]


def _rate_interactions(visitor: Visitor, links: Sequence[Link], rater: User) -> list[Request]:
    """Rate interactions that wait for it; they are logged here, outside of what is timed."""
    now = timezone.now()
    day = links[0].dealership.local_day(now)
    logged = Interaction.objects.bulk_create(
        [
            Interaction(dealership_id=link.dealership_id, link=link, occurred_at=now, day=day, logged_by=rater)
            for link in islice(cycle(links), POSTS)
        ]
    )
    return [
        visitor.post(f"/interactions/{interaction.pk}/rate/", {"score": _score(interaction.link)}, htmx=True)
        for interaction in logged
    ]


def _bar(name: str, rounds: list[Round[Cost]], ratings: int) -> Bar:
    """Return the bar of one way to rate, with the throughput of both beside it: there the clients take part too."""
    ours, bare = ([getattr(found, side) for found in rounds] for side in ("measured", "baseline"))

    def both(field: str) -> str:
        return " / ".join(f"{statistics.median(getattr(cost, field) for cost in side):.3g}" for side in (ours, bare))

    return Bar(
        f"{name}: server CPU / bare insert",
        median_ratio(rounds, lambda cost: cost.cpu_ms),
        LIMIT,
        "x",
        ratings,
        detail=f"{both('cpu_ms')} ms, {both('per_second')} a second",
    )
