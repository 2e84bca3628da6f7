"""What is going on in the demo store these days, as data. Days are working days before (-) or after today."""

from __future__ import annotations

from typing import NamedTuple

from config.demo.request_story import Text


class Present(NamedTuple):
    """A request of these days, asked by its customer's manager. `wanted` None: for the next service window.

    `asked`, `accepted` and `done`: so many working days ago. `promised` counts from today; None: for the wanted day.
    """

    supplier: str
    customer: str
    item: str
    what: Text
    quantity: int | None
    asked: int
    wanted: int | None
    accepted: int | None = None
    promised: int | None = None
    done: int | None = None


PRESENT = (
    Present(
        "finance",
        "service",
        "reimbursement",
        Text("技师培训费，发票 6 张", "Training of the mechanics, 6 receipts"),
        None,
        asked=2,
        wanted=None,
        accepted=1,
    ),
    Present(
        "finance",
        "sales",
        "advances",
        Text("车展备用金", "Cash for the motor show"),
        None,
        asked=1,
        wanted=2,
    ),
    Present(
        "finance",
        "parts",
        "accounting",
        Text("核对返利差额", "Reconcile the rebate difference"),
        None,
        asked=4,
        wanted=-1,
    ),
    Present(
        "finance",
        "service",
        "acceptance-bills",
        Text("配件款承兑汇票", "Acceptance bill for parts"),
        None,
        asked=6,
        wanted=-1,
        accepted=5,
        done=1,
    ),
    Present(
        "hr",
        "service",
        "recruiting",
        Text("服务顾问", "service advisers"),
        2,
        asked=24,
        wanted=-2,
        accepted=23,
    ),
    Present(
        "hr",
        "accessories",
        "recruiting",
        Text("贴膜技师", "window-film fitters"),
        2,
        asked=3,
        wanted=25,
    ),
    Present(
        "administration",
        "sales",
        "vehicles",
        Text("接厂家巡视人员", "Fetch the manufacturer's visitors"),
        None,
        asked=1,
        wanted=0,
    ),
    Present(
        "administration",
        "parts",
        "office-supplies",
        Text("箱装打印纸", "boxes of printing paper"),
        6,
        asked=2,
        wanted=1,
        accepted=1,
    ),
    Present(
        "administration",
        "hr",
        "vehicles",
        Text("校园招聘用车", "Car for the campus recruiting"),
        None,
        asked=5,
        wanted=-1,
        accepted=4,
        done=1,
    ),
    Present(
        "logistics",
        "sales",
        "new-vehicles",
        Text("从港口仓库调试驾车", "test-drive cars from the port warehouse"),
        3,
        asked=1,
        wanted=3,
    ),
    Present(
        "logistics",
        "parts",
        "parts-freight",
        Text("加急运一台变速箱", "Urgent freight of a gearbox"),
        None,
        asked=4,
        wanted=-1,
        accepted=3,
    ),
    Present(
        "service",
        "sales",
        "pre-delivery-inspection",
        Text("团购客户的新车", "new cars for the fleet customer"),
        4,
        asked=1,
        wanted=2,
    ),
    Present(
        "service",
        "sales",
        "pre-delivery-inspection",
        Text("展厅样车", "Showroom car"),
        None,
        asked=3,
        wanted=0,
        accepted=2,
        promised=1,
    ),
    Present(
        "parts",
        "service-workshop",
        "parts-supply",
        Text("前刹车盘", "front brake discs"),
        4,
        asked=2,
        wanted=-1,
        accepted=2,
        done=1,
    ),
    Present(
        "parts",
        "service-parts-counter",
        "parts-supply",
        Text("冬季玻璃水（箱）", "boxes of winter screen wash"),
        12,
        asked=1,
        wanted=2,
        accepted=1,
    ),
    Present(
        "accessories",
        "sales",
        "accessories-supply",
        Text("全车脚垫（套）", "sets of floor mats"),
        5,
        asked=1,
        wanted=2,
    ),
)

#: The receipt that Finance takes to the general manager, so that Logistics need not come again (R13).
RECEIPT = Present(
    "finance",
    "logistics",
    "reimbursement",
    Text("运车过路费，有一张收据", "Road tolls of a car transport, with a receipt"),
    None,
    asked=3,
    wanted=None,
    accepted=2,
)
RECEIPT_WORDS = Text(
    "其中一张是收据，收费站不开发票，请批准例外。",
    "One of them is a receipt: the toll station gives no invoice. Please allow it.",
)


class Answer(NamedTuple):
    """What a customer answers to a call; without `what`: nothing needed. `days`: when it is needed, see the call."""

    customer: str
    what: Text | None = None
    quantity: int | None = None
    days: int = 0


class Call(NamedTuple):
    """A call for needs (R14). Customers without an answer here have not answered."""

    supplier: str
    item: str
    question: Text
    answers: tuple[Answer, ...]


#: Open these days. Needed so many working days from today.
OPENINGS = Call(
    "hr",
    "recruiting",
    Text(
        "即将为销售部招聘。各部门下一季度还有哪些岗位空缺？请写明岗位、人数和到岗日期。",
        "We are about to recruit for Sales. Which openings do you have for the next quarter? Please name post, "
        "number and day.",
    ),
    (
        Answer("service", Text("保险专员", "insurance specialists"), 2, 30),
        Answer("sales", Text("销售顾问", "sales advisers"), 3, 25),
        Answer("administration"),
        Answer("crm"),
        Answer("gm-office"),
    ),
)

#: Open since yesterday: Service has not answered yet.
ADVANCES = Call(
    "finance",
    "advances",
    Text("下周需要哪些借支？我们提前备好现金。", "Which advances do you need next week? The cash will be ready."),
    (Answer("sales"),),
)

#: Of last week. Needed on a weekday of this week, 0 for Monday.
SHUTTLES = Call(
    "administration",
    "vehicles",
    Text(
        "下周开董事会，车辆紧张。请各部门本周五前报下周的接送用车。",
        "Next week is the board meeting and cars are short. Please tell us your shuttle jobs of next week by this "
        "Friday.",
    ),
    (
        Answer("gm-office", Text("机场接董事（趟）", "rides from the airport for board members"), 3, 2),
        Answer("sales", Text("接送试驾客户（趟）", "shuttle rides for test-drive customers"), 2, 3),
        Answer("service", Text("接送保养客户（趟）", "shuttle rides for service customers"), 4, 1),
        Answer("parts", Text("去区域仓库取件", "Fetch parts from the regional warehouse"), None, 0),
        Answer("finance", Text("送董事会材料去印厂", "Take the board papers to the printer"), None, 0),
        Answer("crm"),
        Answer("hr"),
        Answer("logistics"),
    ),
)

#: Every month: (what, fewest, most).
SUPPLIES_QUESTION = Text(
    "下个月需要哪些办公用品？请写明数量。", "Which office supplies do you need next month, and how many?"
)
SUPPLIES = (
    (Text("箱装打印纸", "boxes of printing paper"), 2, 12),
    (Text("硒鼓", "toner cartridges"), 2, 6),
    (Text("签字笔（盒）", "boxes of pens"), 2, 5),
    (Text("工单夹", "work-order clipboards"), 5, 20),
)
