"""What a closed round comes to: read once from its answers, before these are deleted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from surveys.models import RoundAnswer, RoundInvitation, RoundResult, SurveyRound
from surveys.qualities import QUALITIES
from surveys.rounds import Block, Sheet, blocks_of, raters_of


@dataclass(frozen=True)
class Outcome:
    """The results by supplier; how many were asked and answered; how many people stand in a figure at all."""

    results: list[RoundResult]
    invited: int
    answered: int
    raters: int


def results_of(survey_round: SurveyRound) -> Outcome:
    """Work out what a round comes to; only what was sent counts. Two queries, nothing is written."""
    sent = dict(RoundInvitation.objects.filter(round=survey_round).values_list("pk", "answered_at"))
    rows = RoundAnswer.objects.filter(invitation__round=survey_round).order_by("supplier", "flow", "pk")
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    asked: dict[int, set[int]] = defaultdict(set)
    flows: dict[int, set[str]] = defaultdict(set)
    words: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        asked[row.supplier_id].add(row.invitation_id)
        flows[row.supplier_id].add(row.flow)
        if sent[row.invitation_id] is None:
            continue
        scores = {code: row.scores[code] for code in QUALITIES[row.flow] if row.scores.get(code) is not None}
        sheets[row.supplier_id].append(Sheet(row.invitation_id, row.supplier_id, row.flow, scores))
        if row.comment:
            words[row.supplier_id].append(row.comment)
    results, told = [], set[int]()
    for supplier, people in asked.items():
        found = blocks_of(sheets[supplier], least=survey_round.least_raters)
        if found:
            told |= raters_of(sheets[supplier])
        results.append(
            RoundResult(
                dealership=survey_round.dealership,
                round=survey_round,
                supplier_id=supplier,
                flows=[flow for flow in QUALITIES if flow in flows[supplier]],
                asked=len(people),
                raters=len(raters_of(sheets[supplier])) if found else None,
                flow_raters=_by_flow(sheets[supplier], found),
                blocks=[block.kept() for block in found],
                comments=_shuffled(words[supplier]) if found else [],
            )
        )
    return Outcome(results, len(sent), sum(moment is not None for moment in sent.values()), len(told))


def _by_flow(sheets: list[Sheet], blocks: list[Block]) -> dict[str, int]:
    """Return how many people rated each flow, but for those told together with another flow."""
    together = {flow for block in blocks for flow, _quality in block.parts if len(flows_of(block)) > 1}
    alone = {flow for block in blocks for flow in flows_of(block)} - together
    return {flow: len(raters_of(sheet for sheet in sheets if sheet.flow == flow)) for flow in sorted(alone)}


def flows_of(block: Block) -> set[str]:
    """Return the flows a block holds scores of."""
    return {flow for flow, _quality in block.parts}


def _shuffled(words: list[str]) -> list[str]:
    """Return comments in an order that says nothing of who wrote them, or when; the same each time."""
    return sorted(words, key=lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
