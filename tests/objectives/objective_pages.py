"""What tests of the pages of objectives share: addresses, and what forms send."""

import uuid

from django.urls import reverse

LIST, NEW, WHEN = reverse("objective_list"), reverse("objective_create"), reverse("objective_when")
ACTS = ("propose", "sign", "refuse", "take_back", "start", "drop", "comment")


def page_of(objective, name="objective_detail", **query):
    return reverse(name, args=[objective.pk], query=query)


def form(world, **fields):
    """What the form of a new objective sends."""
    return {
        "key": str(uuid.uuid4()),
        "title": "3 qualified fitters on duty",
        "origin": f"customer:{world['accessories'].pk}",
        "owner_person": "",
        "starts_on": "",
        "description": "",
        **line(due=world.day(60).isoformat()),
        **fields,
    }


def line(*, number="", what="qualified fitters on duty", measure="number:at_least", target="3", unit="", due=""):
    """What one line of criteria sends."""
    sent = {"number": number, "what": what, "measure": measure, "target": target, "unit": unit, "due": due}
    return {f"criteria-{name}": [value] for name, value in sent.items()}


def groups_of(response):
    return {name: [card.objective for card in cards] for name, _words, cards in response.context["groups"]}
