"""Data sources as folders of JupyterLab's file browser, where none can be mounted: straight from the hub's data gateway.

Kernels and terminals don't see them. The hub says by variables that it is so.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import mimetypes
import os
import tempfile
import time
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

import nbformat
from anyio.to_thread import run_sync
from jupyter_server.services.contents.checkpoints import AsyncCheckpoints
from jupyter_server.services.contents.manager import AsyncContentsManager
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from carrel_server.contents import CarrelContentsManager
from carrel_server.data_client import DataClient, DataError, Entry

Model = dict[str, Any]
SOCKET, TOKEN = "CARREL_DATA_SOCKET", "CARREL_DATA_TOKEN"
# For so many seconds it is taken for known which folders there are.
FRESH = 5.0
NOT_FOUND, CONFLICT, PRECONDITION = 404, 409, 412


class NoCheckpoints(AsyncCheckpoints):
    """The services keep versions of their own."""

    async def create_checkpoint(self, contents_mgr: Any, path: str) -> Model:
        """Says that there is one, as JupyterLab wants one after each save."""
        return {"id": "none", "last_modified": datetime.now(UTC)}

    async def list_checkpoints(self, path: str) -> list[Model]:
        """None."""
        return []

    async def restore_checkpoint(self, contents_mgr: Any, checkpoint_id: str, path: str) -> None:
        """Can't be."""
        raise HTTPError(NOT_FOUND, "Earlier versions are kept by the service itself, if at all.")

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Nothing to do."""

    async def rename_all_checkpoints(self, old_path: str, new_path: str) -> None:
        """Nothing to do."""

    async def delete_all_checkpoints(self, path: str) -> None:
        """Nothing to do."""


@contextlib.contextmanager
def said() -> Iterator[None]:
    """Has JupyterLab show the gateway's words."""
    try:
        yield
    except DataError as error:
        status = CONFLICT if error.status == PRECONDITION else error.status
        raise HTTPError(status if 400 <= status < 600 else 502, str(error)) from error


class DataFolders(AsyncContentsManager):
    """The gateway's tree, of which each folder at the top is a data source. Paths begin with the folder's name."""

    checkpoints_class = NoCheckpoints

    def __init__(self, client: DataClient, **options: Any) -> None:
        super().__init__(**options)
        self._client = client
        self._folders: frozenset[str] | None = None
        self._looked = -FRESH
        self._looking = asyncio.Lock()
        self._uploads: dict[str, IO[bytes]] = {}

    @property
    def known(self) -> frozenset[str]:
        """The data sources that there were at the last look."""
        return self._folders or frozenset()

    async def folders(self) -> frozenset[str]:
        """The data sources that are connected; those of before while the gateway is away, or is being asked."""
        if self._folders is None or (time.monotonic() - self._looked >= FRESH and not self._looking.locked()):
            async with self._looking:
                if self._folders is None or time.monotonic() - self._looked >= FRESH:
                    await self._look()
        return self.known

    async def _look(self) -> None:
        try:
            self._folders = frozenset(entry.name for entry in await run_sync(self._client.folders))
        except DataError as error:
            self.log.warning("Carrel: %s", error)
            self._folders = self.known
        self._looked = time.monotonic()

    # What is there

    async def _entry(self, path: str) -> Entry | None:
        try:
            return await run_sync(self._client.entry, path.strip("/"))
        except DataError as error:
            if error.status == NOT_FOUND:
                return None
            with said():
                raise

    async def dir_exists(self, path: str) -> bool:
        """Whether there is a folder."""
        entry = await self._entry(path)
        return entry is not None and entry.is_folder

    async def file_exists(self, path: str) -> bool:
        """Whether there is a file."""
        entry = await self._entry(path)
        return entry is not None and not entry.is_folder

    async def is_hidden(self, path: str) -> bool:
        """Whether a name begins with a dot."""
        return any(name.startswith(".") for name in path.strip("/").split("/"))

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> Model:
        """A file or folder, with what is in it."""
        path = path.strip("/")
        entry = await self._entry(path)
        if entry is None:
            raise HTTPError(NOT_FOUND, f"There is no {path}.")
        if entry.is_folder:
            if type not in (None, "directory"):
                raise HTTPError(400, f"{path} is a folder.")
            return await self._folder(path, entry, content)
        if type == "directory":
            raise HTTPError(400, f"{path} is a file, not a folder.")
        kind = type or ("notebook" if path.endswith(".ipynb") else "file")
        model = self.model(path, entry, kind)
        if not content and not require_hash:
            return model
        with said():
            data = await run_sync(self._client.read, path)
        if require_hash:
            model |= {"hash": hashlib.sha256(data).hexdigest(), "hash_algorithm": "sha256"}
        if not content:
            return model
        return model | (self._notebook(path, data) if kind == "notebook" else _file(path, data, format))

    async def _folder(self, path: str, entry: Entry, content: bool) -> Model:
        model = self.model(path, entry, "directory")
        if not content:
            return model
        with said():
            entries = await run_sync(self._client.entries, path)
        kinds = ((one, "notebook" if one.name.endswith(".ipynb") else "file") for one in entries)
        inside = [
            self.model(f"{path}/{one.name}", one, "directory" if one.is_folder else kind)
            for one, kind in kinds
            if self.should_list(one.name)
        ]
        return model | {"content": inside, "format": "json"}

    @staticmethod
    def model(path: str, entry: Entry, kind: str) -> Model:
        """A file or folder without what is in it, as JupyterLab wants it."""
        return {
            "name": path.rsplit("/", 1)[-1],
            "path": path,
            "type": kind,
            "created": entry.modified,
            "last_modified": entry.modified,
            "size": None if kind == "directory" else entry.size,
            "writable": True,
            "mimetype": None,
            "format": None,
            "content": None,
        }

    def _notebook(self, path: str, data: bytes) -> Model:
        try:
            notebook = nbformat.reads(data.decode(), as_version=4)
        except Exception as error:
            raise HTTPError(400, f"{path} can't be read as a notebook: {error}") from error
        self.mark_trusted_cells(notebook, path)
        model: Model = {"type": "notebook", "content": notebook, "format": "json"}
        self.validate_notebook_model(model)
        return model

    # What is changed

    async def save(self, model: Model, path: str = "") -> Model:
        """Saves a file, or the next piece of one that is uploaded; makes a folder."""
        path = path.strip("/")
        self.run_pre_save_hooks(model=model, path=path)
        kind = model.get("type")
        with said():
            if kind == "directory":
                await run_sync(self._client.make_folder, path)
            elif model.get("chunk") is not None:
                if not await self._take_piece(model, path):
                    return self.model(path, Entry(path, False, 0, datetime.now(UTC)), "file")
            else:
                data = self._data(model, path)
                await run_sync(self._client.write, path, data, len(data))
            entry = await run_sync(self._client.entry, path)
        saved = self.model(path, entry, str(kind or "file"))
        if message := model.get("message"):
            saved["message"] = message
        return saved

    def _data(self, model: Model, path: str) -> bytes:
        """The bytes that a model stands for."""
        content = model.get("content")
        if content is None:
            raise HTTPError(400, "There is no content to save.")
        if model.get("type") == "notebook":
            notebook = nbformat.from_dict(content)
            self.check_and_sign(notebook, path)
            self.validate_notebook_model(model)
            return nbformat.writes(notebook, version=nbformat.NO_CONVERT).encode()
        if model.get("format") == "base64":
            return base64.b64decode(content)
        return (content if isinstance(content, str) else json.dumps(content)).encode()

    async def _take_piece(self, model: Model, path: str) -> bool:
        """Keeps pieces of an upload, of which the last has the number -1; whether the file is whole and was written."""
        number = model["chunk"]
        if number == 1:
            self._drop(path)
            self._uploads[path] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the last piece)
        spool = self._uploads.get(path)
        if spool is None:
            raise HTTPError(400, "The beginning of this upload isn't there any more. Upload the file again.")
        await run_sync(spool.write, self._data(model, path))
        if number != -1:
            return False
        try:
            size = spool.tell()
            spool.seek(0)
            await run_sync(self._client.write, path, spool, size)
        finally:
            self._drop(path)
        return True

    def _drop(self, path: str) -> None:
        if spool := self._uploads.pop(path, None):
            spool.close()

    async def delete_file(self, path: str) -> None:
        """Removes a file or folder."""
        self._refuse_top(path)
        with said():
            await run_sync(self._client.remove, path.strip("/"))

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Moves a file or folder."""
        self._refuse_top(old_path)
        with said():
            await run_sync(self._client.move, old_path.strip("/"), new_path.strip("/"))

    @staticmethod
    def _refuse_top(path: str) -> None:
        if "/" not in path.strip("/"):
            raise HTTPError(403, "The folder of a data source is taken away on the hub's page Connections.")


def _file(path: str, data: bytes, format: str | None) -> Model:
    """What a file's model holds: its text, or what isn't text in base64."""
    kind = mimetypes.guess_type(path)[0]
    if format != "base64":
        try:
            return {"content": data.decode(), "format": "text", "mimetype": kind or "text/plain"}
        except UnicodeDecodeError as error:
            if format == "text":
                raise HTTPError(400, f"{path} isn't UTF-8 text.") from error
    text = base64.b64encode(data).decode("ascii")
    return {"content": text, "format": "base64", "mimetype": kind or "application/octet-stream"}


class ContentsWithData(CarrelContentsManager):
    """The home, with the data sources as further folders at its top."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        client = DataClient(os.environ[SOCKET], os.environ[TOKEN])
        self.data = DataFolders(client, parent=self, log=self.log)

    async def _owner(self, path: str) -> DataFolders | None:
        """Whose a path is, if it isn't of the home."""
        top = path.strip("/").split("/", 1)[0]
        return self.data if top and top in await self.data.folders() else None

    async def get(self, path: str, *arguments: Any, **options: Any) -> Model:
        """A file or folder; at the top, the data sources are among the folders."""
        if owner := await self._owner(path):
            return await owner.get(path, *arguments, **options)
        model = await super().get(path, *arguments, **options)
        if not path.strip("/") and model.get("content") is not None:
            folders = await self.data.folders()
            now = Entry("", True, 0, datetime.now(UTC))
            own = [one for one in model["content"] if one["name"] not in folders]
            model["content"] = own + [self.data.model(name, now, "directory") for name in sorted(folders)]
        return model

    async def save(self, model: Model, path: str = "") -> Model:
        """Saves a file."""
        owner = await self._owner(path)
        return await (owner.save(model, path) if owner else super().save(model, path))

    async def new(self, model: Model | None = None, path: str = "") -> Model:
        """Makes a file or folder."""
        owner = await self._owner(path)
        return await (owner.new(model, path) if owner else super().new(model, path))

    async def new_untitled(self, path: str = "", type: str = "", ext: str = "") -> Model:
        """Makes a file or folder with a name of its own."""
        owner = await self._owner(path)
        return await (owner.new_untitled(path, type, ext) if owner else super().new_untitled(path, type, ext))

    async def dir_exists(self, path: str) -> bool:
        """Whether there is a folder."""
        owner = await self._owner(path)
        return await (owner.dir_exists(path) if owner else super().dir_exists(path))

    async def file_exists(self, path: str) -> bool:
        """Whether there is a file."""
        owner = await self._owner(path)
        return await (owner.file_exists(path) if owner else super().file_exists(path))

    def exists(self, path: str) -> bool | Awaitable[bool]:
        """Whether there is a file or folder. Stock asks it of the home without waiting, and of all with."""
        top = path.strip("/").split("/", 1)[0]
        return self.data.exists(path) if top and top in self.data.known else super().exists(path)

    async def is_hidden(self, path: str) -> bool:
        """Whether a file or folder is hidden."""
        owner = await self._owner(path)
        return await (owner.is_hidden(path) if owner else super().is_hidden(path))

    async def delete(self, path: str) -> None:
        """Removes a file or folder."""
        owner = await self._owner(path)
        await (owner.delete(path) if owner else super().delete(path))

    async def rename(self, old_path: str, new_path: str) -> None:
        """Renames; a file also from the home to a data source, and back."""
        old, new = await self._owner(old_path), await self._owner(new_path)
        if old is new:
            await (old.rename(old_path, new_path) if old else super().rename(old_path, new_path))
            return
        await self._carry(old_path, new_path)
        await self.delete(old_path)

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copies a file; of a data source, or between one and the home, no folder."""
        target = from_path.strip("/").rpartition("/")[0] if to_path is None else to_path
        old, new = await self._owner(from_path), await self._owner(target)
        if old is None and new is None:
            return await super().copy(from_path, to_path)
        if await self.dir_exists(target):
            name = from_path.strip("/").rsplit("/", 1)[-1]
            target = f"{target.strip('/')}/{await self.increment_filename(name, target, insert='-Copy')}"
        return await self._carry(from_path, target)

    async def _carry(self, old_path: str, new_path: str) -> Model:
        """Writes a file's content elsewhere."""
        if await self.dir_exists(old_path):
            raise HTTPError(
                400, "Between your home and a data source, files are carried one by one, not whole folders."
            )
        if await ensure_async(self.exists(new_path)):
            raise HTTPError(CONFLICT, f"There is a {new_path} already.")
        model = await self.get(old_path, type="file", format="base64")
        return await self.save({"type": "file", "format": "base64", "content": model["content"]}, new_path)

    async def create_checkpoint(self, path: str) -> Model:
        """Keeps a copy of a file."""
        owner = await self._owner(path)
        return await (owner.create_checkpoint(path) if owner else super().create_checkpoint(path))

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Puts the copy back."""
        owner = await self._owner(path)
        await (owner or super()).restore_checkpoint(checkpoint_id, path)

    async def list_checkpoints(self, path: str) -> list[Model]:
        """The copies of a file."""
        owner = await self._owner(path)
        return await (owner or super()).list_checkpoints(path)

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Removes a copy."""
        owner = await self._owner(path)
        await (owner or super()).delete_checkpoint(checkpoint_id, path)

    async def trust_notebook(self, path: str) -> None:
        """Trusts a notebook."""
        owner = await self._owner(path)
        await (owner.trust_notebook(path) if owner else super().trust_notebook(path))

    async def get_kernel_path(self, path: str, model: Model | None = None) -> str:
        """Where a notebook's kernel starts: in the home, for what isn't a folder of this machine."""
        return "" if await self._owner(path) else await super().get_kernel_path(path, model)
