"""Carries an attack out on a stage and says what came of it: some of it only the host can see."""

import psutil
from attack import Attack
from attack_outcome import Outcome
from attack_stage import Stage
from core_handler import core_handler

# What the log of a server may come to by the configuration of a stage, with room for one round of the hub's look.
MOST_LOG = 20 << 20
MOST_DESCRIPTORS = 100
# How many seconds the victim may take for a moment's work; a full disk makes it wait for minutes. Attackers hold longer.
LONGEST = 45


def carry_out(stage: Stage, attack: Attack) -> Outcome:
    """What came of an attack."""
    arguments = arguments_inside(stage, attack)
    if attack.hinders:
        with stage.holding(attack.program, *arguments):
            meanwhile = stage.alice.run("go_on_working.py", attack.hinders, within=LONGEST)
        return Outcome("refused" if meanwhile.outcome == "done" else "succeeded", f"alice: {meanwhile}")
    match attack.program:
        case "send_descriptors.py":
            return send_descriptors(stage)
        case "write_log.py":
            return write_log(stage, attack)
        case "crash.py":
            with core_handler(stage.folder, attack.arguments[0]):
                return stage.mallory.run(attack.program, *arguments)
    return stage.mallory.run(attack.program, *arguments)


def arguments_inside(stage: Stage, attack: Attack) -> list[str]:
    """An attack's arguments, with the processes filled in that the attacker means."""
    found = {"{processes}": [str(pid) for pid in stage.processes_of("alice")], "{first}": ["1"]}
    return [one for word in attack.arguments for one in found.get(word, [word])]


def send_descriptors(stage: Stage) -> Outcome:
    """Whether the hub keeps descriptors that it is sent."""
    assert stage.process
    hub = psutil.Process(stage.process.pid)
    before = hub.num_fds()
    said = stage.mallory.run("send_descriptors.py")
    return judge_descriptors(hub.num_fds() - before, said)


def judge_descriptors(more: int, said: Outcome) -> Outcome:
    return Outcome("refused" if more < MOST_DESCRIPTORS else "succeeded", f"the receiver has {more} more; {said}")


def write_log(stage: Stage, attack: Attack) -> Outcome:
    """Whether the log takes up the disk, or makes the hub stumble when it shows its end."""
    said = stage.mallory.run(attack.program, *attack.arguments)
    page = stage.ask("GET", "/hub/api/users/mallory", stage.mallory.token, timeout=LONGEST)
    assert page.status_code == 200
    taken = sum(file.stat().st_size for file in (stage.state / "logs/servers").glob("mallory*"))
    return judge_log(taken, said)


def judge_log(taken: int, said: Outcome) -> Outcome:
    return Outcome("refused" if taken < MOST_LOG else "succeeded", f"{taken >> 20} MiB; {said}")
