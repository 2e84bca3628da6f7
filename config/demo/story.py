"""What happens in the demo store, as data: how often, how well, and in which words.

Qualities are chances of a good rating, at the beginning and at the end of the time shown.
"""

from __future__ import annotations

from typing import NamedTuple

#: Store names after the first one, which is STORE_NAME alone.
STORE_NAME = {"zh-hans": "星辉汽车4S店", "en": "Starlight Motors"}
GROUP_NAME = {"zh-hans": "星辉汽车集团", "en": "Starlight Motor Group"}
GROUP_MANAGER = {"zh-hans": "顾明远", "en": "Gu Mingyuan"}
PLACES = {
    "zh-hans": ("城东", "城西", "城南", "城北", "滨江", "开发区", "高新区", "新城", "湖滨", "东站"),
    "en": ("East", "West", "South", "North", "Riverside", "Docks", "Hightech", "Newtown", "Lakeside", "Station"),
}


class Course(NamedTuple):
    """How an item goes: how often (relative), how well at first and at last, its rhythm."""

    weight: float
    first: float = 0.97
    last: float = 0.97
    rhythm: str = "daily"


COURSES = {
    # information
    "sales-report": Course(5),
    "funding-needs": Course(1, rhythm="mondays"),
    "output-value": Course(2.5, 0.92, 0.95),
    "gross-profit": Course(1, rhythm="month-start"),
    "receivables": Course(1.2, rhythm="month-start"),
    "rebates": Course(0.6, rhythm="month-start"),
    "customer-files": Course(3, 0.93, 0.96),
    "visit-records": Course(3),
    "customer-feedback": Course(2),
    "stock-value": Course(1, rhythm="mondays"),
    "arrival-notices": Course(2, 0.94, 0.97),
    "delivery-plan": Course(2),
    "monthly-accounts": Course(0.4, rhythm="month-start"),
    "work-orders": Course(7, 0.96, 0.97),
    "progress-reports": Course(7, 0.92, 0.91),
    "fault-evidence": Course(3),
    "claim-results": Course(3, 0.94, 0.95),
    # service: Finance is busy on Mondays; vehicles got worse; recruiting got better
    "reimbursement": Course(1.4, 0.94, 0.92, "mondays"),
    "advances": Course(0.8, 0.96, 0.97, "mondays"),
    "acceptance-bills": Course(0.6, 0.97, 0.97, "mondays"),
    "accounting": Course(0.6, 0.97, 0.98, "month-start"),
    "office-supplies": Course(0.5, 0.97, 0.97),
    "vehicles": Course(1.1, 0.96, 0.72),
    "recruiting": Course(0.5, 0.55, 0.94),
    "complaint-handling": Course(2, 0.93, 0.95),
    "pre-delivery-inspection": Course(5, 0.95, 0.98),
    "warranty-approval": Course(3),
    "repair": Course(7, 0.94, 0.96),
    # material
    "parts-supply": Course(4, 0.92, 0.9),
    "parts-issue": Course(6, 0.96, 0.97),
    "accessories-supply": Course(2, 0.94, 0.96),
    "new-vehicles": Course(3),
    "parts-freight": Course(2, 0.95, 0.96),
}

#: Interactions on these (supplier, customer, item) are logged, and nobody rates them.
SILENT = {("parts", "finance", "stock-value")}

#: In the current month only these items of these suppliers disappoint: the others keep the word "satisfied" (R16).
TROUBLED_THIS_MONTH = {
    ("administration", "vehicles"),
    ("finance", "reimbursement"),
    ("parts", "parts-supply"),
    ("service-workshop", "progress-reports"),
}


class Veto(NamedTuple):
    """A "not good" of the current month that always happens: on which link, how many days ago, and why.

    `recovery`: where its recovery stands now, "open", "planned" or "escalated"; empty: it takes its course (R21).
    """

    supplier: str
    customer: str
    item: str
    days_ago: int
    reason: str
    zh_hans: str
    en: str
    recovery: str = ""


VETOES = (
    Veto(
        "service",
        "finance",
        "output-value",
        3,
        "incomplete",
        "少了事故车的产值。",
        "The accident repairs were missing.",
        "open",
    ),
    Veto("service", "finance", "output-value", 12, "late", "周报晚了一天。", "The weekly report came a day late."),
    Veto("finance", "service", "reimbursement", 2, "slow", "等了两个星期一。", "It took two Mondays.", "planned"),
    Veto(
        "administration",
        "sales",
        "vehicles",
        4,
        "unsolved",
        "试驾活动当天没有车。",
        "No car on the day of the test drives.",
        "escalated",
    ),
    Veto(
        "parts",
        "service-workshop",
        "parts-supply",
        1,
        "wrong-item",
        "送来的是旧型号刹车片。",
        "Brake pads of the old type.",
    ),
)

#: A link that ended and was followed by one on the other scale (R10): supplier, customer, item.
REVISED = ("accessories", "sales", "accessories-supply")

NOT_GOOD_COMMENTS = {
    "information": {
        "zh-hans": ("数据和上周对不上。", "催了两次才发来。", "缺了两个车型。", "口径又变了，没有提前说明。"),
        "en": (
            "The figures do not match last week's.",
            "It came after we had asked twice.",
            "Two models were missing.",
            "The method had changed without a word.",
        ),
    },
    "service": {
        "zh-hans": ("跑了两趟才办好。", "没有说什么时候能办完。", "问题还在。", "态度可以，就是太慢。"),
        "en": (
            "It took two trips.",
            "Nobody said when it would be done.",
            "The problem is still there.",
            "Friendly, but too slow.",
        ),
    },
    "material": {
        "zh-hans": ("型号不对，退回去了。", "少了两件。", "包装破损。", "客户在店里等了一上午。"),
        "en": (
            "Wrong type, sent back.",
            "Two pieces short.",
            "The packing was torn.",
            "The customer waited all morning.",
        ),
    },
}
GOOD_COMMENTS = {
    "zh-hans": ("很快，谢谢。", "提前通知了，很好安排。", "数据很清楚。", "周末也帮忙处理了。"),
    "en": ("Quick, thank you.", "Told us ahead, easy to plan.", "Very clear figures.", "Helped even on the weekend."),
}
NOTES: dict[str, dict[str, tuple[str, ...]]] = {
    "reimbursement": {
        "zh-hans": ("差旅费", "培训费", "招待费"),
        "en": ("travel expenses", "training fees", "hospitality"),
    },
    "vehicles": {
        "zh-hans": ("接送客户", "车管所办证", "厂家会议"),
        "en": ("customer shuttle", "registration office", "manufacturer's meeting"),
    },
    "recruiting": {
        "zh-hans": ("机修工 2 名", "服务顾问 1 名", "保险专员 2 名"),
        "en": ("2 mechanics", "1 service adviser", "2 insurance specialists"),
    },
    "parts-supply": {
        "zh-hans": ("刹车片", "机油滤清器", "前大灯总成"),
        "en": ("brake pads", "oil filters", "headlamp unit"),
    },
    "repair": {
        "zh-hans": ("保养 2 万公里", "钣金喷漆", "空调异响"),
        "en": ("20,000 km service", "body and paint", "noisy air conditioning"),
    },
    "pre-delivery-inspection": {
        "zh-hans": ("交付前检查", "客户下午提车"),
        "en": ("before handover", "customer comes this afternoon"),
    },
    "output-value": {"zh-hans": ("周报", "月报"), "en": ("weekly", "monthly")},
    "advances": {"zh-hans": ("展会备用金",), "en": ("cash for the motor show",)},
}

#: How busy a weekday is, Monday first, by rhythm.
WEEKDAYS = {
    "daily": (1.1, 1.0, 1.0, 1.05, 1.2, 1.15, 0.35),
    "mondays": (4.2, 0.9, 0.7, 0.6, 0.6, 0.05, 0.0),
    "month-start": (1.2, 1.1, 1.1, 1.1, 1.1, 0.4, 0.05),
}
#: Days (month, day) on which little happens: New Year, Labour Day, National Day.
QUIET_DAYS = {(1, 1), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}


def busyness(rhythm: str, month: int, day: int, weekday: int) -> float:
    """Return how much happens on a day, around 1, in a rhythm; `weekday` 0 is Monday."""
    factor = WEEKDAYS[rhythm][weekday]
    if rhythm == "month-start":
        factor *= 3.5 if day <= 6 else 0.4
    return factor * (0.25 if (month, day) in QUIET_DAYS else 1.0)
