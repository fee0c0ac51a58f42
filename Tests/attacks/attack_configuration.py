"""What a stage's hub is told: all walls, or some left out."""

import os
import shutil
from pathlib import Path

from carrel_hub import ENVIRONMENT

# Walls that no configuration names: the tests leave them out by other means.
OURS = ("files", "modes", "quota")
CONFIGURATION = """\
hub:
  stateDirectory: {state}
  stopServersOnExit: true
proxy:
  listen: ["127.0.0.1:{port}"]
servers:
  startDeadline: 2m
  stopDeadline: 3s
  logSize: {log}
{limits}
sandbox:
  temporarySpace: {space}
  layerSpace: {space}
  leaveOut: [{walls}]
  readOnlyPaths: [{shown}]
network:
  outgoing: public
environments:
  default:
    path: {environment}
"""
LIMITS = """\
  memoryLimit: 700 MiB
  processorLimit: 0.5
  processLimit: 200
  openFilesLimit: 2000
"""
STORAGE = """\
storage:
  image: 200 MB
  quota: {quota}
"""
HAS_BTRFS = os.path.exists("/dev/loop-control") and shutil.which("mkfs.btrfs") is not None


def configuration(state: Path, port: int, leave_out: tuple[str, ...], shown: Path | None) -> str:
    """The text of a configuration without some walls; a folder may be shown to all servers."""
    is_narrow = "limits" not in leave_out
    text = CONFIGURATION.format(
        state=state,
        port=port,
        environment=ENVIRONMENT.absolute(),
        log="1 MB" if is_narrow else "1 GB",
        space="64 MiB" if is_narrow else "1 GiB",
        limits=LIMITS if is_narrow else "",
        walls=", ".join(wall for wall in leave_out if wall not in OURS),
        shown=shown or "",
    )
    return text + STORAGE.format(quota="none" if "quota" in leave_out else "10 MB") if HAS_BTRFS else text
