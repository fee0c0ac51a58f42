"""Each attack is refused, and succeeds when its walls are left out: else it would prove nothing."""

from collections.abc import Callable

import pytest
from attack import Attack
from attack_configuration import HAS_BTRFS
from attack_judge import carry_out
from attack_judge_bare import carry_out_bare
from attack_outcome import wait_until
from attack_person import HELPERS
from attack_stage import Stage
from attack_stages import Stages
from attack_table import ATTACKS
from attack_world import PRIVATE

Staging = Callable[..., Stage]
# What is left out together, to start fewer hubs: walls that have no part in each other's attacks.
STAGES = [("files", "modes"), ("files", "users"), ("limits", "quota"), ("network", "syscalls")]
BARE = {"bare", "plain", "root"}
# What a kernel says that was made without a call.
ABSENT = "Function not implemented"


def stage_of(attack: Attack) -> tuple[str, ...]:
    """The first stage without the attack's walls; with all of them for what is run outside of every sandbox."""
    if BARE.intersection(attack.walls):
        return ()
    return next((stage for stage in STAGES if set(attack.walls) <= set(stage)), ())


def parameters(attacks: list[Attack]) -> list[object]:
    """The attacks, by their names."""
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.skipif("quota" in attack.walls and not HAS_BTRFS, reason="quotas need btrfs-progs")],
        )
        for attack in attacks
    ]


@pytest.mark.parametrize("attack", parameters(ATTACKS))
def test_it_is_refused(without: Staging, attack: Attack) -> None:
    stage = without()
    outcome = carry_out(stage, attack)
    stage.check_others()
    assert outcome.outcome == "refused" and attack.reason in outcome.detail, outcome


@pytest.mark.parametrize("place", ["internet", "internet6"])
def test_what_is_allowed_is_reached(without: Staging, place: str) -> None:
    outcome = without().mallory.run("connect.py", place)
    assert outcome.outcome == "succeeded", outcome


@pytest.mark.parametrize(
    ("rules", "place", "wanted"),
    [
        ("outgoing: listed", "internet", "refused"),
        (f"outgoing: listed\n  allowed: [{PRIVATE}]", "private", "succeeded"),
        (f"outgoing: listed\n  allowed: [{PRIVATE}]", "internet", "refused"),
        (f"outgoing: public\n  allowed: [{PRIVATE}]", "private", "succeeded"),
        ("outgoing: all", "private", "succeeded"),
        ("outgoing: all", "metadata", "refused"),
    ],
)
def test_new_rules_hold_for_running_servers(without: Staging, rules: str, place: str, wanted: str) -> None:
    stage = without()
    before = stage.configuration.read_text()
    try:
        reload(stage, before.replace("outgoing: public", rules))
        outcome = stage.mallory.run("connect.py", place)
    finally:
        reload(stage, before)
    assert outcome.outcome == wanted, outcome
    assert stage.mallory.run("connect.py", "internet").outcome == "succeeded"


def test_another_hub_holds_running_servers_to_its_rules(without: Staging) -> None:
    stage = without()
    before = stage.configuration.read_text()
    stage.kill_hub()
    try:
        stage.configuration.write_text(before.replace("outgoing: public", "outgoing: listed"))
        stage.start()
        wait_until(lambda: stage.mallory.run("connect.py", "internet").outcome == "refused")
    finally:
        reload(stage, before)
    assert stage.mallory.run("connect.py", "internet").outcome == "succeeded"


def reload(stage: Stage, text: str) -> None:
    """Has the hub read another configuration, and returns when that holds."""
    done = stage.log.read_text().count("configuration.reloaded")
    stage.configuration.write_text(text)
    stage.command("config", "reload")
    wait_until(lambda: stage.log.read_text().count("configuration.reloaded") > done)


def test_nothing_of_a_stopped_server_goes_on(without: Staging) -> None:
    stage = without()
    mallory = stage.mallory
    for program, *arguments in [
        ["leave_processes.py"],
        ["leave_files.py"],
        ["leave_marks.py", "leave"],
        ["replace_socket.py"],
    ]:
        assert mallory.run(program, *arguments).outcome == "done"
    assert mallory.answers(), "its socket is known by another name"
    assert len(stage.processes_of("mallory")) >= 5
    mallory.stop()
    assert stage.processes_of("mallory") == []
    assert not (stage.state / "run/servers/mallory").exists()
    stage.check_others()
    mallory.start()
    mallory.python(HELPERS)
    outcome = mallory.run("leave_marks.py", "find")
    assert outcome.outcome == "refused", outcome
    assert mallory.run("leave_marks.py", "find", "home").outcome == "succeeded", "the search finds what is there"


@pytest.mark.parametrize("attack", parameters(sorted(ATTACKS, key=stage_of)))
def test_it_succeeds_without_its_walls(without: Staging, attack: Attack) -> None:
    if BARE.intersection(attack.walls):
        outcome = carry_out_bare(without(), attack)
    else:
        outcome = carry_out(without(*stage_of(attack)), attack)
    if ABSENT in outcome.detail and "root" in attack.walls:
        pytest.skip("this kernel was made without it")
    assert outcome.outcome == "succeeded", outcome


def test_nothing_is_left(stages: Stages) -> None:
    stages.close()
    left = {walls: traces.shown() for walls, traces in stages.left.items() if traces.shown()}
    assert not left, left
