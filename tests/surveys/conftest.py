"""An open interaction, somebody who may rate it, and its link."""

import pytest

from tests.factories import InteractionFactory, member_of


@pytest.fixture
def interaction():
    return InteractionFactory()


@pytest.fixture
def rater(interaction):
    return member_of(interaction.link.customer)


@pytest.fixture
def link(interaction):
    return interaction.link
