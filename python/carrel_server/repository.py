"""The files of a launched repository: copied to where the user works, and its `start` script run before the server.

The hub says in `CARREL_CONTENT` where the environment keeps them and in `JUPYTERHUB_ROOT_DIR` where they go. A folder that has
something in it already is left as it is: it is somebody's work. As with repo2docker, `start` runs in that folder, gets the
server's command as its arguments and must end by becoming it: `exec "$@"`.
"""

import json
import os
import shutil
import sys
from pathlib import Path

CONTENT = "CARREL_CONTENT"
"""Set by the hub for servers that were launched by a link, and nowhere else."""


def prepare(arguments: list[str]) -> None:
    """Copies the files and becomes `start`, where the hub asked for it; the second time there is nothing to do."""
    content = os.environ.pop(CONTENT, None)
    if content is None:
        return
    folder = Path(os.environ["JUPYTERHUB_ROOT_DIR"])
    bring(Path(content), folder)
    os.chdir(folder)
    script = start_script(Path(content))
    if script is not None:
        command = [str(script), sys.executable, *arguments]
        os.execv(command[0], command)


def bring(content: Path, folder: Path) -> None:
    """Copies a repository's files to where they are wanted.

    A home that lasts for one server only gets them beside the folders that the hub shows in it. In one that lasts they have a
    folder of their own, which appears when all of them are there, and is never touched again.
    """
    if folder == Path.home():
        for path in sorted(content.iterdir()):
            if not os.path.lexists(folder / path.name):
                copy(path, folder / path.name)
    elif not os.path.lexists(folder):
        half = folder.with_name(f".{folder.name}.carrel-half")
        shutil.rmtree(half, ignore_errors=True)
        copy(content, half)
        half.rename(folder)


def copy(source: Path, target: Path) -> None:
    """Copies a file, a link as a link, or a folder with all that is in it."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def start_script(content: Path) -> Path | None:
    """The script that the repository wants to run first, as the build noted it."""
    about = json.loads((content.parent / "environment.json").read_text())
    return content.parent / about["start"] if about.get("start") else None
