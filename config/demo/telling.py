"""The demo store's whole story, in the order in which its rows need each other."""

from __future__ import annotations

from typing import NamedTuple

from config.demo.calls import Calls
from config.demo.happenings import Chronicle
from config.demo.management import Management
from config.demo.notices import Notices
from config.demo.promises import Promises
from config.demo.records import Recorder
from config.demo.recoveries import Recoveries
from config.demo.rounds import Rounds
from config.demo.scene import Scene
from config.demo.store import Plan
from dealership.models import Dealership


class Loaded(NamedTuple):
    """How much a demo store holds."""

    ratings: int
    requests: int
    recoveries: int
    objectives: int


def tell(dealership: Dealership, plan: Plan) -> Loaded:
    """Write everything that happened in a store up to the plan's moment. Marks nothing: rebuild the rollups after."""
    chronicle = Chronicle(dealership, plan)
    office, staff = chronicle.office, chronicle.staff
    links = [term.link for term in chronicle.terms]
    calls = Calls(dealership, plan, office, staff, links)
    scene = Scene(plan, office, staff, links)
    recorder = Recorder(dealership, plan)
    recorder.write(chronicle.happenings())
    recorder.write(iter([*calls.done, *scene.done]))
    recorder.write_requests([*calls.waiting, *scene.waiting])
    calls.write_answers()
    records = recorder.records
    running = Recoveries(dealership, plan, office, staff).write(records.complaints)
    Notices(dealership, plan, office, staff).write(scene, calls, running)
    objectives = Promises(dealership, plan, office, staff).write()
    Management(dealership, plan, office).write()
    Rounds(dealership, plan, office).write()
    return Loaded(records.ratings, records.requests, len(records.complaints), objectives)
