"""What can meet when a repository is synchronized, each as a repository of its own (reference egi 5.3)."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*"]
TIME = re.compile(r"\d{14}")


@dataclass
class Repository:
    """A repository that is offered, and the working copy it is changed in."""

    bare: Path
    work: Path

    def git(self, *words: str) -> None:
        subprocess.run([*GIT, "-C", self.work, *words], check=True, capture_output=True)

    def push(self) -> None:
        """Offers what is in the working copy."""
        self.git("add", "-A", ".")
        self.git("commit", "--quiet", "-m", "more")
        self.git("push", "--quiet", "--force", str(self.bare), "main")


def make(folder: Path, offered: Path, name: str) -> Repository:
    """A repository with three files."""
    bare, work = offered / f"{name}.git", folder / name
    subprocess.run([*GIT, "init", "--quiet", "--bare", "-b", "main", bare], check=True)
    subprocess.run([*GIT, "init", "--quiet", "-b", "main", work], check=True)
    repository = Repository(bare, work)
    (work / "lesson.txt").write_text("".join(f"line {number}\n" for number in range(20)))
    (work / "data").mkdir()
    (work / "data/größe 1.csv").write_text("1,2\n")
    (work / "notes.txt").write_text("notes\n")
    repository.push()
    return repository


@dataclass
class Case:
    """What the teacher and the user did; `said` is what our page then tells."""

    upstream: Callable[[Repository], None]
    user: Callable[[Path], None]
    said: dict[str, list] = field(default_factory=dict)
    error: str = ""


def write(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Changes a file's text."""

    def apply(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text() if path.exists() else ""))

    return apply


def pushed(*changes: Callable[[Path], None]) -> Callable[[Repository], None]:
    """Changes files and offers them."""

    def apply(repository: Repository) -> None:
        for change in changes:
            change(repository.work)
        repository.push()

    return apply


def rewrite(repository: Repository) -> None:
    """Another history, with the same file in other words."""
    repository.git("checkout", "--quiet", "--orphan", "new")
    write("lesson.txt", lambda _: "all is new\n")(repository.work)
    repository.git("add", "-A", ".")
    repository.git("commit", "--quiet", "-m", "anew")
    repository.git("branch", "-M", "main")
    repository.git("push", "--quiet", "--force", str(repository.bare), "main")


def nothing(_: Path) -> None:
    """Nothing."""


LINE_1, LINE_18 = "line 1\n", "line 18\n"
CASES = {
    "changed upstream only": Case(pushed(write("lesson.txt", lambda text: text + "more\n")), nothing),
    "different lines": Case(
        pushed(write("lesson.txt", lambda text: text.replace(LINE_1, "upstream\n"))),
        write("lesson.txt", lambda text: text.replace(LINE_18, "mine\n")),
    ),
    "same lines": Case(
        pushed(write("lesson.txt", lambda text: text.replace(LINE_1, "upstream\n"))),
        write("lesson.txt", lambda text: text.replace(LINE_1, "mine\n")),
        {"kept": ["lesson.txt"]},
    ),
    "deleted by the user": Case(
        pushed(write("notes.txt", lambda text: text + "more\n")),
        lambda folder: [(folder / name).unlink() for name in ("lesson.txt", "data/größe 1.csv")] and None,
        {"restored": ["data/größe 1.csv", "lesson.txt"]},
    ),
    "made by both": Case(
        pushed(write("data/a to b.txt", lambda _: "upstream\n")),
        write("data/a to b.txt", lambda _: "mine\n"),
        {"renamed": [["data/a to b.txt", "data/a to b__TIME.txt"]]},
    ),
    "history rewritten": Case(rewrite, write("lesson.txt", lambda text: text + "mine\n"), error="merge"),
    "changed by the user, deleted upstream": Case(
        pushed(lambda folder: (folder / "notes.txt").unlink()),
        write("notes.txt", lambda text: text + "mine\n"),
        {"kept": ["notes.txt"]},
    ),
    "deleted by both": Case(
        pushed(lambda folder: (folder / "notes.txt").unlink()), lambda folder: (folder / "notes.txt").unlink()
    ),
}


def tree(folder: Path) -> dict[str, str]:
    """Names and texts below a folder, without git's own; times in names are made the same."""
    return {
        TIME.sub("TIME", str(path.relative_to(folder))): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def history(folder: Path) -> list[str]:
    """Who committed what, the newest first."""
    shown = subprocess.run(
        [*GIT, "-C", folder, "log", "--format=%an <%ae> %s"], capture_output=True, text=True, check=True
    )
    return shown.stdout.splitlines()
