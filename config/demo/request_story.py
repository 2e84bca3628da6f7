"""What is asked for in the demo store, as data: how often, how early, in which words.

Texts stand in Chinese and English. `{n}` in a wish is a number inside its words; else a number is its quantity.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """Words in both languages of the demo."""

    zh_hans: str
    en: str

    def in_(self, language: str) -> str:
        """Return the words in a language of the demo."""
        return self.en if language == "en" else self.zh_hans


class Wish(NamedTuple):
    """Something that is asked for, with the bounds of its number, if it has one."""

    words: Text
    low: int = 0
    high: int = 0


class Manner(NamedTuple):
    """How an item is asked for. Shares are of the interactions, or of the requests; notices are in working days.

    `worse`: by how much a request at short notice has the smaller chance of a good rating (R12); the mean stays.
    """

    share: float
    notices: tuple[int, ...]  # over the lead time, where one is agreed
    short: float = 0.0  # where a window or a lead time is agreed: kept to neither
    worse: float = 0.0
    late: float = 0.05
    delays: tuple[int, ...] = (1, 1, 2)
    trips: float = 0.0
    exceptions: float = 0.0


SOON = (0, 0, 1, 1, 1, 2, 3)
MANNERS = {
    "reimbursement": Manner(0.35, (1, 2, 3, 4, 5), 0.75, 0.3, 0.04, trips=0.1, exceptions=0.03),
    "advances": Manner(0.35, SOON, trips=0.08, exceptions=0.03),
    "acceptance-bills": Manner(0.5, SOON, 0.25, 0.12, 0.1, trips=0.04, exceptions=0.02),
    "accounting": Manner(0.2, (1, 2, 3, 5), late=0.1),
    "office-supplies": Manner(0.2, (1, 1, 2, 3), late=0.08),
    "vehicles": Manner(0.38, SOON, 0.5, 0.42, 0.03, delays=(1,)),
    "recruiting": Manner(0.45, (0, 2, 5, 8, 12), 0.3, 0.25, 0.3, delays=(1, 2, 3, 5, 8)),
    "complaint-handling": Manner(0.06, (0, 0, 1, 2)),
    "pre-delivery-inspection": Manner(0.08, SOON, late=0.04, delays=(1,)),
    "parts-supply": Manner(0.07, (0, 1, 1, 2), late=0.12, trips=0.08),
    "accessories-supply": Manner(0.08, (1, 1, 2, 3), late=0.08, trips=0.03),
    "new-vehicles": Manner(0.08, (2, 3, 5), late=0.08),
    "parts-freight": Manner(0.1, SOON, late=0.08),
}

WISHES: dict[str, tuple[Wish, ...]] = {
    "reimbursement": (
        Wish(Text("差旅费，发票 {n} 张", "Travel expenses, {n} receipts"), 3, 15),
        Wish(Text("培训费，发票 {n} 张", "Training fees, {n} receipts"), 2, 6),
        Wish(Text("招待费，发票 {n} 张", "Hospitality, {n} receipts"), 2, 8),
        Wish(Text("市内交通费，票据 {n} 张", "Local transport, {n} receipts"), 5, 30),
        Wish(Text("试驾活动场地费", "Venue of the test-drive day")),
    ),
    "advances": (
        Wish(Text("车展备用金", "Cash for the motor show")),
        Wish(Text("外出救援备用金", "Cash for a roadside rescue")),
        Wish(Text("厂家培训差旅借支", "Travel advance for the manufacturer's training")),
    ),
    "acceptance-bills": (
        Wish(Text("配件款承兑汇票", "Acceptance bill for parts")),
        Wish(Text("提车款承兑汇票", "Acceptance bill for new cars")),
    ),
    "accounting": (
        Wish(Text("核对返利差额", "Reconcile the rebate difference")),
        Wish(Text("上月工时成本分摊", "Last month's labour cost split")),
    ),
    "office-supplies": (
        Wish(Text("箱装打印纸", "boxes of printing paper"), 2, 12),
        Wish(Text("硒鼓", "toner cartridges"), 2, 4),
        Wish(Text("工牌", "name badges"), 2, 10),
        Wish(Text("会议室投影仪维修", "Repair of the meeting room's projector")),
    ),
    "vehicles": (
        Wish(Text("接送客户", "Customer shuttle")),
        Wish(Text("去车管所办证", "Trip to the registration office")),
        Wish(Text("去厂家开会", "Trip to the manufacturer's meeting")),
        Wish(Text("试驾活动用车", "cars for the test-drive day"), 2, 4),
    ),
    "recruiting": (
        Wish(Text("机修工", "mechanics"), 2, 4),
        Wish(Text("保险专员", "insurance specialists"), 2, 3),
        Wish(Text("服务顾问", "service adviser"), 1, 1),
        Wish(Text("销售顾问", "sales advisers"), 2, 5),
        Wish(Text("库管员", "storekeeper"), 1, 1),
    ),
    "complaint-handling": (
        Wish(Text("回访投诉异响的客户", "Call back the customer who complained of a noise")),
        Wish(Text("安抚等待过久的客户", "Talk to the customer who waited too long")),
    ),
    "pre-delivery-inspection": (
        Wish(Text("周末交付的新车", "new cars for the weekend"), 2, 6),
        Wish(Text("下午提车的新车", "New car to be collected in the afternoon")),
    ),
    "parts-supply": (
        Wish(Text("前刹车片（套）", "sets of front brake pads"), 2, 8),
        Wish(Text("机油滤清器", "oil filters"), 10, 40),
        Wish(Text("前大灯总成", "Headlamp unit")),
        Wish(Text("空调压缩机", "Air-conditioning compressor")),
    ),
    "accessories-supply": (
        Wish(Text("全车脚垫（套）", "sets of floor mats"), 2, 10),
        Wish(Text("行车记录仪", "dashboard cameras"), 2, 6),
        Wish(Text("车窗贴膜（套）", "sets of window film"), 2, 6),
    ),
    "new-vehicles": (
        Wish(Text("从港口仓库调车", "cars from the port warehouse"), 2, 6),
        Wish(Text("从兄弟店调一台现车", "Car from another store of the group")),
    ),
    "parts-freight": (
        Wish(Text("区域仓库提货", "Fetch parts from the regional warehouse")),
        Wish(Text("加急件当日到店", "Urgent part, here today")),
    ),
}

#: Why the customer had to come again (R13).
TRIPS = {
    "reimbursement": (
        Text("发票抬头不对，要重开。", "The receipt was made out to the wrong name."),
        Text("缺部门经理签字。", "The manager's signature was missing."),
    ),
    "advances": (Text("借支单填错了金额。", "The form had the wrong amount."),),
    "acceptance-bills": (Text("合同复印件没带。", "The copy of the contract was missing."),),
    "parts-supply": (Text("先发的型号不对，又来换了一次。", "The first one was of the wrong type."),),
    "accessories-supply": (Text("少发了一套，又来取了一次。", "A set was missing, so we came again."),),
}
#: Exceptions taken to the superior, and the superior's words.
EXCEPTIONS = (
    Text("只有收据，没有发票。", "There is a receipt, and no invoice."),
    Text("金额超出部门月度限额。", "The amount is over the department's monthly limit."),
    Text("发票日期是上个季度的。", "The invoice is of last quarter."),
)
ALLOWED = (
    Text("同意，下不为例。", "Allowed, this once."),
    Text("情况属实，同意。", "It is as they say: allowed."),
)
REFUSED = (Text("不符合规定，请补开发票后再报。", "Against the rule: please get an invoice first."),)
COMMENTS = (
    Text("请带上原件。", "Please bring the originals."),
    Text("已经安排，前一天再确认。", "It is planned; I will confirm the day before."),
    Text("材料齐了，可以直接来。", "Everything is there, just come."),
)
#: Why a request is declined; the first ones are for everything.
DECLINES: dict[str, tuple[Text, ...]] = {
    "": (Text("这一天排满了，请改约。", "That day is full; please ask for another."),),
    "reimbursement": (Text("这笔费用不在预算内。", "This is not in the budget."),),
    "vehicles": (Text("当天没有空车。", "No car is free on that day."),),
    "recruiting": (Text("编制已满，先走编制申请。", "The headcount is full: it must be raised first."),),
    "office-supplies": (Text("库里有，直接来领。", "It is in stock: just fetch it."),),
    "parts-supply": (Text("厂家停产，请用替代件。", "No longer made; please take the substitute."),),
}
WITHDRAWALS = (
    Text("客户改期了。", "The customer chose another day."),
    Text("不需要了。", "Not needed any more."),
    Text("重复提交了。", "Asked twice by mistake."),
)
