"""A low score soon after receiving one (R18, R20). Pure: imports no Django.

Sales rates Finance, and Finance rates Sales. If Sales was found "not good" by Finance, and somebody of Sales finds
Finance "not good" within a week, that may be an answer in kind, or chance. So it is held against that rater's own norm:
the share of "not good" they give the same supplier at all other times.

Finance finds Sales not good on days 0, 50 and 100. Bo of Sales finds Finance not good 4 times out of 5 just then, and
once in 20 at other times:

>>> received = [Verdict("an", "finance", "sales", day, True) for day in (0, 50, 100)]
>>> soon = [Verdict("bo", "sales", "finance", day, day != 3) for day in (1, 3, 51, 52, 104)]
>>> else_ = [Verdict("bo", "sales", "finance", day, day == 20) for day in range(10, 50, 2)]
>>> for each in answers_in_kind([*received, *soon, *else_]):
...     print(each.rater, each.supplier, each.own, each.others, f"{each.difference:+.0%}", each.stands_out)
bo finance Share(of=4, n=5) Share(of=1, n=20) +75% True
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import NormalDist

from surveys.distances import NONE, Distance, Share, stands_apart
from surveys.statistics import difference_interval

#: So many days after a "not good" was received another one counts as soon.
SOON = 7.0
#: So often, at the most, is a pair named that is just at what is tolerated.
DOUBT = 0.02


@dataclass(frozen=True)
class Verdict:
    """One rating, by whom, for which customer of which supplier. `moment`: in days, from any day on."""

    rater: Hashable
    customer: Hashable
    supplier: Hashable
    moment: float
    not_good: bool


def answers_in_kind(verdicts: Iterable[Verdict]) -> list[Distance[Hashable, Hashable]]:
    """Return, per rater and supplier, the "not good" given soon after one was received, against the rater's own norm.

    `verdicts`: of both directions. `own` is what was given soon after, `others` what the same rater gave the supplier
    at other times; who rated it only at one of both is left out.
    """
    given = list(verdicts)
    received: dict[tuple[Hashable, Hashable], list[float]] = defaultdict(list)
    for each in given:
        if each.not_good:
            received[each.supplier, each.customer].append(each.moment)
    for moments in received.values():
        moments.sort()
    shares: dict[tuple[Hashable, Hashable], list[Share]] = defaultdict(lambda: [NONE, NONE])
    for each in given:
        moments = received.get((each.customer, each.supplier), [])
        before = bisect_left(moments, each.moment)
        soon = before > 0 and each.moment - moments[before - 1] <= SOON
        shares[each.supplier, each.rater][not soon] += Share(int(each.not_good), 1)
    compared = {names: both for names, both in shares.items() if both[0].n and both[1].n}
    sure = NormalDist().inv_cdf(1 - DOUBT)
    found = []
    for (supplier, rater), (own, norm) in compared.items():
        interval = difference_interval((own.of, own.n), (norm.of, norm.n))
        assert interval is not None
        found.append(Distance(supplier, rater, own, norm, *interval, stands_apart(own, norm, sure)))
    return found
