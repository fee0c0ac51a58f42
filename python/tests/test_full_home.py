"""A real home without room, on each kind of file system that says so: what was there stays, and the answer helps."""

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from carrel_server import full_home
from hub_stand_in import HubStandIn, running
from limited import quota_folder, small_memory_disk
from single_user import Server, started

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

SIZE = 24 << 20
OF_THE_SERVER = {".local", ".ipython", ".jupyter", ".config", ".cache", ".npm"}
KINDS = [pytest.param(small_memory_disk, id="disk is full"), pytest.param(quota_folder, id="quota is used up")]


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest, environment: Path, short_folder: Path) -> Iterator[Server]:
    """A server whose home holds 24 MiB."""
    limited: Callable[[Path, int], AbstractContextManager[Path]] = request.param
    folder = short_folder / limited.__name__
    folder.mkdir()
    hub = HubStandIn()
    command = [str(environment / "bin/python"), str(environment / "bin/carrel-server")]
    with limited(folder / "small", SIZE) as place, running(hub, folder / "hub.sock") as serving:
        (folder / "home").symlink_to(place)
        with started(
            command, hub, serving.api_url, folder, JUPYTERHUB_BASE_URL="/cluster/", CARREL_HOME_QUOTA=str(SIZE)
        ) as it:
            yield it


@pytest.fixture
def home(server: Server) -> Iterator[Path]:
    """The home, with a folder of data; emptied afterwards."""
    folder = (server.folder / "home").resolve()
    (folder / "data").mkdir()
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.relative_to(folder).parts[0] in OF_THE_SERVER:
            continue
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def fill(folder: Path, leave: int = 0) -> None:
    """Leaves room for about so many bytes. A quota that is used up doesn't even allow a file to be cut, only to be removed."""
    spare = folder / "data/spare"
    spare.write_bytes(os.urandom(leave))
    with (folder / "data/big").open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(os.urandom(size))
                os.fsync(file.fileno())
            except OSError:
                size //= 2
    spare.unlink()
    os.sync()


def text_model(content: str) -> dict[str, str]:
    return {"type": "file", "format": "text", "content": content}


def notebook(text: str) -> dict[str, object]:
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}
    return {"type": "notebook", "content": {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}}


def noise(size: int) -> str:
    return base64.b64encode(os.urandom(size)).decode()


def test_a_file_that_does_not_fit_stays_as_it_was(server: Server, home: Path) -> None:
    assert server.ask("PUT", "api/contents/a.txt", text_model("before")).status == 201
    fill(home, leave=1 << 20)
    answer = server.ask("PUT", "api/contents/a.txt", text_model(noise(8 << 20)))
    assert answer.status == 507, answer.text
    assert (home / "a.txt").read_text() == "before"
    assert [path.name for path in home.iterdir() if "a.txt" in path.name] == ["a.txt"]


def test_a_notebook_that_does_not_fit_stays_as_it_was(server: Server, home: Path) -> None:
    assert server.ask("PUT", "api/contents/a.ipynb", notebook("before")).status == 201
    fill(home, leave=1 << 20)
    answer = server.ask("PUT", "api/contents/a.ipynb", notebook(noise(8 << 20)))
    assert answer.status == 507, answer.text
    assert "before" in (home / "a.ipynb").read_text()


def test_a_small_file_that_grows_by_a_little_is_no_loss_either(server: Server, home: Path) -> None:
    """What is lost otherwise: all of it fits into the buffer, so the error comes with the last flush."""
    assert server.ask("PUT", "api/contents/a.txt", text_model("b" * 4000)).status == 201
    fill(home, leave=4096)
    answer = server.ask("PUT", "api/contents/a.txt", text_model("a" * 8000))
    assert answer.status in (200, 507), answer.text
    assert (home / "a.txt").read_text() == ("b" * 4000 if answer.status == 507 else "a" * 8000)


def test_the_answer_says_what_to_do(server: Server, home: Path) -> None:
    (home / "music").mkdir()
    (home / "music/song").write_bytes(os.urandom(3_000_000))
    fill(home)
    message = server.ask("PUT", "api/contents/new.txt", text_model(noise(8 << 20))).json()["message"]
    assert message.startswith("“new.txt” could not be written. Your home is full: it holds 2"), message
    assert " of 24 MiB. Most of it: data (" in message
    assert "music (3" in message
    assert message.endswith(
        "Nothing was left behind. Delete what you no longer need, or ask for more room: /cluster/hub/storage"
    )
    assert not (home / "new.txt").exists()


def test_an_upload_that_does_not_fit_leaves_nothing(server: Server, home: Path) -> None:
    fill(home, leave=3 << 20)
    piece = {"type": "file", "format": "base64", "content": noise(2 << 20)}
    for number in range(1, 9):
        answer = server.ask("PUT", "api/contents/up.bin", piece | {"chunk": number})
        if answer.status != 201:
            break
    assert (answer.status, number > 1) == (507, True), answer.text
    assert not (home / "up.bin").exists()


def test_copies_and_checkpoints_are_explained_too(server: Server, home: Path) -> None:
    (home / "data/large").write_bytes(os.urandom(6 << 20))
    fill(home)
    copied = server.ask("POST", "api/contents", {"copy_from": "data"})
    assert (copied.status, "hub/storage" in copied.text) == (507, True), copied.text
    kept = server.ask("POST", "api/contents/data/large/checkpoints")
    assert (kept.status, "hub/storage" in kept.text) == (507, True), kept.text


def test_deleting_makes_room_again(server: Server, home: Path) -> None:
    fill(home)
    assert server.ask("PUT", "api/contents/b.txt", text_model(noise(4 << 20))).status == 507
    assert server.ask("DELETE", "api/contents/data/big").status == 204
    assert server.ask("PUT", "api/contents/b.txt", text_model(noise(4 << 20))).status == 201


def test_links_and_other_file_systems_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "a/deep").mkdir(parents=True)
    (tmp_path / "a/deep/file").write_bytes(bytes(1 << 20))
    os.link(tmp_path / "a/deep/file", tmp_path / "a/twice")
    (tmp_path / "round").symlink_to(tmp_path)
    with small_memory_disk(tmp_path / "a/other", SIZE) as other:
        (other / "big").write_bytes(bytes(8 << 20))
        use = full_home.measure(tmp_path)
    assert 1 << 20 <= use.total < 2 << 20
    assert (use.biggest[0][0], use.is_whole) == ("a", True)


def test_a_count_that_takes_too_long_is_cut_short(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert not full_home.measure(tmp_path, seconds=0).is_whole


def test_a_folder_with_its_own_limit_is_named_instead_of_the_home(tmp_path: Path) -> None:
    with small_memory_disk(tmp_path / "shared", SIZE) as shared:
        (shared / "results").mkdir()
        text = full_home.explanation(shared / "results/new", {"HOME": str(tmp_path), "CARREL_HOME_QUOTA": "1"})
    assert f"The folder “{shared}” is full: it holds" in text
    assert "hub/storage" in text
