"""Two versions of an objective's terms side by side: what came, what went, what is said otherwise (R27)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from objectives.measure_lines import line_of, said
from objectives.measure_words import measure_words
from objectives.models import Criterion


@dataclass(frozen=True)
class Piece:
    """Some words of a sentence; `changed`: whether the other version says something else there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Pair:
    """One criterion in both versions, in words; no pieces where a version does not have it.

    `change`: "same", "changed", "added" or "removed".
    """

    number: int
    change: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def compare(before: Iterable[Criterion], after: Iterable[Criterion]) -> list[Pair]:
    """Return the criteria of two versions by their numbers, which stay the same from version to version."""
    old, new = {each.number: each for each in before}, {each.number: each for each in after}
    return [_pair(number, old.get(number), new.get(number)) for number in sorted(old.keys() | new.keys())]


def _pair(number: int, old: Criterion | None, new: Criterion | None) -> Pair:
    if old is None or new is None:
        gone = (Piece(measure_words(old), True),) if old is not None else ()
        came = (Piece(measure_words(new), True),) if new is not None else ()
        return Pair(number, "added" if old is None else "removed", gone, came)
    if said(line_of(old)) == said(line_of(new)):
        return Pair(number, "same", *two_sides(measure_words(old), measure_words(new)))
    return Pair(number, "changed", *two_sides(measure_words(old), measure_words(new)))


def two_sides(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two sentences in pieces, word by word; Chinese is cut sign by sign, numbers stay whole.

    >>> two_sides("at least 3 by 2 March", "at least 4 by 2 March")[1]
    (Piece(text='at least ', changed=False), Piece(text='4', changed=True), Piece(text=' by 2 March', changed=False))
    """
    old, new = _words(before), _words(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, words in ((left, old[i1:i2]), (right, new[j1:j2])):
            if words:
                side.append(Piece("".join(words), tag != "equal"))
    return tuple(left), tuple(right)


def _words(text: str) -> list[str]:
    """Cut a sentence into words, signs and spaces, so that joined they are the sentence again."""
    return re.findall(r"\d+(?:[.,]\d+)*|[^\W\d\u2e80-\u9fff]+|\s+|.", text, re.DOTALL)
