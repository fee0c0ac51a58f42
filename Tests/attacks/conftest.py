"""The network that the attacks happen in, and stages: hubs with some walls left out, one at a time."""

import os
from collections.abc import Callable, Iterator

import pytest
from attack_stage import Stage
from attack_stages import Stages
from attack_world import World


@pytest.fixture(scope="session", autouse=True)
def world() -> Iterator[None]:
    """Moves the tests of this folder into a network of their own."""
    assert os.geteuid() == 0, "walls are put up, and so tried, by root only"
    one = World()
    one.open()
    yield
    one.close()


@pytest.fixture(scope="session")
def stages(world: None) -> Iterator[Stages]:
    one = Stages()
    yield one
    one.close()


@pytest.fixture
def without(stages: Stages) -> Callable[..., Stage]:
    """The stage with these walls left out."""
    return stages.without
