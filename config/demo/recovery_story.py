"""The words of recoveries in the demo store, by flow, in Chinese and English. None of them names a person (R20)."""

from __future__ import annotations

from config.demo.request_story import Text

#: What the supplier says it will do.
PLANS = {
    "information": (
        Text("核对口径后重新发一份。", "We check the method and send it again."),
        Text("补齐缺的部分，以后周一十点前发出。", "We add what was missing; from now on before ten on Mondays."),
        Text("和系统数据对一遍，差异逐条说明。", "We compare it with the system and explain each difference."),
    ),
    "service": (
        Text("当面道歉，当天补办。", "We apologise and do it today."),
        Text("指定专人跟进，办完主动告知。", "One of us follows it up and tells you when it is done."),
        Text("材料清单提前发出，一次办完。", "We send the list of papers ahead, so that one visit is enough."),
    ),
    "material": (
        Text("换货，今天送到。", "We exchange it and deliver today."),
        Text("补发缺件，并核对了这批订单。", "We send what was missing, and have checked the whole order."),
        Text("出库时双人核对型号。", "From now on two of us check the type before it leaves."),
    ),
}
#: What the superior says who has it after it was not mended.
SUPERIOR_PLANS = (
    Text("我来协调，本周内解决。", "I see to it myself; it will be solved this week."),
    Text("增加一名后备人员，先解决这一件。", "We add a second person, and settle this one first."),
    Text("流程改为当天回复，结果我亲自确认。", "From now on the answer comes the same day, and I check it."),
)
#: What the customer says is missing.
MISSING = {
    "information": (
        Text("还差两个项目没有补。", "Two items are still missing."),
        Text("重发的还是旧数据。", "What came again has the old figures."),
    ),
    "service": (
        Text("说好的日期没有办成。", "It was not done on the day you said."),
        Text("问题又出现了。", "It happened again."),
    ),
    "material": (
        Text("换来的还是不对。", "The exchanged one is wrong, too."),
        Text("缺的件还没到。", "The missing part has not come."),
    ),
}
#: What the customer says when it is mended; mostly nothing.
THANKS = (
    Text("好了，谢谢。", "All right now, thank you."),
    Text("已经补上了。", "It has been made good."),
)
