"""Repositories that mean harm, launched by strangers, beside somebody who works."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from binder import SETTINGS, Repositories, launch
from carrel_hub import CarrelHub, command_line, eventually

LIMITS = """\
  environmentLimit: 700MB
  repositoryLimit: 20MB
  processLimit: 200
"""
SECRET = "the harvest of 1783 was good"
# Each line says what was found; a wall that holds leaves no line.
NOSY = """\
#!/bin/bash
word=$(printf '%s of 1783 %s' 'the harvest' 'was good')
grep -rslI --exclude-dir=proc --exclude-dir=sys "$word" / 2>/dev/null | sed 's/^/words: /' > found.txt
grep -lsz "^JUPYTERHUB_API_TOKEN=" /proc/[0-9]*/environ 2>/dev/null | sed 's/^/token: /' >> found.txt
(ls /home; ls -d /proc/[0-9]*/root/home/*) 2>/dev/null | grep -w anna | sed 's/^/home: /' >> found.txt
find / -xdev -name carrel.db 2>/dev/null | sed 's/^/store: /' >> found.txt
find / -xdev -type s 2>/dev/null | sed 's/^/socket: /' >> found.txt
(exec 3<>/dev/tcp/127.0.0.1/PORT) 2>/dev/null && echo "port: of the hub" >> found.txt
touch /usr/bin/mine 2>/dev/null && [ -e /usr/bin/mine ] && echo "written: /usr/bin" >> found.txt
echo "looked around"
"""
HOSTILE = {
    "nosy": NOSY,
    "filling": "#!/bin/sh\nhead -c 3000000000 /dev/zero > big\n",
    "forking": "#!/usr/bin/env python3\nimport os\nwhile True:\n    os.fork()\n",
    "talking": "#!/bin/sh\nyes 'a line that says nothing' | head -c 100000000\n",
    "killing": "#!/bin/bash\nkill -9 -1\nsleep 600\n",
}


@pytest.fixture(scope="module")
def hub() -> Iterator[CarrelHub]:
    """A hub with narrow limits for builds, and somebody's server."""
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS + LIMITS)
        hub.start()
        hub.add_user("anna")
        token = hub.token("anna")
        hub.start_server("anna", token)
        diary = {"type": "file", "format": "text", "content": SECRET}
        assert hub.ask("PUT", "/user/anna/api/contents/diary.txt", token, json=diary).status_code == 201
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def streams(hub: CarrelHub, repositories: Repositories) -> dict[str, list[dict[str, str]]]:
    """What those who launched them saw; all are built at the same time."""
    for name, script in HOSTILE.items():
        repositories.commit(name, {"postBuild": script.replace("PORT", str(hub.port))})
    repositories.commit("large", {"large.bin": os.urandom(15_000_000).hex()})
    names = [*HOSTILE, "large"]
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: launch(hub, repositories.spec(name)), names), strict=True))


def text(events: list[dict[str, str]]) -> str:
    """All that was said."""
    return "".join(event["message"] for event in events)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("filling", "wrote more than 700 MB"),
        ("forking", "postBuild ended with"),
        ("killing", "was killed"),
        ("large", "more than 20 MB"),
    ],
)
def test_what_goes_too_far_is_ended_in_words(streams: dict[str, list[dict[str, str]]], name: str, words: str) -> None:
    last = streams[name][-1]
    assert last["phase"] == "failed", last
    assert words in last["message"]


def test_a_build_has_only_so_many_processes(streams: dict[str, list[dict[str, str]]]) -> None:
    assert "Resource temporarily unavailable" in text(streams["forking"])


def test_output_without_end_is_cut_short(streams: dict[str, list[dict[str, str]]]) -> None:
    assert streams["talking"][-1]["phase"] == "ready", streams["talking"][-1]
    assert "the rest isn't shown" in text(streams["talking"])
    assert len(text(streams["talking"])) < 2_000_000


def test_looking_around_finds_nothing_of_others(streams: dict[str, list[dict[str, str]]]) -> None:
    ready = streams["nosy"][-1]
    assert ready["phase"] == "ready", ready
    headers = {"Authorization": f"token {ready['token']}"}
    found = requests.get(f"{ready['url']}api/contents/found.txt", headers=headers, timeout=60).json()
    assert found["content"] == ""


def test_a_build_that_hangs_is_ended_at_its_deadline(hub: CarrelHub, repositories: Repositories) -> None:
    hub.configuration.write_text(hub.configuration.read_text().replace("deadline: 15m", "deadline: 1m"))
    hub.command("config", "reload")
    repositories.commit("hanging", {"postBuild": "#!/bin/sh\nsetsid sleep 86400 &\nsleep 86400\n"})
    last = launch(hub, repositories.spec("hanging"))[-1]
    assert last["phase"] == "failed", last
    assert "took longer than 60 s" in last["message"]


def test_nothing_of_them_stays_and_others_went_on(hub: CarrelHub, streams: dict[str, list[dict[str, str]]]) -> None:
    words = ("postBuild", "sleep 600", "sleep 86400", "carrel-build-repository")
    assert streams
    assert eventually(lambda: not [one for one in hub.processes() if any(w in command_line(one) for w in words)])
    diary = hub.ask("GET", "/user/anna/api/contents/diary.txt", hub.token("anna")).json()
    assert diary["content"] == SECRET
