"""The pages of a store whose ratings are confidential (R20), as a person meets them: looked at as the tour does."""

import datetime

from django.db.models.functions import TruncMonth

from dealership.models import Dealership
from surveys.models import Rating, Recovery
from surveys.periods import add_months, month_start
from surveys.rollups import rebuild
from surveys.sealing import freeze_due
from tests.browser.test_tour import look


def seal(store: Dealership) -> datetime.date:
    """Let what was rated in a store have been confidential, and frozen, but for what suppliers were told to mend.

    Returns the month before this one.
    """
    today = store.today()
    ratings = Rating.objects.filter(dealership=store).exclude(interaction__in=Recovery.objects.values("interaction"))
    ratings.update(disclosure=2, least_raters=3, sealed_month=TruncMonth("day"))
    Dealership.objects.filter(pk=store.pk).update(
        confidentiality=2, least_raters=3, sealed_since=ratings.earliest("day").day
    )
    store.refresh_from_db()
    freeze_due(store)
    rebuild(store)
    return add_months(month_start(today), -1)


def test_r20_pages_of_a_confidential_store(demo, person):
    """In Chinese, on a phone, dark: what the tour of all pages does not see."""
    language = "zh-hans"
    demo(language)
    month = seal(Dealership.objects.get(slug="demo"))
    rating = Rating.objects.filter(rater__username="service", disclosure=2).latest("rated_at")
    problems = []
    for username, paths in {
        "service": [
            "/",
            f"/dashboard/departments/service/?period={month:%Y-%m}",
            f"/dashboard/departments/service/ratings/?period={month:%Y-%m}&span=year",
            f"/dashboard/departments/service/lenses/?period={month:%Y-%m}",
            f"/interactions/{rating.interaction_id}/",
            f"/rate/links/{rating.link_id}/",
        ],
        "gm": [
            f"/dashboard/store/?period={month:%Y-%m}",
            f"/dashboard/review/{month:%Y-%m}/",
            f"/dashboard/scorecards/?period={month:%Y-%m}",
            f"/dashboard/scorecards/finance/?period={month:%Y-%m}",
        ],
    }.items():
        somebody = person(language="zh-CN", width=390, theme="dark")
        somebody.sign_in(username)
        for path in paths:
            problems += [f"{username} {path}: {problem}" for problem in look(somebody, path, language)]
    assert not problems, "\n".join(problems)
