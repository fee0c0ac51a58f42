"""The places whose speed is compared: the host's disk, a home as the hub makes it, and what lies between the two."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / ".build-release/release/carrel"
SIZE = "20G"
PRIVATE = "CARREL_BENCH_HAS_OWN_MOUNTS"


def use_own_mounts() -> None:
    """Begins the program anew with mounts of its own: whatever ends it, they go with it."""
    if os.geteuid() != 0:
        sys.exit("Only root can mount the image of the homes.")
    if PRIVATE not in os.environ:
        os.environ[PRIVATE] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])


def run(*command: str | Path) -> str:
    """Runs a program that must succeed, and gives what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def make_home(folder: Path, program: Path) -> Path:
    """A home with a quota in an image made and mounted by Carrel itself."""
    folder.mkdir()
    homes = folder / "homes"
    settings = folder / "carrel.yaml"
    settings.write_text(f"hub:\n  stateDirectory: {folder}\nstorage:\n  homes: {homes}\n")
    run(program, "storage", "create-image", "--config", settings, "--size", SIZE + "iB")
    return make_subvolume(homes / "ada")


def make_subvolume(home: Path) -> Path:
    """A home as `BtrfsHomes` makes it."""
    run("btrfs", "subvolume", "create", home)
    run("btrfs", "qgroup", "limit", "20000000000", home)
    return home


def make_image(folder: Path, *make_file_system: str) -> Path:
    """An image with another file system, mounted the way Carrel mounts its own."""
    folder.mkdir()
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(20 << 30)
    run(*make_file_system, image)
    place = folder / "mounted"
    place.mkdir()
    run("mount", "-o", "loop,noatime,nosuid,nodev", image, place)
    run("losetup", "--direct-io=on", run("findmnt", "--noheadings", "--output", "SOURCE", place).strip())
    return place


def unmount_all(folder: Path) -> None:
    """Unmounts what is mounted below a folder."""
    for line in reversed(Path("/proc/self/mounts").read_text().splitlines()):
        place = line.split()[1]
        if place.startswith(f"{folder}/"):
            run("umount", place)
