"""What a score means. Pure: imports no Django.

Binary: good 1, not good 0. Five-point: 4-5 good, at or under the store's threshold (2 unless set, 1 to 3) not
good, what lies between is neutral (contract: "Figures, defined once").

>>> outcome("binary", 1), outcome("binary", 0)
('good', 'not_good')
>>> [outcome("five", score) for score in (1, 2, 3, 4, 5)]
['not_good', 'not_good', 'neutral', 'good', 'good']
>>> outcome("five", 3, threshold=3)
'not_good'
"""

from __future__ import annotations

SCORES = {"binary": (0, 1), "five": (1, 2, 3, 4, 5)}
GOOD_FROM = 4  # five-point: the top two boxes


def is_on_scale(scale: str, score: int) -> bool:
    """Return whether `score` exists on `scale` ("binary" or "five")."""
    return score in SCORES[scale]


def outcome(scale: str, score: int, *, threshold: int = 2) -> str:
    """Return "good", "neutral" or "not_good" for a score; `threshold` is the store's for five-point scores."""
    if scale == "binary":
        return "good" if score == 1 else "not_good"
    if score >= GOOD_FROM:
        return "good"
    return "not_good" if score <= threshold else "neutral"
