"""What the demo store's departments promise each other, as data. Days count from today: before (-) or after."""

from __future__ import annotations

from typing import NamedTuple

from config.demo.request_story import Text


class Entry(NamedTuple):
    """A contribution to the company plan; `towards`: of whom something is expected."""

    board: str
    department: str
    text: Text
    towards: str = ""


class Measured(NamedTuple):
    """A criterion, or the measure of a company goal; `due` in days from today."""

    kind: str
    what: Text
    comparison: str
    target: str
    unit: Text
    due: int


class Goal(NamedTuple):
    """A company goal; `name` is what objectives call it by."""

    name: str
    title: Text
    why: Text
    measure: Measured


class Wish(NamedTuple):
    """A need; `raised` and `answered` in days from today, `answered` None while nobody has answered."""

    name: str
    flow: str
    customer: str
    supplier: str
    what: Text
    why: Text
    raised: int
    answered: int | None
    state: str
    reason: Text = Text("", "")
    quantity: int | None = None
    in_dialogue: bool = False


class Said(NamedTuple):
    """A fact: against which criterion, how many days from today, what; `state` as of now."""

    criterion: int
    day: int
    value: str
    words: Text
    state: str = "confirmed"


class Promise(NamedTuple):
    """An objective: whose, for whom, from where, with criteria and facts; `state` as of now."""

    owner: str
    customers: tuple[str, ...]
    title: Text
    source: str
    drafted: int
    state: str
    criteria: tuple[Measured, ...]
    facts: tuple[Said, ...] = ()
    goal: str = ""
    need: str = ""
    verdict: str = ""
    #: What each customer said once it was judged, in the order of `customers`; None: nothing yet.
    satisfied: tuple[bool | None, ...] = ()
    words: Text = Text("", "")


PEOPLE, NONE, DAYS = Text("人", "people"), Text("", ""), Text("天", "days")

ENTRIES = (
    Entry(
        "state",
        "sales",
        Text("新车销量与去年持平，二手车增长两成。", "New car sales level with last year, used cars up a fifth."),
    ),
    Entry(
        "state",
        "service",
        Text("工位利用率 78%，周末排队超过 40 分钟。", "Bays used 78 %; on weekends customers wait over 40 minutes."),
    ),
    Entry(
        "state",
        "finance",
        Text("报销平均 4.2 天，月末积压。", "Reimbursement takes 4.2 days; it piles up at month's end."),
    ),
    Entry(
        "strength",
        "service",
        Text("6 名高级技师，一次修复率高。", "Six senior technicians; most repairs are right the first time."),
    ),
    Entry("strength", "crm", Text("老客户回访率 92%。", "92 % of old customers are called back.")),
    Entry("weakness", "hr", Text("核心技工去年流失 3 人。", "Three key technicians left last year.")),
    Entry("weakness", "parts", Text("常用件缺货时有发生。", "Common parts run out now and then.")),
    Entry(
        "opportunity",
        "accessories",
        Text("新车型上市，精品加装需求上升。", "A new model brings more fittings of accessories."),
    ),
    Entry(
        "threat", "sales", Text("两公里外新开一家同品牌店。", "A store of the same brand opens two kilometres away.")
    ),
    Entry(
        "expectation",
        "service",
        Text("按计划到岗，并留住核心技工。", "People on duty in the planned time, key technicians kept."),
        "hr",
    ),
    Entry(
        "expectation",
        "sales",
        Text("月末最后三天也能当天付款。", "Payments on the same day in the last three days of a month too."),
        "finance",
    ),
    Entry(
        "expectation",
        "finance",
        Text("服务产值报表每月 3 日前交。", "The report of service output by the 3rd of each month."),
        "service",
    ),
    Entry("expectation", "logistics", Text("少开会，多定规则。", "Fewer meetings, clearer rules.")),
)

GOALS = (
    Goal(
        "retention",
        Text("老客户回店率提高到 70%", "70 % of old customers come back to the store"),
        Text("新店开业，老客户是根本。", "A new store opens nearby: old customers are what we stand on."),
        Measured("percentage", Text("老客户回店率", "old customers who came back"), "at_least", "70", NONE, 60),
    ),
    Goal(
        "staff",
        Text("关键岗位满编，核心技工零流失", "Key positions filled, no key technician lost"),
        Text("缺人就要排队。", "Where people are missing, customers wait."),
        Measured("number", Text("核心技工流失", "key technicians who left"), "at_most", "0", PEOPLE, 60),
    ),
    Goal(
        "speed",
        Text("内部办事提速", "Work inside the store gets faster"),
        Text("对客户快，先要内部快。", "To be quick for customers we have to be quick inside."),
        Measured("percentage", Text("内部申请按期完成", "internal requests done on time"), "at_least", "95", NONE, 60),
    ),
    Goal(
        "used-cars",
        Text("二手车业务占三成", "Used cars make up 30 % of sales"),
        Text("", ""),
        Measured("percentage", Text("二手车销量占比", "share of used cars"), "at_least", "30", NONE, 60),
    ),
)

WISHES = (
    Wish(
        "receptionists",
        "service",
        "service",
        "hr",
        Text("按计划时间招到服务接待", "Receptionists recruited in the planned time"),
        Text("旺季前要培训一个月。", "They need a month of training before the season."),
        -85,
        -80,
        "objective",
        quantity=2,
        in_dialogue=True,
    ),
    Wish(
        "technicians",
        "service",
        "service",
        "hr",
        Text("留住核心技工，别让人挖走", "Key technicians kept"),
        Text("去年走了 3 人。", "Three left last year."),
        -85,
        -80,
        "objective",
        in_dialogue=True,
    ),
    Wish(
        "callbacks",
        "information",
        "service",
        "crm",
        Text("回访中的不满当天转给我们", "Complaints from call-backs passed on the same day"),
        NONE,
        -30,
        -28,
        "acknowledged",
    ),
    Wish(
        "payments",
        "service",
        "sales",
        "finance",
        Text("月末最后三天当天付款", "Payments on the same day at month's end"),
        Text("客户等着提车。", "Customers wait for their cars."),
        -40,
        None,
        "raised",
    ),
    Wish(
        "shelves",
        "material",
        "accessories",
        "parts",
        Text("精品单独一排货架", "A rack of its own for accessories"),
        NONE,
        -50,
        -45,
        "declined",
        reason=Text(
            "仓库下季度改造，之后再议。", "The store room is rebuilt next quarter; let us talk again after that."
        ),
    ),
    Wish(
        "shuttle",
        "service",
        "service",
        "administration",
        Text("周末增加一班接送车", "One more shuttle on weekends"),
        Text("周末客户最多。", "Most customers come on weekends."),
        -4,
        None,
        "raised",
    ),
)

PROMISES = (
    Promise(
        "hr",
        ("accessories",),
        Text("3 名合格精品装饰工到岗", "3 qualified fitters on duty"),
        "customer",
        -150,
        "closed",
        (Measured("number", Text("在岗合格装饰工", "qualified fitters on duty"), "at_least", "3", PEOPLE, -60),),
        (
            Said(1, -75, "2", Text("第三人下周报到。", "The third one starts next week.")),
            Said(1, -61, "3", Text("三人均已通过考核。", "All three have passed the test.")),
        ),
        goal="staff",
        verdict="met",
        satisfied=(True,),
    ),
    Promise(
        "hr",
        ("service",),
        Text("按计划招到 2 名服务接待", "2 receptionists recruited in the planned time"),
        "customer",
        -79,
        "running",
        (
            Measured("number", Text("新到岗服务接待", "new receptionists on duty"), "at_least", "2", PEOPLE, 20),
            Measured("date", Text("岗前培训完成", "training done"), "by", "", NONE, 27),
        ),
        (
            Said(
                1,
                -12,
                "1",
                Text("第一人已到岗，第二人发出录用通知。", "One is on duty, the second has an offer."),
                "recorded",
            ),
        ),
        goal="staff",
        need="receptionists",
    ),
    Promise(
        "hr",
        ("service",),
        Text("留住核心技工", "Key technicians kept"),
        "customer",
        -79,
        "running",
        (Measured("number", Text("核心技工流失", "key technicians who left"), "at_most", "0", PEOPLE, 36),),
        (Said(1, -10, "0", Text("六人全部续签。", "All six have renewed their contracts.")),),
        goal="staff",
        need="technicians",
    ),
    Promise(
        "finance",
        ("service", "sales"),
        Text("报销三个工作日内到账", "Reimbursements paid within three working days"),
        "customer",
        -170,
        "judged",
        (
            Measured(
                "percentage", Text("三个工作日内到账", "paid within three working days"), "at_least", "95", NONE, -8
            ),
        ),
        (Said(1, -9, "96.4", Text("系统导出，共 212 笔。", "From the ledger, 212 cases.")),),
        goal="speed",
        verdict="met",
        satisfied=(False, None),
        words=Text("数字达标，月末三天照样排队。", "The figure is right, and at month's end we still queue."),
    ),
    Promise(
        "parts",
        ("service",),
        Text("常用件不断货", "Common parts in stock"),
        "customer",
        -90,
        "running",
        (Measured("percentage", Text("常用件有货率", "common parts in stock"), "at_least", "96", NONE, 15),),
        (Said(1, -3, "97", Text("周盘点。", "Weekly count."), "disputed"),),
        goal="retention",
    ),
    Promise(
        "service",
        ("finance",),
        Text("服务产值报表准时、准确", "The report of service output on time and right"),
        "customer",
        -160,
        "closed",
        (
            Measured("date", Text("上月报表交财务", "last month's report handed in"), "by", "", NONE, -20),
            Measured("number", Text("退回更正", "sent back to be corrected"), "at_most", "0", NONE, -20),
        ),
        (
            Said(1, -21, "", Text("2 日交出。", "Handed in on the 2nd.")),
            Said(2, -20, "1", Text("一处科目填错。", "One account was wrong.")),
        ),
        goal="speed",
        verdict="partly",
        satisfied=(True,),
    ),
    Promise(
        "crm",
        ("service", "sales"),
        Text("回访不满当天转出", "Complaints passed on the same day"),
        "customer",
        -70,
        "running",
        (Measured("percentage", Text("当天转出", "passed on the same day"), "at_least", "98", NONE, -2),),
        goal="retention",
    ),
    Promise(
        "administration",
        ("service",),
        Text("候车区翻新", "The waiting area renewed"),
        "superior",
        -60,
        "running",
        (Measured("date", Text("翻新完工", "works done"), "by", "", NONE, 30),),
    ),
    Promise(
        "administration",
        ("sales", "crm"),
        Text("展厅用电降一成", "A tenth less electricity in the showroom"),
        "superior",
        -60,
        "running",
        (Measured("percentage", Text("用电下降", "less electricity"), "at_least", "10", NONE, 36),),
    ),
    Promise(
        "logistics",
        ("sales",),
        Text("新车入库当天可提", "New cars ready on the day they arrive"),
        "customer",
        -6,
        "proposed",
        (Measured("percentage", Text("当天可提", "ready on the same day"), "at_least", "90", NONE, 45),),
        goal="speed",
    ),
    Promise(
        "accessories",
        ("sales",),
        Text("交车前精品加装不误期", "Accessories fitted before delivery"),
        "own",
        -45,
        "running",
        (Measured("number", Text("误期交车", "late deliveries"), "at_most", "2", NONE, 25),),
        (Said(1, -5, "1", Text("一台缺脚垫。", "One car lacked its mats.")),),
        goal="retention",
    ),
    Promise(
        "sales",
        ("finance",),
        Text("每周一报送本周资金需求", "The week's funding need reported every Monday"),
        "own",
        -2,
        "draft",
        (Measured("percentage", Text("周一前报送", "reported by Monday"), "at_least", "95", NONE, 40),),
    ),
)

MINUTES = Text(
    "服务部：旺季前需 2 名接待，10 月前到岗；核心技工薪酬需调整。\n人力资源部：两项均列为目标，每月通报进度。",
    "Service: two receptionists before the season; the pay of key technicians needs a look.\n"
    "HR: both become objectives, with a word on progress every month.",
)
OPEN_MINUTES = Text(
    "销售部：月末付款仍慢。财务部：试行月末加班窗口，下次报数据。",
    "Sales: payments at month's end are still slow. Finance: tries a late window, and brings figures next time.",
)
POINT = Text("接待岗前培训谁来带？", "Who leads the training of the new receptionists?")
