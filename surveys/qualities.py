"""What a supplier is asked about in a survey round: each flow's own quality words (R4-R6). What was not good, in daily
ratings: surveys/reasons.py. Imports no Django but its translation marker.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: flow -> quality code -> words. Codes are kept in the database: never rename one.
QUALITIES: dict[str, dict[str, Promise]] = {
    "information": {  # R4: timely, accurate, complete
        "timely": pgettext_lazy("quality", "Timely"),
        "accurate": pgettext_lazy("quality", "Accurate"),
        "complete": pgettext_lazy("quality", "Complete"),
    },
    "service": {  # R5: prompt, courteous, solved
        "prompt": pgettext_lazy("quality", "Prompt"),
        "courteous": pgettext_lazy("quality", "Courteous"),
        "solved": pgettext_lazy("quality", "Solved"),
    },
    "material": {  # R6: right item, right quantity, on time, undamaged
        "right-item": _("Right item"),
        "right-quantity": _("Right quantity"),
        "on-time": pgettext_lazy("quality", "On time"),
        "undamaged": pgettext_lazy("quality", "Undamaged"),
    },
}


def quality_word(flow: str, code: str) -> str:
    """Return the word of a quality of a flow, in the reader's language; the code itself where it is not known."""
    return str(QUALITIES.get(flow, {}).get(code, code))
