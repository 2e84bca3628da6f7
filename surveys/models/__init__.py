"""Ratings, their history, and the rollups."""

from surveys.models.ratings import Rating, RatingChange
from surveys.models.rollups import Grain, Rollup, ShardRun

__all__ = ["Grain", "Rating", "RatingChange", "Rollup", "ShardRun"]
