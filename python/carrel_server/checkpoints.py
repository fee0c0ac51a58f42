"""Where JupyterLab keeps the checkpoints of files: beside them, as stock does, but for files that are kept elsewhere.

Of a data source others see what is beside a file, and each checkpoint would be uploaded as well as the file. Stock makes the folder
even to look whether there is one.
"""

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints

from carrel_server.remote_folders import is_remote


class CarrelCheckpoints(AsyncFileCheckpoints):
    """Stock's, with a folder of the home for files of data sources."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """The path of a checkpoint; its folder is made."""
        file = Path(self._get_os_path(path.strip("/")))
        if not is_remote(file.parent):
            return str(super().checkpoint_path(checkpoint_id, path))
        folder = Path(jupyter_data_dir(), "checkpoints", os.path.relpath(file.parent, self.root_dir))
        with self.perm_to_403():
            folder.mkdir(parents=True, exist_ok=True)
        return str(folder / f"{file.stem}-{checkpoint_id}{file.suffix}")
