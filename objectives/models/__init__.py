"""The models of this app, by topic."""

from objectives.models.dialogues import (
    CalendarFeed,
    Dialogue,
    DialoguePoint,
    DialogueSeries,
    DialogueSignature,
    DialogueState,
    Rhythm,
)
from objectives.models.events import Event, EventKind
from objectives.models.facts import COUNTING, Evidence, Fact, FactState
from objectives.models.measures import COMPARISONS, NUMERIC, Comparison, Measure, MeasureKind
from objectives.models.needs import Need, NeedState
from objectives.models.objectives import (
    Criterion,
    Objective,
    ObjectiveCustomer,
    ObjectiveState,
    Source,
    Terms,
    TermsSignature,
    TermsState,
    Verdict,
)
from objectives.models.plans import (
    Board,
    CompanyGoal,
    CompanyPlan,
    GoalMeasure,
    PlanEdition,
    PlanEntry,
    PlanSignature,
    PlanState,
)

__all__ = [
    "COMPARISONS",
    "COUNTING",
    "NUMERIC",
    "Board",
    "CalendarFeed",
    "CompanyGoal",
    "CompanyPlan",
    "Comparison",
    "Criterion",
    "Dialogue",
    "DialoguePoint",
    "DialogueSeries",
    "DialogueSignature",
    "DialogueState",
    "Event",
    "EventKind",
    "Evidence",
    "Fact",
    "FactState",
    "GoalMeasure",
    "Measure",
    "MeasureKind",
    "Need",
    "NeedState",
    "Objective",
    "ObjectiveCustomer",
    "ObjectiveState",
    "PlanEdition",
    "PlanEntry",
    "PlanSignature",
    "PlanState",
    "Rhythm",
    "Source",
    "Terms",
    "TermsSignature",
    "TermsState",
    "Verdict",
]
