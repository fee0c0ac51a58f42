"""Thirty students press Start within a minute on one small machine."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from carrel_hub import CarrelHub, command_line

STUDENTS = 30


@pytest.fixture
def hub() -> Iterator[CarrelHub]:
    """A hub that starts few servers at once, as one with two processors does."""
    one = CarrelHub()
    text = one.configuration.read_text()
    one.configuration.write_text(text.replace("startDeadline: 2m", "startDeadline: 5m\n  startsAtOnce: 4"))
    try:
        one.start()
        yield one
    finally:
        one.close()


def start_and_look(hub: CarrelHub, name: str, token: str) -> list[str]:
    """Presses Start, reads the progress to its end, opens the Lab; gives what was said on the way."""
    asked = hub.ask("POST", f"/hub/api/users/{name}/server", token)
    assert asked.status_code in (201, 202), asked.text
    with hub.ask("GET", f"/hub/api/users/{name}/server/progress", token, stream=True, timeout=600) as events:
        said = [line for line in events.iter_lines(decode_unicode=True) if line]
    assert '"ready":true' in said[-1].replace(" ", ""), said
    lab = hub.ask("GET", f"/user/{name}/lab", token)
    assert lab.status_code == 200, (lab.status_code, lab.text[:300])
    assert "jupyter-config-data" in lab.text
    return said


def test_thirty_students_get_a_lab_in_order_and_nobody_sees_an_error(hub: CarrelHub) -> None:
    names = [f"student{number:02}" for number in range(STUDENTS)]
    for name in names:
        hub.add_user(name)
    tokens = {name: hub.token(name) for name in names}
    with ThreadPoolExecutor(STUDENTS) as pool:
        stories = list(pool.map(lambda name: start_and_look(hub, name, tokens[name]), names))
    waited = [story for story in stories if any("number" in line for line in story)]
    assert waited, "somebody had to wait in line"
    running = [process for process in hub.processes() if "carrel-server" in command_line(process)]
    assert len(running) >= STUDENTS
