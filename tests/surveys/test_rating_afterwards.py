"""After a rating, by page: its reason, changing it, taking it back, and copies of a form at once (R15, R21)."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from supplychain.models import Interaction, InteractionState
from surveys.actions import rate_link
from surveys.models import Rating, RatingChange
from tests.conftest import fresh
from tests.factories import member_of
from tests.surveys.pages import (
    BOTH_WAYS,
    HOME,
    HTMX,
    at_once,
    browser,
    link_url,
    one_tap,
    rate_url,
    rated,
    undo_url,
)

pytestmark = pytest.mark.django_db


# --- the reason afterwards ---


def explain_url(rating):
    return reverse("rating_explain", args=[rating.pk])


@BOTH_WAYS
def test_r21_reasons_and_words_are_saved_with_one_tap(interaction, rater, headers):
    rating = rated(interaction, rater, score=0)
    data = {"reasons": ["slow", "unsolved"], "comment": "lost twice"}
    response = browser(rater).post(explain_url(rating), data, headers=headers)
    assert response.status_code == (200 if headers else 302)
    rating.refresh_from_db()
    assert (rating.score, rating.reasons, rating.comment) == (0, ["slow", "unsolved"], "lost twice")
    if headers:
        assert "not prompt" in response.text
        assert "Send reason" not in response.text


def test_sending_the_reason_twice_changes_once(interaction, rater):
    rating = rated(interaction, rater, score=0)
    client = browser(rater)
    for _ in range(2):
        assert client.post(explain_url(rating), {"reasons": ["slow"]}, headers=HTMX).status_code == 200
    assert RatingChange.objects.count() == 1


def test_an_empty_reason_is_refused_in_words(interaction, rater):
    rating = rated(interaction, rater, score=0)
    client = browser(rater)
    card = client.post(explain_url(rating), {}, headers=HTMX)
    assert card.status_code == 422
    assert "Choose a reason or write one" in card.text
    assert "Send reason" in card.text
    assert client.post(explain_url(rating), {}).status_code == 302
    assert "Choose a reason or write one" in client.get(HOME).text


@pytest.mark.parametrize("data", [{"reasons": "damaged"}, {"comment": "x" * 501}, {"comment": "\x00"}])
def test_a_reason_no_page_of_ours_offers_is_refused(interaction, rater, data):
    rating = rated(interaction, rater, score=0)
    client = browser(rater)
    assert client.post(explain_url(rating), data).status_code == 400
    assert client.post(explain_url(rating), data, headers=HTMX).status_code == 422
    rating.refresh_from_db()
    assert (rating.reasons, rating.comment) == ([], "")


@BOTH_WAYS
def test_after_24_hours_a_reason_comes_too_late(interaction, rater, headers):
    rating = rated(interaction, rater, score=0)
    age(rating, hours=25)
    client = browser(rater)
    response = client.post(explain_url(rating), {"reasons": "slow"}, headers=headers)
    assert response.status_code == (422 if headers else 302)
    assert "fixed now" in (response.text if headers else client.get(HOME).text)
    rating.refresh_from_db()
    assert rating.reasons == []


# --- changing ---


def age(rating, **delta):
    Rating.objects.filter(pk=rating.pk).update(rated_at=timezone.now() - datetime.timedelta(**delta))


def change_url(rating):
    return reverse("rating_change", args=[rating.pk])


def test_the_change_form_shows_what_was_given(interaction, rater):
    rating = rated(interaction, rater, score=0)
    html = browser(rater).get(change_url(rating)).text
    assert 'value="0" required data-tone="bad" checked' in " ".join(html.split())


def test_changing_keeps_the_earlier_value(interaction, rater):
    rating = rated(interaction, rater, score=1)
    detail = reverse("interaction_detail", args=[interaction.pk])
    response = browser(rater).post(change_url(rating), {"score": "0", "reasons": "slow", "next": detail})
    assert response.url == detail
    rating.refresh_from_db()
    assert (rating.score, rating.reasons) == (0, ["slow"])
    assert RatingChange.objects.get().score == 1


def test_a_change_sent_twice_is_one_change(interaction, rater):
    rating = rated(interaction, rater, score=1)
    client = browser(rater)
    answers = [client.post(change_url(rating), {"score": "0"}) for _ in range(2)]
    assert {answer.url for answer in answers} == {HOME}
    assert RatingChange.objects.count() == 1


def test_a_bad_change_is_refused_beside_the_field(interaction, rater):
    rating = rated(interaction, rater)
    response = browser(rater).post(change_url(rating), {"score": "4"})
    assert response.status_code == 422
    assert "not on the link" in response.text
    assert Rating.objects.get().score == 1


def test_after_24_hours_the_page_says_that_it_is_fixed(interaction, rater):
    rating = rated(interaction, rater)
    age(rating, hours=24, seconds=1)
    client = browser(rater)
    page = client.get(change_url(rating))
    assert page.status_code == 200
    assert "This rating is fixed" in page.text
    assert client.post(change_url(rating), {"score": "0"}).status_code == 422
    assert Rating.objects.get().score == 1


# --- taking back ---


def test_undo_brings_the_asking_card_back(interaction, rater):
    rating = rated(interaction, rater)
    response = browser(rater).post(undo_url(rating), headers=HTMX)
    assert response.status_code == 200
    assert f'id="interaction-{interaction.pk}"' in response.text
    assert f'hx-post="{rate_url(interaction)}"' in response.text
    assert not Rating.objects.exists()


def test_undo_of_a_link_brings_its_card_with_a_new_key(link, rater):
    Interaction.objects.all().delete()
    key = uuid.uuid4()
    rating = rate_link(acting_user=fresh(rater), link=link, score=0, key=key)
    response = browser(rater).post(undo_url(rating, link=link.pk), headers=HTMX)
    assert f'id="link-{link.pk}"' in response.text
    assert str(key) not in response.text
    assert not Interaction.objects.exists()


def test_undo_without_scripts_goes_home_with_words(interaction, rater):
    client = browser(rater)
    assert client.post(undo_url(rated(interaction, rater))).url == HOME
    assert "Taken back" in client.get(HOME).text


@BOTH_WAYS
@pytest.mark.parametrize("of", ["interaction", "link"])
def test_undo_sent_twice_is_answered_as_the_first_time(interaction, rater, headers, of):
    if of == "link":
        rating = rate_link(acting_user=fresh(rater), link=interaction.link, score=1, key=uuid.uuid4())
    else:
        rating = rated(interaction, rater)
    url = undo_url(rating, **{of: interaction.link_id if of == "link" else interaction.pk})
    client = browser(rater)
    first, second = (client.post(url, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == (200 if headers else 302)


def test_undo_of_nothing_is_a_404(interaction, rater):
    client = browser(rater)
    for query in ("", f"?interaction={interaction.pk}", "?interaction=x", "?link=999999", "?link=" + "9" * 30):
        assert client.post(f"{reverse('rating_undo', args=[999999])}{query}").status_code == 404


@BOTH_WAYS
def test_too_late_to_undo_is_said_with_the_way_to_change(interaction, rater, headers):
    rating = rated(interaction, rater)
    age(rating, seconds=61)
    client = browser(rater)
    response = client.post(undo_url(rating), headers=headers)
    html = response.text if headers else client.get(HOME).text
    assert response.status_code == (422 if headers else 302)
    assert "Too late to undo" in html
    if headers:
        assert change_url(rating) in html
    assert Rating.objects.exists()


# --- it did not take place ---


@BOTH_WAYS
def test_dismissing_and_taking_that_back(interaction, rater, headers):
    client = browser(rater)
    dismiss, restore = (reverse(f"interaction_{verb}", args=[interaction.pk]) for verb in ("dismiss", "restore"))
    for url, state, words in ((dismiss, "dismissed", restore), (restore, "open", rate_url(interaction))):
        for _copy in range(2):
            response = client.post(url, headers=headers)
            assert response.status_code == (200 if headers else 302)
            interaction.refresh_from_db()
            assert interaction.state == state
        assert words in (response.text if headers else client.get(HOME).text)


@BOTH_WAYS
@pytest.mark.parametrize("verb", ["dismiss", "restore"])
@pytest.mark.parametrize("state", [InteractionState.RATED, InteractionState.EXPIRED])
def test_what_was_rated_or_expired_is_not_moved(interaction, rater, verb, state, headers):
    Interaction.objects.filter(pk=interaction.pk).update(state=state)
    client = browser(rater)
    response = client.post(reverse(f"interaction_{verb}", args=[interaction.pk]), headers=headers)
    assert response.status_code == (422 if headers else 302)
    interaction.refresh_from_db()
    assert interaction.state == state


# --- five copies at once ---


@pytest.mark.django_db(transaction=True)
@BOTH_WAYS
def test_five_parallel_copies_of_a_tap_make_one_rating(interaction, rater, headers):
    clients = [browser(rater) for _ in range(5)]
    answers = at_once(
        *(lambda c=client: c.post(rate_url(interaction), {"score": "1"}, headers=headers) for client in clients)
    )
    assert {answer.status_code for answer in answers} == {200 if headers else 302}
    assert Rating.objects.count() == Interaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@BOTH_WAYS
def test_five_parallel_copies_of_a_links_form_make_one_interaction_and_one_rating(link, rater, headers):
    Interaction.objects.all().delete()
    clients, data = [browser(rater) for _ in range(5)], one_tap(score="0", reasons="slow")
    answers = at_once(*(lambda c=client: c.post(link_url(link), data, headers=headers) for client in clients))
    assert {answer.status_code for answer in answers} == {200 if headers else 302}
    assert Rating.objects.count() == Interaction.objects.count() == 1
    assert Rating.objects.get().reasons == ["slow"]


@pytest.mark.django_db(transaction=True)
def test_five_parallel_undos_take_back_once(interaction, rater):
    rating = rated(interaction, rater)
    clients = [browser(rater) for _ in range(5)]
    answers = at_once(*(lambda c=client: c.post(undo_url(rating), headers=HTMX) for client in clients))
    assert {answer.status_code for answer in answers} == {200}
    assert RatingChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_raters_at_once_one_wins_and_the_other_is_told(interaction, rater):
    other = browser(member_of(interaction.link.customer))
    answers = at_once(
        lambda: browser(rater).post(rate_url(interaction), {"score": "1"}, headers=HTMX),
        lambda: other.post(rate_url(interaction), {"score": "0"}, headers=HTMX),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert Rating.objects.count() == 1
