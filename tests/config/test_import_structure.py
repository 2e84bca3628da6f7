"""import_data departments, people, links: created, updated, unchanged, and every refusal in words."""

import datetime

import pytest
from auditlog.models import LogEntry

from dealership.models import Department, Position, User
from supplychain.models import Item, Link
from tests.config.importing import Files, link_of, person, refused, run, small_store
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    PositionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def store():
    return small_store()


def counts(out):
    return out.splitlines()[0].split(": ", 1)[1]


# --- Departments


@pytest.fixture
def empty_store():
    return DealershipFactory(slug="s", language="zh-hans")


def test_r1_departments_make_a_tree_in_any_order(files, empty_store):
    rows = ["code,name,parent", "reception,服务接待,service", "service,服务部,gm-office", "gm-office,总经理办公室,"]
    assert counts(run("departments", files.csv(*rows))) == "3 created, 0 updated, 0 unchanged."
    tree = {d.code: (d.parent and d.parent.code, d.heads_store) for d in Department.objects.all()}
    assert tree == {
        "gm-office": (None, True),
        "service": ("gm-office", False),
        "reception": ("service", False),
    }
    assert [d.code for d in Department.objects.all()] == ["reception", "service", "gm-office"]  # the file's order
    audited = LogEntry.objects.count()
    assert counts(run("departments", files.csv(*rows))) == "0 created, 0 updated, 3 unchanged."
    assert LogEntry.objects.count() == audited


def test_departments_are_updated_and_a_stale_translation_goes(files, empty_store):
    office = DepartmentFactory(dealership=empty_store, code="gm-office", heads_store=True)
    DepartmentFactory(
        dealership=empty_store, code="finance", name="财务", name_zh_hans="财务科", name_en="Finance", parent=office
    )
    assert counts(run("departments", files.csv("code,name", "finance,财务部"))) == "0 created, 1 updated, 0 unchanged."
    finance = Department.objects.get(code="finance")
    assert (finance.name, finance.name_zh_hans, finance.name_en, finance.parent) == ("财务部", "", "Finance", office)
    run("departments", files.csv("code,name,parent", "finance,财务部,"))
    finance.refresh_from_db()
    assert finance.parent is None  # an empty cell says so; a missing column says nothing


def test_a_second_office_does_not_head_the_store(files, empty_store):
    DepartmentFactory(dealership=empty_store, code="board", heads_store=True)
    run("departments", files.csv("code,name", "gm-office,总经理办公室"))
    assert not Department.objects.get(code="gm-office").heads_store


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (
            "a b,A,",
            "column code: “a b” cannot be a code: use letters without accents, digits, hyphens and underscores.",
        ),
        (f"{'a' * 51},A,", "column code: At most 50 characters (this has 51)."),
        (f"a,{'A' * 101},", "column name: At most 100 characters (this has 101)."),
        ("a,,", "column name: This is required."),
        ("a,A,nowhere", "column parent: There is no department with the code “nowhere”."),
        ("a,A,a", "column parent: A department cannot be part of itself or of its own teams."),
        ("finance,Other,", "column code: Line 2 has the same code with other values."),
    ],
)
def test_departments_refused(files, empty_store, row, error):
    lines = refused("departments", files.csv("code,name,parent", "finance,Finance,", row))
    assert lines[0] == f"line 3, {error}"
    assert Department.objects.count() == 0


def test_loops_are_refused_also_through_what_the_store_has(files, empty_store):
    a = DepartmentFactory(dealership=empty_store, code="a")
    DepartmentFactory(dealership=empty_store, code="b", name="B", parent=a)
    lines = refused("departments", files.csv("code,name,parent", "a,A,c", "c,C,b"))
    assert [line.split(":")[0] for line in lines[:2]] == ["line 2, column parent", "line 3, column parent"]


def test_turning_a_branch_round_is_no_loop(files, empty_store):
    a = DepartmentFactory(dealership=empty_store, code="a", name="A")
    DepartmentFactory(dealership=empty_store, code="b", name="B", parent=a)
    run("departments", files.csv("code,name,parent", "a,A,b", "b,B,"))
    assert Department.objects.get(code="a").parent.code == "b"


def test_the_same_department_twice_in_one_file(files, empty_store):
    out = run("departments", files.csv("code,name", "a,A", "a,A"))
    assert counts(out) == "1 created, 0 updated, 1 unchanged."


# --- People

PEOPLE = "username,full_name,email,department,role"


def test_r2_people_and_their_positions(files, store):
    rows = [
        PEOPLE,
        "li.na,李娜,Li.Na@example.com,service,deputy",
        "li.na,李娜,,workshop,member",
        "ser,Ser,,service,manager",
    ]
    assert counts(run("people", files.csv(*rows))) == "2 created, 0 updated, 1 unchanged."
    li_na = person("li.na")
    assert (li_na.dealership, li_na.full_name, li_na.email) == (store, "李娜", "Li.Na@example.com")
    assert not li_na.has_usable_password()
    assert not li_na.is_staff
    seats = {(p.department.code, p.role, p.start, p.end) for p in li_na.positions.all()}
    assert seats == {("service", "deputy", None, None), ("workshop", "member", None, None)}
    audited = LogEntry.objects.count()
    assert counts(run("people", files.csv(*rows))) == "0 created, 0 updated, 3 unchanged."
    assert LogEntry.objects.count() == audited


def test_people_are_updated_and_an_empty_email_erases_nothing(files, store):
    run("people", files.csv(PEOPLE, "ser,Wang Fang,ser@example.com,service,manager"))
    assert counts(run("people", files.csv(PEOPLE, "ser,王芳,,service,manager"))) == "0 created, 1 updated, 0 unchanged."
    assert (person("ser").full_name, person("ser").email) == ("王芳", "ser@example.com")


def test_r2_a_changed_role_keeps_the_history(files, store):
    run("people", files.csv(PEOPLE, "mec,Mec,,workshop,deputy"))
    today = store.today()
    held = sorted(person("mec").positions.values_list("role", "start", "end"))
    assert held == [("deputy", today, None), ("member", None, today - datetime.timedelta(days=1))]
    assert counts(run("people", files.csv(PEOPLE, "mec,Mec,,workshop,manager"))) == "0 created, 1 updated, 0 unchanged."
    assert person("mec").positions.count() == 2  # begun today, so nothing to keep


def test_r2_somebody_comes_back(files, store):
    today = store.today()
    Position.objects.filter(person=person("mec")).update(end=today - datetime.timedelta(days=30))
    run("people", files.csv(PEOPLE, "mec,Mec,,workshop,member"))
    assert Position.objects.get(person=person("mec"), end=None).start == today


def test_a_user_name_of_another_store_is_taken_and_the_store_stays_unnamed(files, store):
    UserFactory(username="zhou", dealership=DealershipFactory(slug="secret", name="Secret Motors"))
    for username in ("zhou", "ZHOU"):
        lines = refused("people", files.csv(PEOPLE, f"{username},Zhou,,service,member"))
        assert lines[0] == "line 2, column username: This user name is taken."
        assert "ecret" not in "".join(lines)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("x y,X,,service,member", "column username: Enter a valid username."),
        ("x,X,no-mail,service,member", "column email: Enter a valid email address."),
        ("x,X,TAKEN@example.com,service,member", "column email: Another account uses this e-mail address."),
        (f"x,{'X' * 101},,service,member", "column full_name: Ensure this value has at most 100 characters"),
        ("x,X,,nowhere,member", "column department: There is no department with the code “nowhere”."),
        ("x,X,,closed,member", "column department: This department is closed."),
        ("x,X,,service,boss", "column role: “boss” is unknown here. Write one of: manager, deputy, member."),
        ("SER,X,,service,member", "column username: This user name is taken."),
        ("first,Other,,hr,member", "column full_name: Line 2 has the same username with other values."),
        ("first,First,other@example.com,hr,member", "column email: Line 2 has the same username with other values."),
        ("first,First,,service,deputy", "column role: Line 2 has the same username, department with other values."),
        ("First,First,,service,deputy", "column username: This user name is taken."),
    ],
)
def test_people_refused(files, store, row, error):
    UserFactory(email="taken@example.com")
    DepartmentFactory(dealership=store, code="closed", is_active=False)
    lines = refused("people", files.csv(PEOPLE, "first,First,first@example.com,service,member", row))
    assert lines[0].startswith(f"line 3, {error}")
    assert len(lines) == 2
    assert not User.objects.filter(username="first").exists()


def test_a_position_that_still_runs_out_is_followed_not_doubled(files, store):
    today = store.today()
    position = Position.objects.get(person=person("mec"))
    position.end = today + datetime.timedelta(days=5)
    position.save()
    run("people", files.csv(PEOPLE, "mec,Mec,,workshop,member"))
    assert Position.objects.get(person=person("mec"), end=None).start == position.end + datetime.timedelta(days=1)


def test_people_of_one_file_share_no_email(files, store):
    rows = ["x,X,same@example.com,service,member", "y,Y,Same@example.com,service,member"]
    lines = refused("people", files.csv(PEOPLE, *rows))
    assert lines[0] == "line 3, column email: Another account uses this e-mail address."


# --- Links

LINKS = "flow,supplier,customer,item,item_name,scale,basis,lead_time_days,windows"


def test_links_create_their_items(files, store):
    rows = [
        LINKS,
        "service,finance,service,advances-paid,借支,binary,regulation,3,MON 9:00-12:00; wed",
        "SERVICE,finance,hr,advances-paid,借支,Five,,,",
    ]
    assert counts(run("links", files.csv(*rows))) == "2 created, 0 updated, 0 unchanged."
    link = Link.objects.get(item__code="advances-paid", customer__code="service")
    assert (link.item.name, link.scale, link.basis, link.lead_time_days, link.windows, link.active_from) == (
        "借支",
        "binary",
        "regulation",
        3,
        "mon 09:00-12:00; wed",
        None,
    )
    other = Link.objects.get(item__code="advances-paid", customer__code="hr")
    assert (other.scale, other.basis, other.lead_time_days, other.windows) == ("five", "agreement", None, "")
    audited = LogEntry.objects.count()
    assert counts(run("links", files.csv(*rows))) == "0 created, 0 updated, 2 unchanged."
    assert LogEntry.objects.count() == audited


def test_links_are_updated_but_a_missing_column_says_nothing(files, store):
    link = link_of(store)
    link.lead_time_days, link.windows = 5, "tue"
    link.save()
    header = "flow,supplier,customer,item,item_name,scale,lead_time_days"
    out = run("links", files.csv(header, "service,finance,service,reimbursement,报销,five,7"))
    assert counts(out) == "0 created, 1 updated, 0 unchanged."
    link.refresh_from_db()
    assert (link.scale, link.lead_time_days, link.windows, link.item.name) == ("five", 7, "tue", "报销")


def test_an_item_known_by_its_other_name_keeps_its_name(files, store):
    Item.objects.filter(code="reimbursement").update(name="报销", name_en="reimbursement")
    out = run("links", files.csv(LINKS, "service,finance,service,reimbursement,reimbursement,binary,,,"))
    assert counts(out) == "0 created, 0 updated, 1 unchanged."
    assert Item.objects.get(code="reimbursement").name == "报销"


def test_r10_terms_that_were_used_are_not_changed(files, store):
    InteractionFactory(link=link_of(store))
    lines = refused("links", files.csv(LINKS, "service,finance,service,reimbursement,Reimbursement,five,,,"))
    assert lines[0] == (
        "line 2, column scale: Interactions were recorded under these terms. End this link and start a new one instead."
    )
    assert link_of(store).scale == "binary"


def test_r10_a_link_that_ended_is_followed_by_a_new_one_from_today(files, store):
    old = link_of(store)
    old.active_to = store.today() - datetime.timedelta(days=40)
    old.save()
    run("links", files.csv(LINKS, "service,finance,service,reimbursement,Reimbursement,five,,,"))
    old.refresh_from_db()
    assert old.scale == "binary"
    assert Link.objects.get(item=old.item, active_to=None).active_from == store.today()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("gossip,hr,service,x,X,binary,,,", "column flow: “gossip” is unknown here."),
        ("service,hr,nowhere,x,X,binary,,,", "column customer: There is no department with the code “nowhere”."),
        ("service,nowhere,hr,x,X,binary,,,", "column supplier: There is no department with the code “nowhere”."),
        ("service,hr,hr,x,X,binary,,,", "column customer: Supplier and customer must be different departments."),
        ("service,hr,closed,x,X,binary,,,", "column customer: This department is closed."),
        ("service,hr,service,x,X,ten,,,", "column scale: “ten” is unknown here. Write one of: binary, five."),
        ("service,hr,service,x,X,binary,whim,,", "column basis: “whim” is unknown here."),
        ("service,hr,service,x,X,binary,,soon,", "column lead_time_days: “soon” is no whole number from 0 to 366."),
        ("service,hr,service,x,X,binary,,-1,", "column lead_time_days: “-1” is no whole number from 0 to 366."),
        ("service,hr,service,x,X,binary,,,moonday", "column windows: “moonday” is no weekly window."),
        ("service,hr,service,x y,X,binary,,,", "column item: “x y” cannot be a code"),
        (f"service,hr,service,x,{'X' * 101},binary,,,", "column item_name: At most 100 characters (this has 101)."),
        ("service,hr,service,good,Other,binary,,,", "column item_name: Line 2 has the same item with other values."),
        ("service,hr,finance,good,Good,five,,,", "column item: Line 2 has the same flow, supplier, customer, item"),
    ],
)
def test_links_refused(files, store, row, error):
    DepartmentFactory(dealership=store, code="closed", is_active=False)
    lines = refused("links", files.csv(LINKS, "service,hr,finance,good,Good,binary,,,", row))
    assert lines[0].startswith(f"line 3, {error}")
    assert len(lines) == 2
    assert not Item.objects.filter(code="good").exists()


def test_all_kinds_stay_inside_the_store(files, store):
    other = DealershipFactory(slug="other")
    DepartmentFactory(dealership=other, code="elsewhere")
    PositionFactory(department=DepartmentFactory(dealership=other, code="finance"), person__username="o")
    lines = refused("links", files.csv(LINKS, "service,finance,elsewhere,x,X,binary,,,"))
    assert lines[0] == "line 2, column customer: There is no department with the code “elsewhere”."
    run("departments", files.csv("code,name", "finance,Money"), slug="other")
    assert set(Department.objects.filter(code="finance").values_list("name", flat=True)) == {"Finance", "Money"}
