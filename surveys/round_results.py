"""What a closed round comes to: read once from its answers, before these are deleted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    """Work out what a round comes to, from its rows. Two queries, nothing is written."""
    sent = dict(RoundInvitation.objects.filter(round=survey_round).values_list("pk", "answered_at"))
    rows = RoundAnswer.objects.filter(invitation__round=survey_round).order_by("supplier", "flow", "pk")
    return outcome_of(survey_round, rows, {pk: moment is not None for pk, moment in sent.items()})


def outcome_of(survey_round: SurveyRound, rows: Iterable[RoundAnswer], sent: Mapping[int, bool]) -> Outcome:
    """Work out what answers come to; `sent`: whether an invitation was answered. Only what was sent counts."""
    by_supplier: dict[int, list[RoundAnswer]] = defaultdict(list)
    for row in rows:
        by_supplier[row.supplier_id].append(row)
    results, told = [], set[int]()
    for supplier, asked in by_supplier.items():
        sheets = [_sheet(row) for row in asked if sent[row.invitation_id]]
        blocks = blocks_of(sheets, least=survey_round.least_raters)
        flows = {flow for block in blocks for flow in block.flows}
        # What is held back is not told in any other way either: neither who was asked about it, nor its words.
        shown = [sheet for sheet in sheets if sheet.flow in flows]
        told |= raters_of(shown)
        results.append(
            RoundResult(
                dealership=survey_round.dealership,
                round=survey_round,
                supplier_id=supplier,
                flows=[flow for flow in QUALITIES if any(row.flow == flow for row in asked)],
                asked=len({row.invitation_id for row in asked if not flows or row.flow in flows}),
                raters=len(raters_of(shown)) if blocks else None,
                flow_raters=_by_flow(shown, blocks),
                blocks=[block.kept() for block in blocks],
                comments=_shuffled(
                    [row.comment for row in asked if row.comment and row.flow in flows and sent[row.invitation_id]]
                ),
            )
        )
    return Outcome(results, len(sent), sum(sent.values()), len(told))


def _sheet(row: RoundAnswer) -> Sheet:
    scores = {code: row.scores[code] for code in QUALITIES[row.flow] if row.scores.get(code) is not None}
    return Sheet(row.invitation_id, row.supplier_id, row.flow, scores)


def _by_flow(sheets: list[Sheet], blocks: list[Block]) -> dict[str, int]:
    """Return how many people rated each flow, but for those told together with another flow."""
    together = {flow for block in blocks for flow in block.flows if len(block.flows) > 1}
    alone = {flow for block in blocks for flow in block.flows} - together
    return {flow: len(raters_of(sheet for sheet in sheets if sheet.flow == flow)) for flow in sorted(alone)}


def _shuffled(words: list[str]) -> list[str]:
    """Return comments in an order that says nothing of who wrote them, or when; the same each time."""
    return sorted(words, key=lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
