"""Ratings and their history, how a "not good" is mended, and the rollups."""

from surveys.models.ratings import Rating, RatingChange
from surveys.models.recoveries import Recovery, RecoveryEvent, RecoveryEventKind, RecoveryState
from surveys.models.rollups import Grain, Rollup, ShardRun

__all__ = [
    "Grain",
    "Rating",
    "RatingChange",
    "Recovery",
    "RecoveryEvent",
    "RecoveryEventKind",
    "RecoveryState",
    "Rollup",
    "ShardRun",
]
