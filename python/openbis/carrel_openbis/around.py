"""What is looked at before and after a handler of `jupyter-openbis-server` does its work, on the same thread."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from carrel_openbis.trouble import Trouble


class Around:
    """Nothing is looked at."""

    def before(self, connection: Any) -> None:
        """May refuse, by raising `Trouble`."""

    def after(self, connection: Any, played: Any) -> None:
        """May change `played.status` and `played.answer`, or refuse."""


class WholeDownload(Around):
    """Holds a download against the list of files that openBIS has: PyBIS only prints what it couldn't fetch."""

    def __init__(self, perm_id: str, folder: Path) -> None:
        self._perm_id = perm_id
        self._folder = folder
        self._dataset: Any = None
        self._sizes: dict[str, int] = {}

    def before(self, connection: Any) -> None:
        try:
            self._dataset = connection.openbis.get_dataset(self._perm_id)
        except ValueError:
            return  # the handler has words for it
        rows = self._dataset.get_files(start_folder="/").itertuples()
        self._sizes = {row.pathInDataSet: int(row.fileSize) for row in rows if not row.isDirectory}
        for path in self._sizes:
            if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
                raise Trouble(
                    502,
                    f"{self._perm_id} has a file that would not stay in its folder, so nothing was downloaded: {path}",
                )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Trouble(400, f"{self._folder} can’t be a folder to download to: {error.strerror}.") from error
        if not os.access(self._folder, os.W_OK):
            raise Trouble(400, f"You may not write to {self._folder}. Choose another folder.")
        needed, free = sum(self._sizes[path] for path in self._missing()), shutil.disk_usage(self._folder).free
        if needed > free:
            raise Trouble(
                507, f"{self._perm_id} needs {megabytes(needed)}, and only {megabytes(free)} are free. Make room first."
            )

    def after(self, connection: Any, played: Any) -> None:
        if self._dataset is None:
            return
        missing = self._missing()
        if missing and hasattr(self._dataset, "_download_physical"):
            # File by file: the quick way fails for names with a comma.
            self._dataset._download_physical(missing, str(self._folder), True, True, 4)
            missing = self._missing()
        if missing:
            some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            raise Trouble(
                502, f"Not all of {self._perm_id} arrived; {some} is missing. What is there stays; download it again."
            )
        place = self._folder / self._perm_id
        played.status, played.answer = 200, self._answer(connection.url, str(place))

    def _answer(self, url: str, place: str) -> dict[str, Any]:
        """As theirs is, for a download that is whole in the end."""
        physical = self._dataset.physicalData
        return {
            "url": url,
            "permId": self._dataset.permId,
            "path": place,
            "dataStore": self._dataset.dataStore,
            "location": getattr(physical, "location", None),
            "size": getattr(physical, "size", None),
            "files": list(self._sizes),
            "statusText": f"Data for DataSet {self._perm_id} was successfully downloaded to: {place}",
        }

    def _missing(self) -> list[str]:
        """The files that aren't there in full."""
        place = self._folder / self._perm_id
        return [path for path, size in self._sizes.items() if not has_size(place / path, size)]


class ExplainedUpload(Around):
    """Says which field is wrong where theirs only says that something is. That is looked up when it went wrong."""

    def after(self, connection: Any, played: Any) -> None:
        wanted = played.body or {}
        if played.status == 200 or "errors" in played.answer:
            return
        parents, owner = wanted.get("parents") or [], wanted.get("entityIdentifier") or ""
        openbis = connection.openbis
        found = [
            {"parent": f"Parent DataSet not found: {one}"} for one in parents if not is_there(openbis.get_dataset, one)
        ]
        if not any(is_there(get, owner) for get in (openbis.get_sample, openbis.get_experiment)):
            found.insert(0, {"entityIdentifier": f"No such Object or Collection: {owner}"})
        if found:
            played.answer = {"errors": found}


def has_size(path: Path, size: int) -> bool:
    """Whether there is a file of that size."""
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def is_there(get: Callable[[str], Any], identifier: str) -> bool:
    """Whether openBIS has something that this person may see."""
    try:
        return get(identifier) is not None
    except ValueError:
        return False


def megabytes(size: int) -> str:
    """A number of bytes, for people."""
    return f"{size / 1e6:,.1f} MB"
