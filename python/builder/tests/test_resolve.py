"""Launch links: which repository, which commit."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrel_builder.hosts import Hosts, read_hosts
from carrel_builder.launch_links import parse_git
from carrel_builder.problems import Problem, Usage
from carrel_builder.resolving import resolve
from git_server import free_port, git_server
from repositories import write
from workshop import ROOT, git

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A server with a repository at several places, and its commits by name."""
    place = tmp_path_factory.mktemp("served")
    folder = write(place / "ann/notes", {"README.md": ""})
    git(folder, "init", "--quiet", "--initial-branch", "trunk")
    commits = {}
    for name in ("feature/x", "v1", "trunk"):
        git(folder, "commit", "--quiet", "--allow-empty", "--message", name)
        commits[name] = git(folder, "rev-parse", "HEAD")
        if name == "feature/x":
            git(folder, "branch", name)
        if name == "v1":
            git(folder, "tag", "--annotate", "--message", "a tag", name)
    (place / "group").mkdir()
    (place / "group/sub-project.git").symlink_to(folder)
    (place / "ann/abc123.git").symlink_to(folder)
    (place / "ann/empty").mkdir()
    git(place / "ann/empty", "init", "--quiet")
    with git_server(place) as address:
        yield address, commits


@pytest.mark.parametrize(
    ("provider", "spec", "name", "slug"),
    [
        ("gh", "ann/notes", "trunk", "ann-notes"),
        ("gh", "ann/notes/HEAD", "trunk", "ann-notes"),
        ("gh", "ann/notes.git/trunk", "trunk", "ann-notes"),
        ("gh", "ann/notes/feature/x", "feature/x", "ann-notes"),
        ("gh", "ann/notes/feature%2Fx", "feature/x", "ann-notes"),
        ("gh", "ann/notes/v1", "v1", "ann-notes"),
        ("gl", "group%2Fsub-project/trunk", "trunk", "group-sub_-project"),
        ("gl", "group%2Fsub-project", "trunk", "group-sub_-project"),
        ("gist", "ann/abc123", "trunk", "ann-abc123"),
        ("git", "{address}%2Fann%2Fnotes/feature/x", "feature/x", None),
    ],
)
def test_a_link_leads_to_a_commit(
    served: tuple[str, dict[str, str]], provider: str, spec: str, name: str, slug: str | None
) -> None:
    address, commits = served
    hosts = Hosts(gh=address, gl=address, gist=address)
    found = resolve(provider, spec.format(address=address.replace(":", "%3A").replace("/", "%2F")), hosts)
    assert found["commit"] == commits[name]
    assert found["repository"].startswith(address)
    assert slug is None or found["slug"] == slug
    if provider == "gh":
        assert found["ref_url"] == f"{address}/ann/notes/tree/{commits[name]}"


def test_a_whole_commit_is_taken_without_asking() -> None:
    assert resolve("gh", f"ann/notes/{SHA.upper()}", Hosts(gh="git://127.0.0.1:1"))["commit"] == SHA


@pytest.mark.parametrize(
    ("provider", "spec", "code", "exit_code"),
    [
        ("gh", "ann/none", "repository.missing", 1),
        ("gh", "ann/notes/none", "repository.ref", 1),
        ("gh", "ann/notes/main", "repository.ref", 1),
        ("gh", "ann/notes/abc1234", "repository.ref", 1),
        ("gh", "ann/empty", "repository.empty", 1),
        ("gh", "ann", "link.spec", 3),
        ("gh", "../etc/passwd", "link.spec", 3),
        ("gh", "-oProxyCommand=x/notes", "link.spec", 3),
        ("gh", "ann/notes/--upload-pack=x", "link.ref", 3),
        ("gh", "ann/notes/a b", "link.ref", 3),
        ("gh", "ann/notes/refs/heads/*", "link.ref", 3),
        ("gh", "ann/notes/a..b", "link.ref", 3),
        ("gl", "project/main", "link.spec", 3),
        ("git", "https%3A%2F%2Fexample.org%2Fa", "link.spec", 3),
        ("git", "file%3A%2F%2F%2Fetc/main", "repository.protocol", 3),
        ("git", "ext%3A%3Ash/main", "repository.protocol", 3),
        ("git", "%2Fetc%2Fpasswd/main", "repository.protocol", 3),
        ("git", "https%3A%2F%2Fann%3Asecret%40example.org%2Fa/main", "repository.credentials", 3),
        ("git", "ssh%3A%2F%2F-oProxyCommand%3Dx%2Fa/main", "repository.address", 3),
        ("gist", "ann/notes", "link.spec", 3),
        ("svn", "a", "link.provider", 3),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    served: tuple[str, dict[str, str]], provider: str, spec: str, code: str, exit_code: int
) -> None:
    with pytest.raises(Problem) as raised:
        resolve(provider, spec, Hosts(gh=served[0], gl=served[0], gist=served[0]))
    assert (raised.value.code, raised.value.exit_code) == (code, exit_code)
    assert "secret" not in raised.value.message


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(Problem) as raised:
        resolve("gh", "ann/notes", Hosts(gh=f"git://127.0.0.1:{free_port()}"))
    assert raised.value.code == "repository.unreachable"


def test_the_short_form_of_ssh_is_understood() -> None:
    link = parse_git("git", "git%40example.org%3Aann%2Fnotes/main", Hosts())
    assert (link.repository, link.slug) == ("git@example.org:ann/notes", "ann-notes")


def test_the_program_prints_json(served: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "hosts.json").write_text(json.dumps({"gh": f"{served[0]}/"}))

    def ran(spec: str) -> tuple[int, dict[str, dict[str, str]]]:
        command = [sys.executable, "-m", "carrel_builder", "resolve", "gh", spec, "--hosts", tmp_path / "hosts.json"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT / "python/builder")
        return done.returncode, json.loads(done.stdout)

    code, found = ran("ann/notes")
    assert (code, found["commit"]) == (0, served[1]["trunk"])
    code, found = ran("ann/none")
    assert (code, found["failure"]["code"]) == (1, "repository.missing")


@pytest.mark.parametrize("text", ["[]", "{", '{"gh": 3}', '{"github": "x"}'])
def test_hosts_that_cannot_be_read_are_a_mistake_of_the_caller(tmp_path: Path, text: str) -> None:
    (tmp_path / "hosts.json").write_text(text)
    with pytest.raises(Usage):
        read_hosts(tmp_path / "hosts.json")
