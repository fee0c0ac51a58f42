"""What the tests of the builder share."""

import subprocess
import sys
from pathlib import Path

import pytest
from workshop import ROOT, Workshop

UV = Path(sys.executable).with_name("uv")
LOCK = ROOT / "python/environments/repository/requirements.lock"


@pytest.fixture(scope="session")
def uv_cache() -> Path:
    """Kept from run to run, so that packages are downloaded once."""
    folder = ROOT / ".pytest_cache/uv"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def small_lock(tmp_path_factory: pytest.TempPathFactory, uv_cache: Path) -> Path:
    """A lock file with the kernel alone, in the versions of the default environment."""
    folder = tmp_path_factory.mktemp("lock")
    (folder / "requirements.in").write_text("ipykernel\n")
    lock = folder / "requirements.lock"
    compile_it = [
        UV,
        "pip",
        "compile",
        "--quiet",
        "--generate-hashes",
        "--cache-dir",
        uv_cache,
        "--python-version",
        "3.11",
    ]
    subprocess.run([*compile_it, "--constraint", LOCK, folder / "requirements.in", "-o", lock], check=True)
    return lock


@pytest.fixture
def workshop(tmp_path: Path, small_lock: Path, uv_cache: Path) -> Workshop:
    """A place to make repositories and build them."""
    return Workshop(tmp_path, small_lock, uv_cache, UV)
