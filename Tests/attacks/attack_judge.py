"""Carries an attack out on a stage and says what came of it: some of it only the host can see."""

import psutil
from attack_stage import Outcome, Stage
from attack_table import Attack

# What the log of a server may come to by the configuration of a stage, with room for one round of the hub's look.
MOST_LOG = 20 << 20


def carry_out(stage: Stage, attack: Attack) -> Outcome:
    """What came of an attack."""
    if attack.hinders:
        with stage.holding(attack.program):
            meanwhile = stage.alice.run("go_on_working.py", attack.hinders)
        return Outcome("refused" if meanwhile.outcome == "done" else "succeeded", f"alice: {meanwhile}")
    if attack.program == "send_descriptors.py":
        return send_descriptors(stage)
    if attack.program == "write_log.py":
        return write_log(stage, attack)
    return stage.mallory.run(attack.program, *arguments(stage, attack))


def carry_out_bare(stage: Stage, attack: Attack) -> Outcome:
    """The same as an ordinary user of the machine, without any wall."""
    program = attack.program
    if program == "privileged":
        helper = stage.built_programs() / program
        helper.chmod(0o4755)
    return stage.run_bare(
        program,
        *arguments(stage, attack),
        uid=stage.alice.uid if "users" in attack.walls else 345678,
        beside_alice="ipc" in attack.walls,
    )


def arguments(stage: Stage, attack: Attack) -> list[str]:
    """An attack's arguments, with the victim's processes filled in."""
    processes = [str(pid) for pid in stage.processes_of("alice")]
    return [one for word in attack.arguments for one in (processes if word == "{processes}" else [word])]


def send_descriptors(stage: Stage) -> Outcome:
    """Whether the hub keeps descriptors that it is sent."""
    assert stage.process
    hub = psutil.Process(stage.process.pid)
    before = hub.num_fds()
    said = stage.mallory.run("send_descriptors.py")
    more = hub.num_fds() - before
    return Outcome("refused" if more < 100 else "succeeded", f"the hub has {more} more; {said}")


def write_log(stage: Stage, attack: Attack) -> Outcome:
    """Whether the log takes up the disk, or makes the hub stumble when it shows its end."""
    said = stage.mallory.run(attack.program, *attack.arguments)
    page = stage.ask("GET", "/hub/api/users/mallory", stage.mallory.token, timeout=15)
    assert page.status_code == 200
    taken = sum(file.stat().st_size for file in (stage.state / "logs/servers").glob("mallory*"))
    return Outcome("refused" if taken < MOST_LOG else "succeeded", f"{taken >> 20} MiB; {said}")
