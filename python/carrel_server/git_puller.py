"""nbgitpuller's own puller, which also notes what became of people's files, and can fetch one folder of a repository only."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any

from nbgitpuller.errors import GitPullerError
from nbgitpuller.pull import GitPuller, execute_cmd

# What the request that a puller is made in says besides: set by its handler.
wish: ContextVar["Wish | None"] = ContextVar("wish", default=None)

# What nbgitpuller puts into the name of a file that gives way.
TIME_IN_NAME = re.compile(r"__\d{14}")
# No more than so many files are named.
MOST = 200


@dataclass
class Outcome:
    """What a sync did to files that people had: paths in the repository's folder."""

    # Changed here and there in the same lines: theirs stayed.
    kept: list[str] = field(default_factory=list)
    # Gave way to a new file of their name: what it was called, and is called now.
    renamed: list[tuple[str, str]] = field(default_factory=list)
    # Were deleted, and are back.
    restored: list[str] = field(default_factory=list)
    # The folder that all of it is in now, if it was put aside as a whole.
    backup: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the page; long lists are cut, and say by how much."""
        lists = {name: value for name, value in asdict(self).items() if isinstance(value, list)}
        more = sum(max(0, len(value) - MOST) for value in lists.values())
        return {name: value[:MOST] for name, value in lists.items()} | {"backup": self.backup, "more": more}


@dataclass
class Wish:
    """What a link says that nbgitpuller doesn't know: the only folder to fetch; and where the outcome is noted."""

    folder: str
    outcomes: dict[str, Outcome]


class NoSuchFolder(GitPullerError):
    """The repository doesn't have the folder that alone was to be fetched."""

    def __init__(self, folder: str) -> None:
        message = f"The repository has no folder {folder}"
        # nbgitpuller writes what comes last into its log, and so does our page.
        super().__init__("sparse", message, message)


def plain_folder(text: str) -> str:
    """A folder inside a repository, as git writes it; empty for none. What can't be one is an error."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts or text.startswith("-") or any(ord(letter) < 32 or letter in '*?[]\\"!' for letter in text):
        raise ValueError("no folder is called so")
    return "/".join(parts)


class CarrelPuller(GitPuller):
    """Does what its parent does."""

    def __init__(self, git_url: str, repo_dir: str, **kwargs: Any) -> None:
        wanted = wish.get()
        self.folder = wanted.folder if wanted else ""
        self.outcome = Outcome()
        if wanted:
            wanted.outcomes[repo_dir] = self.outcome
        super().__init__(git_url, repo_dir, **kwargs)

    # What became of files

    def backup_repo_dir(self) -> None:
        """Notes which folder is new."""
        place, name = os.path.split(self.repo_dir)
        before = set(os.listdir(place))
        super().backup_repo_dir()
        new = [one for one in set(os.listdir(place)) - before if one.startswith(f"{name}_backup_")]
        self.outcome.backup = new[0] if len(new) == 1 else None

    def rename_local_untracked(self) -> Iterator[str]:
        """Notes the renamed."""
        for line in super().rename_local_untracked():
            names = renamed(line, self.repo_dir)
            if names:
                self.outcome.renamed.append(names)
            yield line

    def reset_deleted_files(self) -> Iterator[str]:
        """Notes what comes back."""
        gone = self._names("ls-files", "--deleted", "-z")
        yield from super().reset_deleted_files()
        self.outcome.restored = [name for name in gone if os.path.lexists(os.path.join(self.repo_dir, name))]

    def merge(self) -> Iterator[str]:
        """Notes what is in conflict, which a merge that prefers one side doesn't tell."""
        told = self._names("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "HEAD", self._theirs)
        yield from super().merge()
        self.outcome.kept = [name for name in told[1:] if os.path.lexists(os.path.join(self.repo_dir, name))]
        self.outcome.restored = [
            name for name in self.outcome.restored if os.path.lexists(os.path.join(self.repo_dir, name))
        ]

    @property
    def _theirs(self) -> str:
        return f"origin/{self.branch_name}"

    def _names(self, *words: str) -> list[str]:
        """What git lists with zero bytes between; nothing when it can't."""
        ran = subprocess.run(["git", *words], cwd=self.repo_dir, capture_output=True, check=False)
        return [os.fsdecode(name) for name in ran.stdout.split(b"\0") if name]

    # One folder only

    def initialize_repo(self) -> Iterator[str]:
        """Fetches the history without files first, if only one folder's are wanted."""
        if not self.folder:
            yield from super().initialize_repo()
            return
        depth = ["--depth", str(self.depth)] if self.depth and self.depth > 0 else []
        yield from execute_cmd(
            ["git", "clone", "--filter=blob:none", "--sparse", *depth]
            + ["--branch", self.branch_name, "--", self.git_url, self.repo_dir]
        )
        if not self._has_folder():
            # Or else it would be an empty folder at every later try.
            shutil.rmtree(self.repo_dir)
            raise NoSuchFolder(self.folder)
        yield from execute_cmd(["git", "sparse-checkout", "set", "--cone", self.folder], cwd=self.repo_dir)

    def update(self) -> Iterator[str]:
        """Fetches another folder too, if the link names another; where all is there already, all stays."""
        yield from super().update()
        if self.folder and self._is_sparse() and not self._is_shown():
            if not self._has_folder():
                raise NoSuchFolder(self.folder)
            yield from execute_cmd(["git", "sparse-checkout", "add", self.folder], cwd=self.repo_dir)

    def _has_folder(self) -> bool:
        return bool(self._names("ls-tree", "-d", "-z", "--name-only", "HEAD", "--", self.folder))

    def _is_sparse(self) -> bool:
        settings = ["git", "config", "--bool", "core.sparseCheckout"]
        ran = subprocess.run(settings, cwd=self.repo_dir, capture_output=True, text=True, check=False)
        return ran.stdout.strip() == "true"

    def _is_shown(self) -> bool:
        ran = subprocess.run(
            ["git", "sparse-checkout", "list"], cwd=self.repo_dir, capture_output=True, text=True, check=False
        )
        return any(f"{self.folder}/".startswith(f"{one}/") for one in ran.stdout.splitlines())


def renamed(line: str, folder: str) -> tuple[str, str] | None:
    """The names in nbgitpuller's line about a renamed file, which may have ` to ` in them; nothing for another line."""
    before, after = "Renamed ", " to avoid conflict with upstream"
    if not line.startswith(before) or not line.rstrip("\n").endswith(after):
        return None
    text = line.rstrip("\n")[len(before) : -len(after)]
    for found in re.finditer(" to ", text):
        old, new = text[: found.start()], text[found.end() :]
        if new != old and TIME_IN_NAME.sub("", new) == TIME_IN_NAME.sub("", old):
            return os.path.relpath(old, folder), os.path.relpath(new, folder)
    return None
