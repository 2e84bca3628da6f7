"""Notices by e-mail: in the store's language, one letter a person, never the same news twice."""

import datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from dealership.models import Dealership, Notice
from dealership.notices import send_notices
from dealership.notices_mail import STALE, mail_notices
from dealership.tasks import mail_new_notices
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return DealershipFactory(mails_notices=True, language="en", name="Starlight")


@pytest.fixture
def person(store):
    return UserFactory(dealership=store, email="li.na@example.com", full_name="Li Na")


def tell(*people, words="%(supplier)s accepted your request “%(what)s” for %(day)s."):
    day = datetime.date(2030, 1, 7)
    send_notices(to=people, words=words, url="/requests/7/", supplier="Finance", what="receipts", day=day)


def test_one_letter_holds_all_that_is_new(store, person, settings):
    settings.ALLOWED_HOSTS, settings.HTTPS = ["downstream.example.com"], True
    tell(person)
    tell(person)
    assert mail_notices(dealership=store) == 1
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["li.na@example.com"], "Starlight: 2 notices")
    assert letter.body.count("Finance accepted your request “receipts” for 7 Jan 2030.") == 2
    assert "https://downstream.example.com/requests/7/" in letter.body
    assert mail_notices(dealership=store) == 0


def test_one_notice_is_the_subject_itself(store, person):
    tell(person)
    mail_notices(dealership=store)
    assert mail.outbox[0].subject.startswith("Starlight: Finance accepted your request")


def test_the_letter_speaks_the_stores_language(person):
    Dealership.objects.update(language="zh-hans")
    tell(person)
    mail_notices(dealership=Dealership.objects.get())
    assert "2030年1月7日" in mail.outbox[0].body


def test_an_open_list_of_hosts_gives_no_addresses(store, person, settings):
    settings.ALLOWED_HOSTS = ["*"]
    tell(person)
    mail_notices(dealership=store)
    assert "://" not in mail.outbox[0].body


def test_what_need_not_be_mailed_is_not(store, person):
    without_address = UserFactory(dealership=store)
    elsewhere = UserFactory(dealership=DealershipFactory(), email="x@example.com")
    tell(without_address, elsewhere)
    tell(person)
    Notice.objects.filter(person=person).update(read_at=timezone.now())
    tell(person)
    Notice.objects.filter(person=person, read_at=None).update(created_at=timezone.now() - STALE)
    assert [mail_notices(dealership=each) for each in Dealership.objects.all()] == [0, 0]
    assert mail.outbox == []


class Refusing(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_what_the_mail_server_refuses_is_tried_again(store, person, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    tell(person)
    assert mail_notices(dealership=store) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_notices(dealership=store) == 1


def test_the_task_run_twice_in_a_minute_sends_once(store, person):
    tell(person)
    for _ in range(2):
        mail_new_notices.apply()
    assert len(mail.outbox) == 1


def test_a_store_that_wants_no_mail_gets_none(person):
    Dealership.objects.update(mails_notices=False)
    tell(person)
    mail_new_notices.apply()
    assert mail.outbox == []
