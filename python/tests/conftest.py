"""What the tests of the server's side share."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Where tests run in the background Ctrl-C is ignored, and would be by all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def environment() -> Path:
    """The built default environment: `make environment`, or the one that CARREL_ENVIRONMENT names."""
    named = os.environ.get("CARREL_ENVIRONMENT", str(ROOT / "var/environments/default"))
    folder = Path(named).resolve()
    assert (folder / "bin/carrel-server").exists(), f"{named} isn't there: make environment"
    return folder


@pytest.fixture(scope="module")
def short_folder() -> Iterator[Path]:
    """A folder with a short, lower-case path, as sockets need it."""
    folder = Path(tempfile.mkdtemp(prefix="carrel-"))
    yield folder
    shutil.rmtree(folder)
