"""Files on the machine that are worth reading, for a stage."""

import os
import shutil
import tempfile
from pathlib import Path


class Bait:
    """What an operator left open by mistake, and what belongs to root alone though servers see its folder."""

    def __init__(self, folder: Path, word: str, are_modes_left_out: bool) -> None:
        # Beside the state directory.
        self.left_open = folder / "left-open.txt"
        self.left_open.write_text(word)
        self.left_open.chmod(0o644)
        # A descriptor that who starts the hub left open: no server may inherit it.
        self.descriptor = os.open(self.left_open, os.O_RDONLY)
        self.private = {
            name: Path(tempfile.mkdtemp(prefix="carrel-test-", dir=top)) / "key"
            for name, top in (("private-opt", "/opt"), ("private-local", "/usr/local/share"))
        }
        for path in self.private.values():
            path.parent.chmod(0o755)
            path.write_text(word)
            path.chmod(0o644 if are_modes_left_out else 0o600)

    def remove(self) -> None:
        """Takes away what isn't in the stage's folder."""
        os.close(self.descriptor)
        for path in self.private.values():
            shutil.rmtree(path.parent)
