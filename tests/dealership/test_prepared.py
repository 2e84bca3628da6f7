"""Prepared queries give what the query itself gives, for every value, on every thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import Http404

from dealership.models import Department, Position
from dealership.prepared import Prepared
from supplychain.models import Link
from tests.factories import DealershipFactory, DepartmentFactory, LinkFactory, manager_of

pytestmark = pytest.mark.django_db

BY_STORE = Prepared(lambda store: Department.objects.filter(dealership=store))
LINK = Prepared(lambda store, pk: Link.objects.filter(dealership=store, pk=pk).with_names())


def test_the_rows_are_those_of_the_query_itself_for_every_value():
    one, two, empty = DealershipFactory(), DealershipFactory(), DealershipFactory()
    for store in (one, two, two):
        DepartmentFactory(dealership=store)
    for store in (one, two, empty, one):
        assert BY_STORE(store.pk) == list(Department.objects.filter(dealership=store))


def test_what_is_selected_along_is_there_without_another_query(django_assert_num_queries):
    link = LinkFactory()
    LINK(0, 0)
    with django_assert_num_queries(1):
        found = LINK.get_or_404(link.dealership_id, link.pk)
        assert (found.supplier, found.customer, found.item) == (link.supplier, link.customer, link.item)
        assert (found.windows, found.active_from) == (link.windows, link.active_from)


def test_values_find_their_own_places():
    link = LinkFactory()
    swapped = Prepared(lambda pk, store: Link.objects.filter(dealership=store, pk=pk))
    assert swapped(link.pk, link.dealership_id) == [link]
    assert swapped(link.pk, link.dealership_id + 1) == []


@pytest.mark.parametrize("pk", [10**15, 10**30, -(10**12) - 1])
def test_a_row_that_is_not_there_is_404(pk):
    with pytest.raises(Http404):
        LINK.get_or_404(1, pk)


def test_rows_can_be_changed_and_saved():
    person = manager_of(DepartmentFactory())
    positions = Prepared(lambda pk: Position.objects.filter(person=pk))
    [position] = positions(person.pk)
    position.role = "deputy"
    position.save(update_fields=["role"])
    assert positions(person.pk)[0].role == "deputy"


def test_a_value_that_is_no_parameter_of_the_query_is_refused_at_the_first_use():
    careless = Prepared(lambda store, pk: Department.objects.filter(dealership=store))
    with pytest.raises(ValueError, match="no parameter of the SQL: pk"):
        careless(1, 2)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection():
    stores = [DepartmentFactory().dealership_id for _ in range(4)]

    def ask(store):
        try:
            return [department.dealership_id for _ in range(20) for department in BY_STORE(store)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, stores)) == [[store] * 20 for store in stores]
