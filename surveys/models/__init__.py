"""Ratings and their history, what of confidential ones is told, how a "not good" is mended, and the rollups."""

from surveys.models.management import ManagementBlock, ManagementRating, ManagementSide
from surveys.models.ratings import Rating, RatingChange
from surveys.models.recoveries import Recovery, RecoveryEvent, RecoveryEventKind, RecoveryState
from surveys.models.rollups import Grain, Rollup, ShardRun
from surveys.models.rounds import RoundAnswer, RoundInvitation, RoundKind, RoundResult, RoundState, SurveyRound
from surveys.models.sealed import SealedBatch, SealedBlock

__all__ = [
    "Grain",
    "ManagementBlock",
    "ManagementRating",
    "ManagementSide",
    "Rating",
    "RatingChange",
    "Recovery",
    "RecoveryEvent",
    "RecoveryEventKind",
    "RecoveryState",
    "Rollup",
    "RoundAnswer",
    "RoundInvitation",
    "RoundKind",
    "RoundResult",
    "RoundState",
    "SealedBatch",
    "SealedBlock",
    "ShardRun",
    "SurveyRound",
]
