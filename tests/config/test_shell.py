"""The frame of the pages: words and figures, navigation by right, sign-in pages, error pages, the language switch."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from config.context_processors import Shell
from config.templatetags import shell
from tests.factories import DepartmentFactory, PositionFactory, UserFactory

NO_BREAK_SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.9333, "93"),
        (1, "100"),
        (0, "0"),
        (0.996, "99.6"),
        (0.9999, "99.9"),
        (0.0004, "0.1"),
        (0.125, "13"),
        (0.995, "99.5"),
    ],
)
def test_only_all_reads_100_per_cent_and_only_nothing_reads_0(value, number):
    assert shell.percent_number(value) == number


def test_no_figure_is_a_dash_never_0_per_cent():
    assert shell.percent(None) == shell.percent("") == "–"
    assert shell.percent_range(None, 0.9) == ""
    assert shell.interval_geometry(0.5, None, 0.9) is None


def test_percent_reads_by_language():
    with translation.override("en"):
        assert shell.percent(0.933) == f"93{NO_BREAK_SPACE}%"
        assert shell.percent_range(0.88, 0.96) == f"(88–96{NO_BREAK_SPACE}%)"


@pytest.mark.parametrize(
    ("score", "scale", "tone"),
    [(1, "binary", "good"), (0, "binary", "bad"), (3, "five", "neutral"), (1, "five", "bad")],
)
def test_r15_every_score_has_face_word_and_tone(score, scale, tone):
    assert shell.score_word(score, scale)
    assert shell.score_face(score, scale) in {"1", "2", "3", "4", "5"}
    assert shell.score_tone(score, scale) == tone


@pytest.mark.parametrize("score", [7, None, "x"])
def test_a_score_off_the_scale_is_a_dash(score):
    assert shell.score_word(score, "five") == "–"


def test_fewer_than_five_ratings_show_n_first():
    few = render_to_string("components/interval.html", {"rate": 0.67, "low": 0.2, "high": 0.94, "n": 3})
    enough = render_to_string("components/interval.html", {"rate": 0.93, "low": 0.88, "high": 0.96, "n": 212})
    assert few.index("n=3") < few.index("67")
    assert enough.index("93") < enough.index("n=212")
    assert "%" not in render_to_string("components/interval.html", {"rate": None, "low": None, "high": None, "n": 0})


@pytest.mark.parametrize(("scale", "scores"), [("binary", ["1", "0"]), ("five", ["1", "2", "3", "4", "5"])])
def test_rate_buttons_offer_each_score_once_and_preselect_none(scale, scores):
    page = render_to_string("components/rate_buttons.html", {"action": "/x/", "scale": scale, "key": "k"})
    assert [part.split('"')[0] for part in page.split('name="score" value="')[1:]] == scores
    assert "aria-current" not in page
    assert "checked" not in page


def test_pagination_keeps_the_query_string():
    request = RequestFactory().get("/", {"flow": "service", "page": "2"})
    page = render_to_string("components/pagination.html", {"page_obj": Paginator(range(30), 10).get_page(2)}, request)
    assert "?flow=service&amp;page=3" in page


def test_a_message_may_offer_undo():
    request = RequestFactory().get("/")
    message = Message(25, "Saved", extra_tags="undo:/ratings/5/undo/")
    page = render_to_string("components/toasts.html", {"messages": [message]}, request)
    assert 'action="/ratings/5/undo/"' in page
    assert 'method="post"' in page
    assert shell.undo_url(Message(25, "Saved", extra_tags="other")) == ""


def a_shell(user, path="/dashboard/"):
    request = RequestFactory().get(path)
    request.user = user
    return Shell(request)


def test_the_frame_asks_the_database_nothing_for_a_stranger():  # no django_db mark: a query would fail
    frame = a_shell(AnonymousUser())
    assert (frame.nav, frame.more, frame.place, frame.signed_in) == ([], [], "", False)


@pytest.mark.django_db
def test_r2_more_places_by_right():
    head = DepartmentFactory(heads_store=True)
    gm = PositionFactory(department=head).person
    member = PositionFactory(department=head, role="member").person
    admin = UserFactory(dealership=head.dealership, is_store_admin=True)
    assert [item.url for item in a_shell(member).more] == []
    assert [item.url for item in a_shell(gm).more] == [reverse("store_dashboard")]
    assert [item.url for item in a_shell(admin).more] == [
        reverse("store_dashboard"),
        reverse("setup"),
        reverse("admin:index"),
    ]
    assert a_shell(gm).place == head.label


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "500.html"])
def test_error_pages_without_a_request_render_in_the_readers_language(template, language):
    with translation.override(language):
        page = render_to_string(template)
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page
    assert page.count("<h1>") == 1


@pytest.mark.django_db
def test_an_unknown_address_is_our_404(client):
    client.force_login(UserFactory())
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_so_in_our_frame():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert answer.status_code == 403
    assert b'class="entrance"' in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_inactive",
     "account_email_verification_sent", "account_reset_password_from_key_done"],
)  # fmt: skip
def test_every_page_at_the_door_is_ours(client, name):
    page = client.get(reverse(name)).content.decode()
    assert 'class="entrance"' in page
    assert 'class="language-switch"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_change_password", "account_email", "account_logout", "account_reauthenticate"]
)
def test_every_account_page_of_a_person_is_ours(client, name):
    user = UserFactory()
    client.login(username=user.username, password="pass")
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert 'class="rail"' in answer.content.decode()


@pytest.mark.django_db
def test_one_signs_in_by_user_name_and_password_and_is_told_when_wrong(client):
    user = UserFactory()
    wrong = client.post(reverse("account_login"), {"login": user.username, "password": "no"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.content.decode()
    assert f'value="{user.username}"' in wrong.content.decode()
    right = client.post(reverse("account_login"), {"login": user.username, "password": "pass"})
    assert right.status_code == 302
    assert right.url == reverse("home")


@pytest.mark.django_db
def test_a_stranger_switches_the_language_and_comes_back(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})
    assert answer.url == reverse("account_login")
    assert 'lang="en"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("demo_accounts", [[], [{"username": "gm", "label": "General manager"}]])
def test_demo_accounts_are_offered_only_where_there_are_any(client, demo_accounts):
    request = RequestFactory().get("/accounts/login/")
    request.user = AnonymousUser()
    page = render_to_string("account/login.html", {"demo_accounts": demo_accounts, "form": None}, request)
    assert ('name="login" value="gm"' in page) is bool(demo_accounts)


def test_pages_carry_no_inline_script_or_style():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = render_to_string("base.html", {}, request) + render_to_string("entrance.html", {}, request)
    assert "style=" not in page
    assert "onclick" not in page
    assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:])


def test_unknown_flow_reads_as_itself():
    assert Template('{% load shell %}{{ "x"|flow_word }}{{ "x"|flow_short }}').render(Context()) == "xx"


@pytest.mark.django_db
def test_the_phones_bar_holds_five_and_the_menu_the_rest():
    frame = a_shell(PositionFactory().person)
    names = [item.url for item in frame.nav]
    assert reverse("objective_list") in names
    assert sum(item.in_bar for item in frame.nav) == 5
    places = ("flow_map", "management_rate", "round_list")
    assert [item.url for item in frame.in_menu] == [reverse(name) for name in places]


@pytest.mark.django_db
def test_who_belongs_to_no_store_is_led_to_no_objectives():
    frame = a_shell(UserFactory(dealership=None, is_superuser=True))
    assert reverse("objective_list") not in [item.url for item in frame.nav]
