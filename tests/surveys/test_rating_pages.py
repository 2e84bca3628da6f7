"""Rating by page: who may, one tap, the form with day and note (R15, R21)."""

import datetime
import uuid
import zoneinfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from supplychain.models import Interaction, Mark
from surveys.models import Rating, RatingChange
from tests.factories import DealershipFactory, DepartmentFactory, InteractionFactory, LinkFactory, manager_of, member_of
from tests.surveys.pages import (
    BOTH_WAYS,
    HOME,
    HTMX,
    browser,
    link_url,
    one_tap,
    rate_url,
    rated,
    undo_url,
)

pytestmark = pytest.mark.django_db


# --- every address: who may, and how ---


def post_urls(rating):
    interaction = rating.interaction
    return {
        "interaction_rate": (rate_url(interaction), {"score": "1"}),
        "interaction_dismiss": (reverse("interaction_dismiss", args=[interaction.pk]), {}),
        "interaction_restore": (reverse("interaction_restore", args=[interaction.pk]), {}),
        "rate_link": (link_url(rating.link), {"score": "1", "key": str(uuid.uuid4())}),
        "rating_change": (reverse("rating_change", args=[rating.pk]), {"score": "0"}),
        "rating_explain": (reverse("rating_explain", args=[rating.pk]), {"reasons": "slow"}),
        "rating_undo": (undo_url(rating), {}),
    }


POSTS = [
    "interaction_rate",
    "interaction_dismiss",
    "interaction_restore",
    "rate_link",
    "rating_change",
    "rating_explain",
    "rating_undo",
]


@BOTH_WAYS
@pytest.mark.parametrize("name", POSTS)
def test_another_stores_object_is_a_404(interaction, rater, name, headers):
    url, data = post_urls(rated(interaction, rater))[name]
    stranger = manager_of(DepartmentFactory())
    assert browser(stranger).post(url, data, headers=headers).status_code == 404
    assert Rating.objects.get().score == 1


@BOTH_WAYS
@pytest.mark.parametrize("name", POSTS)
def test_r15_without_the_right_it_is_a_403(interaction, rater, name, headers):
    url, data = post_urls(rated(interaction, rater))[name]
    for other in (manager_of(interaction.link.supplier), manager_of(DepartmentFactory(dealership=rater.dealership))):
        assert browser(other).post(url, data, headers=headers).status_code == 403
    assert Rating.objects.get().score == 1
    assert Interaction.objects.count() == 1


@BOTH_WAYS
@pytest.mark.parametrize("name", ["interaction_rate", "rate_link"])
def test_without_the_right_even_a_garbled_form_shows_nothing(interaction, rater, name, headers):
    url, _data = post_urls(rated(interaction, rater))[name]
    assert browser(manager_of(interaction.link.supplier)).post(url, {"score": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize("name", ["rating_change", "rating_explain", "rating_undo"])
def test_r15_a_colleagues_rating_is_not_mine_to_touch(interaction, rater, name):
    url, data = post_urls(rated(interaction, rater))[name]
    assert browser(member_of(interaction.link.customer)).post(url, data).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_strangers_are_sent_to_sign_in(interaction, rater, name):
    url, data = post_urls(rated(interaction, rater))[name]
    assert Client().post(url, data).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name in POSTS if name not in ("rate_link", "rating_change")])
def test_acting_addresses_take_no_get(interaction, rater, name):
    rating = rated(interaction, rater)
    url, data = post_urls(rating)[name]
    assert browser(rater).get(url, data).status_code == 405
    assert Rating.objects.get().score == 1


@pytest.mark.parametrize("name", ["rate_link", "rating_change"])
def test_forms_record_nothing_on_get_and_take_no_put(interaction, rater, name):
    rating = rated(interaction, rater)
    url, data = post_urls(rating)[name]
    client = browser(rater)
    assert client.get(url, data).status_code == 200
    assert client.put(url).status_code == 405
    assert Interaction.objects.count() == 1
    assert Rating.objects.get().score == 1
    assert not RatingChange.objects.exists()


@pytest.mark.parametrize("name", ["rate_link", "rating_change"])
def test_forms_are_not_shown_without_the_right(interaction, rater, name):
    url, _data = post_urls(rated(interaction, rater))[name]
    assert browser(manager_of(interaction.link.supplier)).get(url).status_code == 403
    assert browser(manager_of(DepartmentFactory())).get(url).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
@pytest.mark.parametrize("name", POSTS)
def test_unknown_ids_are_a_404(rater, name, pk):
    assert browser(rater).post(reverse(name, args=[pk]), {"score": "1", "key": str(uuid.uuid4())}).status_code == 404


# --- one tap on an open interaction ---


def test_one_tap_saves_and_goes_home_with_an_undo(interaction, rater):
    client = browser(rater)
    response = client.post(rate_url(interaction), {"score": "1"})
    assert response.url == HOME
    rating = Rating.objects.get()
    assert (rating.score, rating.rater, rating.interaction) == (1, rater, interaction)
    html = client.get(HOME).text
    assert "Saved: " in html
    assert f'action="{reverse("rating_undo", args=[rating.pk])}?interaction={interaction.pk}"' in html


def test_one_tap_by_htmx_turns_the_card_into_what_was_saved(interaction, rater):
    response = browser(rater).post(rate_url(interaction), {"score": "1"}, headers=HTMX)
    html = response.text
    assert response.status_code == 200
    assert "<html" not in html
    assert f'id="interaction-{interaction.pk}"' in html
    assert "autofocus" in html
    assert 'data-say="Saved: ' in html
    assert "Undo" in html
    assert "Send reason" not in html
    assert Rating.objects.get().score == 1


@pytest.mark.parametrize(
    ("flow", "reasons"),
    [
        ("information", {"late", "inaccurate", "incomplete"}),
        ("service", {"slow", "discourteous", "unsolved"}),
        ("material", {"wrong-item", "wrong-quantity", "late", "damaged"}),
    ],
)
def test_r21_not_good_asks_the_flows_own_reasons(flow, reasons):
    interaction = InteractionFactory(link__flow=flow)
    html = browser(member_of(interaction.link.customer)).post(rate_url(interaction), {"score": "0"}, headers=HTMX).text
    assert {part.split('"')[0] for part in html.split('name="reasons" value="')[1:]} == reasons
    assert "Send reason" in html


def test_r21_without_scripts_not_good_leads_to_the_reasons_at_home(interaction, rater):
    client = browser(rater)
    response = client.post(rate_url(interaction), {"score": "0"})
    assert response.url == f"{HOME}?saved={Rating.objects.get().pk}"
    assert "Send reason" in client.get(response.url).text


@pytest.mark.parametrize(("threshold", "asks"), [(1, False), (2, True), (3, True)])
def test_r16_the_stores_threshold_decides_what_asks_a_reason(threshold, asks):
    interaction = InteractionFactory(link__scale="five")
    interaction.dealership.not_good_threshold = threshold
    interaction.dealership.save()
    html = browser(member_of(interaction.link.customer)).post(rate_url(interaction), {"score": "2"}, headers=HTMX).text
    assert ("Send reason" in html) is asks


@pytest.mark.parametrize("score", ["2", "-1", "5", "x", "", "1.5", "9" * 40, "\x00", "١"])
def test_r15_a_score_off_the_scale_is_refused_in_words(interaction, rater, score):
    client = browser(rater)
    plain = client.post(rate_url(interaction), {"score": score})
    assert plain.status_code == 400
    assert "Nothing was saved" in plain.text
    card = client.post(rate_url(interaction), {"score": score}, headers=HTMX)
    assert card.status_code == 422
    assert f'id="interaction-{interaction.pk}"' in card.text
    assert 'role="alert"' in card.text
    assert not Rating.objects.exists()


def test_r15_what_a_colleague_rated_first_is_said_in_words(interaction, rater):
    rated(interaction, member_of(interaction.link.customer))
    client = browser(rater)
    card = client.post(rate_url(interaction), {"score": "0"}, headers=HTMX)
    assert card.status_code == 422
    assert "rated already" in card.text
    assert "rate-button" not in card.text
    response = client.post(rate_url(interaction), {"score": "0"})
    assert response.url == HOME
    assert "rated already" in client.get(HOME).text
    assert Rating.objects.get().score == 1


@pytest.mark.parametrize(("state", "words"), [("expired", "has passed"), ("dismissed", "not having taken place")])
def test_what_is_not_open_is_refused_in_words(rater, interaction, state, words):
    Interaction.objects.filter(pk=interaction.pk).update(state=state)
    card = browser(rater).post(rate_url(interaction), {"score": "1"}, headers=HTMX)
    assert card.status_code == 422
    assert words in card.text
    assert not Rating.objects.exists()


@BOTH_WAYS
def test_a_form_sent_twice_is_answered_as_the_first_time(interaction, rater, headers):
    client = browser(rater)
    first, second = (client.post(rate_url(interaction), {"score": "1"}, headers=headers) for _ in range(2))
    assert (first.status_code, first.get("Location")) == (second.status_code, second.get("Location"))
    assert Rating.objects.count() == Mark.objects.count() == 1


def test_the_way_back_is_kept_within_the_site(interaction, rater):
    client = browser(rater)
    detail = reverse("interaction_detail", args=[interaction.pk])
    assert client.post(rate_url(interaction), {"score": "1", "next": detail}).url == detail
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org", "x"):
        assert client.post(rate_url(interaction), {"score": "1", "next": elsewhere}).url == HOME


# --- rating something nobody logged ---


def test_one_tap_on_a_link_makes_the_interaction_too(link, rater):
    Interaction.objects.all().delete()
    response = browser(rater).post(link_url(link), one_tap())
    assert response.url == HOME
    interaction = Interaction.objects.get()
    assert (interaction.state, interaction.requester, interaction.logged_by) == ("rated", rater, rater)
    assert Rating.objects.get().interaction == interaction


def test_one_tap_on_a_link_by_htmx_keeps_the_cards_place(link, rater):
    html = browser(rater).post(link_url(link), one_tap(), headers=HTMX).text
    assert f'id="link-{link.pk}"' in html
    assert "Saved" in html


def test_the_form_is_empty_but_for_now(link, rater):
    html = browser(rater).get(link_url(link)).text
    now = timezone.now().astimezone(link.dealership.zone)
    assert f'value="{now:%Y-%m-%dT%H}' in html
    assert "checked" not in html.split("<main")[1].split("</main>")[0]


def test_the_whole_form_saves_day_note_reasons_and_words(link, rater):
    day = timezone.now().astimezone(link.dealership.zone) - datetime.timedelta(days=2)
    data = one_tap(score="0", occurred_at=f"{day:%Y-%m-%d}T09:30", note="receipt 7", reasons=["slow", "unsolved"])
    data["comment"] = "three trips"
    assert browser(rater).post(link_url(link), data).url == HOME
    rating = Rating.objects.get()
    assert (rating.reasons, rating.comment, rating.interaction.note) == (
        ["slow", "unsolved"],
        "three trips",
        "receipt 7",
    )
    assert rating.interaction.occurred_at.astimezone(link.dealership.zone).strftime("%H:%M") == "09:30"
    assert rating.day == day.date()


def test_reasons_out_of_sight_are_not_saved_with_a_good_rating(link, rater):
    browser(rater).post(link_url(link), one_tap(reasons=["slow"]))
    assert Rating.objects.get().reasons == []


@pytest.mark.parametrize("key", [None, "", "x", "1234", "\x00"])
def test_a_bad_or_missing_key_is_refused_and_the_form_gets_a_new_one(link, rater, key):
    data = one_tap()
    if key is None:
        del data["key"]
    else:
        data["key"] = key
    client = browser(rater)
    response = client.post(link_url(link), data)
    assert response.status_code == 422
    assert "Please choose again" in response.text
    assert uuid.UUID(str(response.context["form"].key_to_send))
    assert client.post(link_url(link), data, headers=HTMX).status_code == 422
    assert not Rating.objects.exists()


def test_a_key_used_for_another_score_gets_a_new_one(link, rater):
    data = one_tap()
    client = browser(rater)
    client.post(link_url(link), data)
    response = client.post(link_url(link), {**data, "score": "0"})
    assert response.status_code == 422
    assert Rating.objects.get().score == 1


def test_a_key_used_for_another_link_is_refused(link, rater):
    other = LinkFactory(dealership=link.dealership, customer=link.customer)
    data = one_tap()
    client = browser(rater)
    client.post(link_url(link), data)
    response = client.post(link_url(other), data)
    assert response.status_code == 422
    assert str(response.context["form"].key_to_send) != data["key"]
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("score", "7", "not on the link"),
        ("score", "", "Choose a face"),
        ("occurred_at", "yesterday", "Enter a date and a time"),
        ("occurred_at", "2026-13-45T10:00", "Enter a date and a time"),
        ("occurred_at", "2026-01-05T10:00+08:00", "Enter a date and a time"),
        ("occurred_at", "9999-12-31T23:59", "lies in the future"),
        ("occurred_at", "0001-01-01T00:00", "too far back"),
        ("note", "x" * 301, "300"),
        ("comment", "x" * 501, "500"),
        ("reasons", "damaged", "no reason in this flow"),
    ],
)
def test_bad_values_are_refused_beside_the_field_and_kept(link, rater, field, value, words):
    response = browser(rater).post(link_url(link), one_tap(**{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert words in response.text
    assert not Rating.objects.exists()


@pytest.mark.parametrize("minutes", [2, 60 * 30])
def test_a_future_moment_is_refused_by_the_field(link, rater, minutes):
    ahead = timezone.now().astimezone(link.dealership.zone) + datetime.timedelta(minutes=minutes)
    response = browser(rater).post(link_url(link), one_tap(occurred_at=f"{ahead:%Y-%m-%dT%H:%M}"))
    assert response.status_code == 422
    assert "This lies in the future" in str(response.context["form"].errors["occurred_at"])


def test_r10_a_day_before_the_link_is_refused_by_the_field(link, rater):
    link.active_from = link.dealership.today()
    link.save()
    before = timezone.now().astimezone(link.dealership.zone) - datetime.timedelta(days=1)
    response = browser(rater).post(link_url(link), one_tap(occurred_at=f"{before:%Y-%m-%dT%H:%M}"))
    assert response.status_code == 422
    assert "not in force" in str(response.context["form"].errors["occurred_at"])


@pytest.mark.parametrize(
    ("zone", "skipped", "twice"),
    [
        ("America/New_York", "2026-03-08T02:30", "2025-11-02T01:30"),
        ("Australia/Lord_Howe", "2025-10-05T02:15", "2026-04-05T01:45"),
    ],
)
def test_clock_changes_are_handled_in_words(zone, skipped, twice):
    link = LinkFactory(dealership=DealershipFactory(time_zone=zone))
    client = browser(member_of(link.customer))
    response = client.post(link_url(link), one_tap(occurred_at=skipped))
    assert response.status_code == 422
    assert "put forward" in response.text
    assert 'name="turn"' not in response.text
    response = client.post(link_url(link), one_tap(occurred_at=twice))
    assert response.status_code == 422
    assert 'name="turn"' in response.text
    moments = []
    for turn in ("0", "1"):
        assert client.post(link_url(link), one_tap(occurred_at=twice, turn=turn)).status_code == 302
        moments.append(Interaction.objects.latest("pk").occurred_at)
    gap = datetime.timedelta(minutes=30 if "Lord" in zone else 60)
    assert moments[1] - moments[0] == gap
    assert {m.astimezone(zoneinfo.ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") for m in moments} == {twice}
