"""What an operator does at the terminal, beside a running hub or without one."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrel_hub import PROGRAM, CarrelHub, eventually


@pytest.fixture
def idle_hub() -> Iterator[CarrelHub]:
    """A hub that isn't started yet."""
    hub = CarrelHub()
    yield hub
    hub.close()


def run(hub: CarrelHub, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs `carrel …` with the hub's configuration, whatever comes of it."""
    command = [PROGRAM, *words, "--config", hub.configuration]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_a_wrong_configuration_is_refused_by_file_line_and_key(idle_hub: CarrelHub) -> None:
    idle_hub.configuration.write_text("servers:\n  idleLimitt: 1h\n")
    ran = run(idle_hub, "config", "check")
    assert ran.returncode == 2
    assert f"{idle_hub.configuration}:2:3: servers.idleLimitt" in ran.stderr
    assert run(idle_hub, "serve").returncode == 2


def test_wrong_usage_ends_with_2_and_a_failure_with_1(idle_hub: CarrelHub) -> None:
    assert run(idle_hub, "user", "frobnicate").returncode == 2
    assert run(idle_hub, "user", "add", "alice").returncode == 0
    again = run(idle_hub, "user", "add", "Alice")
    assert again.returncode == 1
    assert "There is already a user alice" in again.stderr
    assert run(idle_hub, "user", "add", "a/b").returncode == 2
    assert run(idle_hub, "token", "create", "alice", "--expires-in", "soon").returncode == 2
    assert run(idle_hub, "user", "password", "nobody").returncode == 1


def test_a_new_user_of_an_old_name_never_gets_the_old_home_by_default(idle_hub: CarrelHub) -> None:
    homes = idle_hub.state / "homes/default"
    home = homes / "maria"
    assert run(idle_hub, "user", "add", "another").returncode == 0
    home.mkdir(parents=True)
    (home / "diary.txt").write_text("of the first Maria")
    (home / "way-out").symlink_to("/etc/passwd")
    refused = run(idle_hub, "user", "add", "maria")
    assert refused.returncode == 1
    assert str(home) in refused.stderr and "--new-home" in refused.stderr and "--take-home" in refused.stderr
    assert "maria" not in run(idle_hub, "user", "list").stdout
    assert run(idle_hub, "user", "add", "maria", "--new-home", "--take-home").returncode == 2
    # A user who is there is no reason to touch the home.
    assert run(idle_hub, "user", "add", "another", "--new-home").returncode == 1

    assert run(idle_hub, "user", "add", "maria", "--new-home").returncode == 0
    assert not home.exists()
    (aside,) = homes.glob("maria.earlier-*")
    assert (aside / "diary.txt").read_text() == "of the first Maria"

    assert run(idle_hub, "user", "remove", "maria").returncode == 0
    aside.rename(home)
    taken = run(idle_hub, "user", "add", "maria", "--take-home")
    assert taken.returncode == 0
    assert (home / "diary.txt").read_text() == "of the first Maria"
    if os.geteuid() == 0:
        # The third account, in the range that is set apart for servers.
        owners = {path.lstat().st_uid for path in (home, home / "diary.txt", home / "way-out")}
        assert owners == {200_002}
        assert Path("/etc/passwd").stat().st_uid == 0


@pytest.mark.parametrize("name", ["Ünï@x.org", "-x", "with space", "x" * 255])
def test_an_exotic_name_can_be_added_and_is_listed(idle_hub: CarrelHub, name: str) -> None:
    command = [PROGRAM, "user", "add", "--config", idle_hub.configuration, "--", name]
    assert subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
    assert name.lower() in run(idle_hub, "user", "list").stdout


def test_a_name_that_looks_like_another_is_refused(idle_hub: CarrelHub) -> None:
    assert run(idle_hub, "user", "add", "ape").returncode == 0
    twin = run(idle_hub, "user", "add", "аре")  # Cyrillic
    assert twin.returncode == 1
    assert "looks like" in twin.stderr


def test_the_doctor_says_what_works(idle_hub: CarrelHub) -> None:
    ran = run(idle_hub, "doctor")
    assert ran.returncode == 0, ran.stdout
    assert "sandbox: A sandbox could be built" in ran.stdout


def test_a_newer_database_is_refused_and_left_alone(idle_hub: CarrelHub) -> None:
    run(idle_hub, "user", "add", "alice")
    with sqlite3.connect(idle_hub.state / "carrel.db") as database:
        database.execute("INSERT INTO grdb_migrations VALUES ('9999-from-the-future')")
    database.close()
    ran = run(idle_hub, "serve")
    assert ran.returncode == 1
    assert "newer version of Carrel" in ran.stderr
    with sqlite3.connect(idle_hub.state / "carrel.db") as database:
        database.execute("DELETE FROM grdb_migrations WHERE identifier LIKE '9999%'")
    database.close()


def test_a_second_hub_on_the_same_state_is_refused(own_hub: CarrelHub) -> None:
    ran = run(own_hub, "serve")
    assert ran.returncode == 1
    assert "Another hub is already running" in ran.stderr
    assert own_hub.ask("GET", "/hub/api").status_code == 200


def test_a_token_works_until_it_is_revoked(own_hub: CarrelHub) -> None:
    own_hub.add_user("alice")
    token = own_hub.token("alice")
    assert own_hub.ask("GET", "/hub/api/user", token).json()["name"] == "alice"
    number = own_hub.command("token", "list", "alice").splitlines()[1].split()[0]
    own_hub.command("token", "revoke", number)
    assert own_hub.ask("GET", "/hub/api/user", token).status_code == 403
    assert token not in own_hub.log.read_text()


def test_a_disabled_user_is_out_and_their_server_stops(own_hub: CarrelHub) -> None:
    own_hub.add_user("alice")
    token = own_hub.token("alice")
    own_hub.start_server("alice", token)
    admin = own_hub.token("admin")
    own_hub.command("user", "disable", "alice")
    assert own_hub.ask("GET", "/hub/api/user", token).status_code == 403
    own_hub.await_server("alice", admin, lambda server: server.get("stopped") is True)


def test_a_changed_configuration_is_taken_over_at_sighup(own_hub: CarrelHub) -> None:
    text = own_hub.configuration.read_text()
    own_hub.configuration.write_text(text.replace("hub:\n", 'hub:\n  announcement: "Down on Sunday"\n'))
    own_hub.command("config", "reload")
    assert eventually(lambda: "Down on Sunday" in own_hub.ask("GET", "/hub/login").text), own_hub.end_of_log()
    own_hub.configuration.write_text("nonsense: [")
    own_hub.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: "configuration.refused" in own_hub.log.read_text()), own_hub.end_of_log()
    assert "Down on Sunday" in own_hub.ask("GET", "/hub/login").text
    own_hub.configuration.write_text(text)


def test_a_new_hub_takes_proxy_and_servers_over_after_sigterm(own_hub: CarrelHub) -> None:
    text = own_hub.configuration.read_text()
    own_hub.stop()
    own_hub.configuration.write_text(text.replace("stopServersOnExit: true", "stopServersOnExit: false"))
    own_hub.start()
    own_hub.add_user("alice")
    token = own_hub.token("alice")
    own_hub.start_server("alice", token)
    proxy = own_hub.proxy().pid
    own_hub.process.send_signal(signal.SIGTERM)
    assert own_hub.process.wait(120) == 0
    assert own_hub.ask("GET", "/user/alice/api").status_code == 200
    assert own_hub.ask("GET", "/hub/home").status_code == 503
    own_hub.configuration.write_text(text)
    own_hub.start()
    assert own_hub.proxy().pid == proxy
    assert own_hub.ask("GET", "/hub/api/users/alice", token).json()["servers"][""]["ready"] is True
