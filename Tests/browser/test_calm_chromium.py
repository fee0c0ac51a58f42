"""The tests' browser doesn't hear of changes of the machine's network, and lacks nothing else."""

import os
import subprocess
import sys
from pathlib import Path

INSTEAD = f"""\
#!{sys.executable}
import socket, sys
socket.socket(socket.AF_INET).close()
socket.socket(socket.AF_UNIX).close()
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
except OSError as error:
    sys.exit(f"{{error.strerror}} {{' '.join(sys.argv[1:])}}")
"""


def test_it_gets_no_netlink_sockets_and_all_others(tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text(INSTEAD)
    (tmp_path / "chromium").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    calm = [Path(__file__).with_name("calm_chromium"), "--with", "words"]
    told = subprocess.run(calm, env=os.environ | {"PATH": path}, check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr.strip()) == (1, "Address family not supported by protocol --with words")
