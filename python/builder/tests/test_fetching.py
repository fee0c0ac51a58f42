"""Fetching a commit from real git servers."""

from pathlib import Path

import pytest
from git_server import git_server
from repositories import write
from workshop import Workshop, git

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
STOP = {"Dockerfile": "FROM scratch\n"}
"""Refused once it is fetched: what is tested here comes before."""


def refused_after_fetching(workshop: Workshop, address: str, commit: str, *more: str) -> str:
    outcome = workshop.build_at(address, commit, *more)
    assert outcome.last["code"] == "docker.container", outcome.text[-2000:]
    return outcome.text


def test_one_commit_is_fetched_from_a_server_with_its_submodules(workshop: Workshop) -> None:
    workshop.repository({"inner.txt": "inside"}, "inner")
    address, first = workshop.repository({"README.md": "first"}, "outer")
    folder = Path(address.removeprefix("file://"))
    git(folder, "submodule", "--quiet", "add", "../inner", "module")
    write(folder, {"postBuild": "cat module/inner.txt; git log --oneline | wc -l\n"})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "with a module")
    wanted = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "later")
    with git_server(workshop.folder) as server:
        outcome = workshop.build_at(f"{server}/outer", wanted)
    assert outcome.code == 0, outcome.text[-2000:]
    assert "inside1\n" in outcome.text
    assert first != wanted


@pytest.mark.parametrize(
    ("address", "commit", "code", "exit_code"),
    [
        ("file:///nowhere", "0" * 40, "repository.missing", 1),
        ("https://ann:secret@example.org/a", "0" * 40, "repository.credentials", 3),
        ("ext::sh -c reboot", "0" * 40, "repository.address", 3),
        ("ext::reboot", "0" * 40, "repository.protocol", 3),
        ("--upload-pack=x", "0" * 40, "repository.protocol", 3),
        ("/etc", "0" * 40, "repository.protocol", 3),
        ("{here}", "main", "repository.ref", 3),
        ("{here}", "0" * 40, "repository.commit", 1),
    ],
)
def test_what_cannot_be_fetched_says_why(
    workshop: Workshop, address: str, commit: str, code: str, exit_code: int
) -> None:
    here, _ = workshop.repository(STOP)
    outcome = workshop.build_at(address.format(here=here), commit)
    assert (outcome.code, outcome.last["code"]) == (exit_code, code), outcome.text[-2000:]
    assert "secret" not in outcome.raw.decode()


def test_files_of_this_machine_are_fetched_by_leave_only(workshop: Workshop) -> None:
    where = workshop.repository(STOP)
    command = [part for part in workshop.command(*where) if part != "--allow-local"]
    workshop.command = lambda *_: command  # type: ignore[method-assign]
    assert workshop.build_at(*where).last["code"] == "repository.protocol"


def test_a_submodule_of_this_machine_is_not_fetched_for_a_stranger(workshop: Workshop) -> None:
    inner, _ = workshop.repository({"secret": ""}, "inner")
    outer, _ = workshop.repository({"README.md": ""}, "outer")
    folder = Path(outer.removeprefix("file://"))
    git(folder, "submodule", "--quiet", "add", inner, "module")
    git(folder, "commit", "--quiet", "--message", "with a module")
    with git_server(workshop.folder) as server:
        whole = workshop.command(f"{server}/outer", git(folder, "rev-parse", "HEAD"))
        command = [part for part in whole if part != "--allow-local"]
        workshop.command = lambda *_: command  # type: ignore[method-assign]
        outcome = workshop.build_at("", "")
    assert (outcome.code, outcome.last["code"]) == (1, "repository.submodule"), outcome.text[-2000:]


def test_a_repository_that_is_too_large_is_refused(workshop: Workshop) -> None:
    where = workshop.repository({"zeros": "0" * 30_000_000})
    outcome = workshop.build_at(*where, "--repository-bytes", "10000000")
    assert outcome.last["code"] == "repository.large", outcome.text[-2000:]
    assert "more than 10 MB" in outcome.last["message"]
    assert workshop.is_empty


def test_pointers_of_git_lfs_are_told(workshop: Workshop) -> None:
    where = workshop.repository({**STOP, "data.bin": POINTER, "more/data.bin": POINTER})
    assert "2 files are kept in Git LFS" in refused_after_fetching(workshop, *where)


def test_hooks_and_links_of_a_repository_do_nothing(workshop: Workshop) -> None:
    address, _ = workshop.repository(STOP)
    folder = Path(address.removeprefix("file://"))
    (folder / "Dockerfile").unlink()
    (folder / "Dockerfile").symlink_to("/etc/hostname")
    git(folder, "commit", "--quiet", "--all", "--message", "a link")
    outcome = workshop.build_at(address, git(folder, "rev-parse", "HEAD"))
    assert (outcome.code, outcome.last["code"], outcome.last["file"]) == (3, "file.outside", "Dockerfile")
