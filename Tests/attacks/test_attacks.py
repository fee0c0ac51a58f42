"""Each attack is refused, and succeeds when its walls are left out: else it would prove nothing."""

from collections.abc import Callable

import pytest
from attack_judge import carry_out, carry_out_bare
from attack_stage import Stage
from attack_table import ATTACKS, Attack

Staging = Callable[..., Stage]
WITH_WALLS = sorted((attack for attack in ATTACKS if attack.walls), key=lambda attack: attack.walls)


def expected(attacks: list[Attack]) -> list[object]:
    """The attacks as parameters; what isn't refused yet must fail, so that it is noticed when it changes."""
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.xfail(strict=True, reason=attack.pending)] if attack.pending else [],
        )
        for attack in attacks
    ]


@pytest.mark.parametrize("attack", expected(ATTACKS))
def test_it_is_refused(without: Staging, attack: Attack) -> None:
    stage = without()
    outcome = carry_out(stage, attack)
    stage.check_others()
    assert outcome.outcome == "refused", outcome


def test_what_is_allowed_is_reached(without: Staging) -> None:
    outcome = without().mallory.run("connect.py", "internet")
    assert outcome.outcome == "succeeded", outcome


@pytest.mark.parametrize("attack", WITH_WALLS, ids=lambda attack: attack.name)
def test_it_succeeds_without_its_walls(without: Staging, attack: Attack) -> None:
    if attack.walls == ("bare",):
        outcome = carry_out_bare(without(), attack)
    else:
        outcome = carry_out(without(*attack.walls), attack)
    assert outcome.outcome == "succeeded", outcome
