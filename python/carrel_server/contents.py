"""Files as JupyterLab saves them, with an answer that helps when there is no room."""

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any

from anyio.to_thread import run_sync
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError
from traitlets import default

from carrel_server import full_home, read_only
from carrel_server.checkpoints import CarrelCheckpoints
from carrel_server.safe_writing import kept_until_written, remove

Model = dict[str, Any]
FORBIDDEN, INSUFFICIENT_STORAGE = 403, 507


class CarrelContentsManager(AsyncLargeFileManager):
    """Stock's, but that it keeps the old file when there is no room for the new one, and says so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._begun: set[str] = set()  # files that an upload made and hasn't ended yet

    @default("checkpoints_class")
    def _checkpoints_class_default(self) -> type[CarrelCheckpoints]:
        return CarrelCheckpoints

    @contextlib.asynccontextmanager
    async def explained(self, path: str) -> AsyncIterator[None]:
        """Turns whatever stock raises because there is no room, or the place is only read, into one answer."""
        try:
            yield
        except Exception as error:
            if read_only.is_read_only(error):
                text = await run_sync(read_only.explanation, Path(self._get_os_path(path.strip("/"))))
                raise HTTPError(FORBIDDEN, text) from error
            is_said = isinstance(error, HTTPError) and error.status_code == INSUFFICIENT_STORAGE
            if is_said or not full_home.is_full(error):
                raise
            place = Path(self._get_os_path(path.strip("/")))
            text = await run_sync(full_home.explanation, place, dict(os.environ))
            raise HTTPError(INSUFFICIENT_STORAGE, text) from error

    @contextlib.contextmanager
    def atomic_writing(self, os_path: str, *arguments: Any, **options: Any) -> Iterator[IO[Any]]:
        """Used for every file that is saved whole."""
        if not self.use_atomic_writing:
            with super().atomic_writing(os_path, *arguments, **options) as file:
                yield file
            return
        with self.perm_to_403(os_path), kept_until_written(os_path, *arguments, log=self.log, **options) as file:
            yield file

    async def save(self, model: Model, path: str = "") -> Model:
        """Saves a file, or the next piece of one that is uploaded."""
        async with self.explained(path):
            if model.get("chunk") is None:
                return await super().save(model, path)
            return await self._save_piece(model, path)

    async def _save_piece(self, model: Model, path: str) -> Model:
        """An upload that doesn't fit leaves no half of a file, unless there was one of that name before."""
        os_path = self._get_os_path(path.strip("/"))
        if model["chunk"] == 1 and not os.path.lexists(os_path):
            self._begun.add(os_path)
        try:
            saved = await super().save(model, path)
        except Exception as error:
            if full_home.is_full(error) and os_path in self._begun:
                remove(os_path)
            self._begun.discard(os_path)
            raise
        if model["chunk"] == -1:
            self._begun.discard(os_path)
        return saved

    async def new_untitled(self, path: str = "", type: str = "", ext: str = "") -> Model:
        """Makes a file or folder with a name of its own."""
        async with self.explained(f"{path}/{type or 'untitled'}"):
            return await super().new_untitled(path, type, ext)

    async def new(self, model: Model | None = None, path: str = "") -> Model:
        """Makes a file or folder."""
        async with self.explained(path):
            return await super().new(model, path)

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copies a file or folder."""
        async with self.explained(from_path if to_path is None else to_path):
            return await super().copy(from_path, to_path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Renames a file or folder."""
        async with self.explained(new_path):
            await super().rename_file(old_path, new_path)

    async def create_checkpoint(self, path: str) -> Model:
        """Keeps a copy of a file."""
        async with self.explained(path):
            return await super().create_checkpoint(path)

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Puts the copy back."""
        async with self.explained(path):
            await super().restore_checkpoint(checkpoint_id, path)
