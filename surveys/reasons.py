"""What was not good: each flow's own quality words (R4-R6). Imports no Django but its translation marker."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: flow -> reason code -> words. Codes are kept in the database and used in imports: never rename one.
REASONS: dict[str, dict[str, Promise]] = {
    "information": {  # R4: timely, accurate, complete
        "late": _("not in time"),
        "inaccurate": _("not accurate"),
        "incomplete": _("not complete"),
    },
    "service": {  # R5: prompt, courteous, solved
        "slow": _("not prompt"),
        "discourteous": _("not courteous"),
        "unsolved": _("not solved"),
    },
    "material": {  # R6: right item, right quantity, on time, undamaged
        "wrong-item": _("wrong item"),
        "wrong-quantity": _("wrong quantity"),
        "late": _("late"),
        "damaged": _("damaged"),
    },
}


def reason_words(flow: str, codes: list[str]) -> list[str]:
    """Return the words of reason codes of a flow, in the flow's own order; unknown codes are left out."""
    return [str(words) for code, words in REASONS[flow].items() if code in codes]
