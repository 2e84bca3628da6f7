"""How scores, verdicts, flows and figures read on a page: words, signs and tones, in the reader's language.

Neutral to the models: everything takes plain values ("binary", 1, "information", 0.93), so that any app may use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.utils.functional import _StrPromise

register = template.Library()

#: From this many ratings on a figure stands on its own; below, it is shown lighter and n comes first.
ENOUGH = 5

UNDO_PREFIX = "undo:"
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Sign:
    """How one value is shown: its word, the name of its face or icon, and its tone (good, neutral, bad)."""

    word: _StrPromise | str
    face: str
    tone: str


SCORES: dict[str, dict[int, Sign]] = {
    "binary": {
        1: Sign(pgettext_lazy("score", "Good"), "4", "good"),
        0: Sign(pgettext_lazy("score", "Not good"), "2", "bad"),
    },
    "five": {
        1: Sign(pgettext_lazy("score", "Very poor"), "1", "bad"),
        2: Sign(pgettext_lazy("score", "Poor"), "2", "bad"),
        3: Sign(pgettext_lazy("score", "Fair"), "3", "neutral"),
        4: Sign(pgettext_lazy("score", "Good"), "4", "good"),
        5: Sign(pgettext_lazy("score", "Very good"), "5", "good"),
    },
}

VERDICTS = {
    "satisfied": Sign(gettext_lazy("Satisfied"), "4", "good"),
    "not_satisfied": Sign(gettext_lazy("Not satisfied"), "2", "bad"),
    "no_ratings": Sign(gettext_lazy("No ratings"), "none", "neutral"),
    # Translators: a verdict on confidential ratings of too few people (R20).
    "held_back": Sign(gettext_lazy("Held back"), "none", "neutral"),
}

FLOWS = {
    "information": Sign(gettext_lazy("Information flow"), "bi-chat-left-text", "information"),
    "service": Sign(gettext_lazy("Service flow"), "bi-headset", "service"),
    "material": Sign(gettext_lazy("Material flow"), "bi-box-seam", "material"),
}

FLOW_SHORT_WORDS = {
    "information": pgettext_lazy("flow", "Information"),
    "service": pgettext_lazy("flow", "Service"),
    "material": pgettext_lazy("flow", "Material"),
}

UNKNOWN = Sign("–", "none", "neutral")


def score_sign(score: int | str | None, scale: str) -> Sign:
    """Return the sign of a score on a scale; anything else reads as a dash."""
    try:
        return SCORES[scale][int(score)]  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return UNKNOWN


@register.filter
def score_word(score: int | None, scale: str) -> str:
    """`{{ 4|score_word:"five" }}` → Good / 好."""
    return str(score_sign(score, scale).word)


@register.filter
def score_face(score: int | None, scale: str) -> str:
    """Return the name of the face of a score: "1" (frowning) to "5" (beaming), or "none"."""
    return score_sign(score, scale).face


@register.filter
def score_tone(score: int | None, scale: str) -> str:
    """Return the tone of a score: good, neutral or bad, at the usual threshold (2 and under is not good)."""
    return score_sign(score, scale).tone


@register.filter
def scores_of(scale: str) -> list[tuple[int, Sign]]:
    """Return the scores of a scale as they are offered: good before not good; five points from poor to good."""
    return list(SCORES.get(scale, {}).items())


@register.filter
def verdict_sign(verdict: str) -> Sign:
    """Return the sign of a verdict: satisfied, not_satisfied, held_back or no_ratings."""
    return VERDICTS.get(verdict, UNKNOWN)


@register.filter
def flow_word(flow: str) -> str:
    """`{{ "information"|flow_word }}` → Information flow / 信息流."""
    sign = FLOWS.get(flow)
    return str(sign.word) if sign else flow


@register.filter
def flow_short(flow: str) -> str:
    """`{{ "information"|flow_short }}` → Information / 信息: for narrow places where "flow" is said nearby."""
    return str(FLOW_SHORT_WORDS.get(flow, flow))


@register.filter
def flow_icon(flow: str) -> str:
    """Return the icon class of a flow, e.g. bi-box-seam."""
    sign = FLOWS.get(flow)
    return sign.face if sign else "bi-arrow-right"


@register.filter
def flows(_: object = None) -> list[str]:
    """Return the three flows in display order."""
    return list(FLOWS)


def percent_number(value: float) -> str:
    """Return a share between 0 and 1 in whole per cent: 0.9333 → "93".

    Only what is all or nothing reads 100 or 0: 0.9996 → "99.9" and 0.0004 → "0.1".
    """
    per_cent = value * 100
    if 99.5 <= per_cent < 100:
        return str(floor(per_cent * 10) / 10)
    if 0 < per_cent < 0.5:
        return str(max(round(per_cent, 1), 0.1))
    return str(floor(per_cent + 0.5))


@register.filter
def percent(value: float | str | None) -> str:
    """`{{ 0.9333|percent }}` → 93 % / 93%; nothing known reads as a dash, never as 0 %."""
    if value in (None, ""):
        return "–"
    # Translators: a share. English sets a space before the sign (it is made no-break), Chinese none.
    return (gettext("%(number)s %%") % {"number": percent_number(float(value))}).replace(" ", NO_BREAK_SPACE)


@register.simple_tag
def percent_range(low: float | str | None, high: float | str | None) -> str:
    """`{% percent_range 0.88 0.96 %}` → (88–96 %) / (88%–96%); empty when a bound is unknown."""
    if low in (None, "") or high in (None, ""):
        return ""
    # Translators: an interval after a share, e.g. "93 % (88–96 %)".
    bounds = {"low": percent_number(float(low)), "high": percent_number(float(high))}
    return (gettext("(%(low)s–%(high)s %%)") % bounds).replace(" ", NO_BREAK_SPACE)


@register.simple_tag
def without_short_words(short: int, n: int, rate: float | None, verdict: str, lens: str) -> dict[str, str]:
    """Return what components/without_short.html says: what is `left_out`, what stands `between`, and the `rest`.

    `short`: ratings at short notice; `n`, `rate`, `verdict`: of the others; `lens`: "now" for the verdict, "long" for
    the rate. Made here, not in the template: a page says it a hundred times.
    """
    if n == 0:
        all_of_it = ngettext("The only rating came at short notice", "All %(n)s ratings came at short notice", short)
        return {"left_out": all_of_it % {"n": short}, "between": "", "rest": ""}
    left_out = ngettext("Without the one at short notice", "Without the %(n)s at short notice", short)
    if lens == "now":
        rest = str(verdict_sign(verdict).word).lower()
    else:
        rest = f"n={n} · {percent(rate)}" if is_few(n) else f"{percent(rate)} · n={n}"
    between = pgettext("between what is left out and the figure without it", ": ")
    return {"left_out": left_out % {"n": short}, "between": between, "rest": rest}


@register.filter
def is_few(n: int | None) -> bool:
    """Whether a figure of `n` ratings must say so: fewer than five."""
    return (n or 0) < ENOUGH


@register.simple_tag
def interval_geometry(
    rate: float | str | None, low: float | str | None, high: float | str | None
) -> dict[str, str] | None:
    """Return where the point and the whiskers of an interval stand on a bar 136 units wide, as attribute values.

    None when there is nothing to draw. (A variable that a template leaves out comes as an empty string.)
    """
    if rate in (None, "") or low in (None, "") or high in (None, ""):
        return None
    left, width = 4.0, 128.0
    places = {"rate": rate, "low": low, "high": high}
    return {name: f"{left + width * min(max(float(place), 0.0), 1.0):.1f}" for name, place in places.items()}


@register.filter
def undo_url(message: Message) -> str:
    """Return the address a message offers to undo with: `messages.success(…, extra_tags=f"undo:{url}")`, else empty."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO_PREFIX) if tags.startswith(UNDO_PREFIX) else ""
