"""Downloads a dataset in full, in parts; of one with twenty thousand files PyBIS by itself makes a request that no end is seen of.

PyBIS also only prints what it couldn't fetch, stumbles over some names, and looks up all files of a dataset again for each file
that it fetches by itself.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote

from carrel_openbis.stock import WORKING, Stock, patience
from carrel_openbis.trouble import Trouble, told

# What is asked for at once.
FILES_OF_PART = 500
STREAMS = 4
PIECE = 1 << 20
# In names, these spoil the quick way: PyBIS joins names by commas, and makes quotes of apostrophes.
ODD = frozenset(",'\"")


class Download:
    """A dataset on its way into a folder, where it gets a folder of its own, named by its perm id."""

    def __init__(self, perm_id: str, folder: Path) -> None:
        self.perm_id = perm_id
        self.folder = folder
        self.place = folder / perm_id

    def run(self, connection: Any, stock: Stock) -> dict[str, Any]:
        """Fetches what isn't there yet; answers as `jupyter-openbis-server` does.

        Raises:
            Trouble: there is no such dataset (404); the folder is none (400); there is no room (507); not all of it came (502).
        """
        try:
            dataset = connection.openbis.get_dataset(self.perm_id)
        except ValueError as error:
            found = told(error, connection.url)
            is_refusal = found.reason.startswith("openBIS said")
            raise (Trouble(404, f"No such dataSet found: {self.perm_id}") if is_refusal else found) from error
        rows = dataset.get_files(start_folder="/").itertuples()
        sizes = {row.pathInDataSet: int(row.fileSize) for row in rows if not row.isDirectory}
        self._check(sizes)
        self._fetch(dataset, connection, stock, sizes)
        if missing := self._missing(sizes):
            if not connection.is_session_active():
                raise Trouble(401, f"Your session at {connection.url} has ended. What has arrived stays.")
            some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            raise Trouble(
                502, f"Not all of {self.perm_id} arrived; {some} is missing. What is there stays; download it again."
            )
        return self._answer(connection.url, dataset, sizes)

    def _check(self, sizes: dict[str, int]) -> None:
        """Whether all of it may be put there."""
        for path in sizes:
            if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
                raise Trouble(
                    502,
                    f"{self.perm_id} has a file that would not stay in its folder, so nothing was downloaded: {path}",
                )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Trouble(400, f"{self.folder} can’t be a folder to download to: {error.strerror}.") from error
        if not os.access(self.folder, os.W_OK):
            raise Trouble(400, f"You may not write to {self.folder}. Choose another folder.")
        needed, free = sum(sizes[path] for path in self._missing(sizes)), shutil.disk_usage(self.folder).free
        if needed > free:
            raise Trouble(
                507, f"{self.perm_id} needs {megabytes(needed)}, and only {megabytes(free)} are free. Make room first."
            )

    def _fetch(self, dataset: Any, connection: Any, stock: Stock, sizes: dict[str, int]) -> None:
        """Most files in the quick way, and each that is left by itself."""
        if not hasattr(dataset, "_get_download_url") or dataset.data.get("kind") == "LINK":
            dataset.download(destination=str(self.folder))
            return
        if connection.openbis.get_server_information().is_version_greater_than(3, 5):
            usual = [path for path in self._missing(sizes) if not ODD & set(path)]
            for part in parts_of(usual):
                try:
                    dataset.download(files=part, destination=str(self.folder))
                except Exception:  # noqa: BLE001 (what the other way can't fetch either is told)
                    break
        if missing := self._missing(sizes):
            Plain(dataset, connection, stock).fetch({path: sizes[path] for path in missing}, self.place)

    def _missing(self, sizes: dict[str, int]) -> list[str]:
        """The files that aren't there in full."""
        return [path for path, size in sizes.items() if not has_size(self.place / path, size)]

    def _answer(self, url: str, dataset: Any, sizes: dict[str, int]) -> dict[str, Any]:
        """As theirs is."""
        physical = dataset.physicalData
        return {
            "url": url,
            "permId": dataset.permId,
            "path": str(self.place),
            "dataStore": dataset.dataStore,
            "location": getattr(physical, "location", None),
            "size": getattr(physical, "size", None),
            "files": list(sizes),
            "statusText": f"Data for DataSet {self.perm_id} was successfully downloaded to: {self.place}",
        }


class Plain:
    """Files by their addresses, some at a time."""

    def __init__(self, dataset: Any, connection: Any, stock: Stock) -> None:
        self.address = f"{dataset._get_download_url()}/datastore_server/{dataset.permId}/"
        self.how = {
            "params": {"sessionID": connection.openbis.token},
            "verify": connection.openbis.verify_certificates,
            "stream": True,
        }
        self.session = stock.requests.Session()

    def fetch(self, sizes: dict[str, int], place: Path) -> None:
        """All of them, until openBIS can't be asked; what it refuses, or doesn't give in full, stays away."""
        left: SimpleQueue[tuple[str, int]] = SimpleQueue()
        for told_of in sizes.items():
            left.put(told_of)
        failures: list[Exception] = []
        # Not of a pool, whose threads keep the server from ending.
        threads = [
            threading.Thread(target=self._some, args=(left, place, failures), daemon=True) for _ in range(STREAMS)
        ]
        with self.session:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if failures:
            raise failures[0]

    def _some(self, left: SimpleQueue[tuple[str, int]], place: Path, failures: list[Exception]) -> None:
        """One after the other, until none is left or something failed."""
        patience.seconds = WORKING
        while not failures:
            try:
                path, size = left.get_nowait()
                self._one(path, size, place / path)
            except Empty:
                return
            except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
                failures.append(error)

    def _one(self, path: str, size: int, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{os.urandom(8).hex()}.part")
        try:
            with self.session.get(self.address + quote(path), **self.how) as answer, draft.open("wb") as file:
                for piece in answer.iter_content(PIECE):
                    file.write(piece)
            if answer.ok and has_size(draft, size):
                draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def parts_of(paths: list[str]) -> Iterator[list[str]]:
    """Parts that aren't too large."""
    for first in range(0, len(paths), FILES_OF_PART):
        yield paths[first : first + FILES_OF_PART]


def has_size(path: Path, size: int) -> bool:
    """Whether there is a file of that size."""
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def megabytes(size: int) -> str:
    """A number of bytes, for people."""
    return f"{size / 1e6:,.1f} MB"
