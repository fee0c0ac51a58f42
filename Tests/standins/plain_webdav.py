"""Real servers of plain WebDAV, for tests and benchmarks: Apache's mod_dav, and `rclone serve webdav`.

    with PlainWebDAV("apache", folder) as server:
        …                                 # server.url, for anna with the password secret; server.files on the disk

Run by itself it prints its address and serves until it is interrupted or killed:

    python Tests/standins/plain_webdav.py apache --folder /tmp/dav [--port 9000] [--room BYTES]

With `--room` the files are in a file system of that size, in memory, which only root can have mounted.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

KINDS = ("apache", "rclone")
ROOT = Path(__file__).parents[2]
USER, PASSWORD = "anna", "secret"
# Made by `openssl passwd -apr1 -salt carrel secret`.
HASH = "$apr1$carrel$zdkhdUJcVARZ.TMe5MIby1"
# Apache doesn't serve as root.
SERVANT = "www-data"
OWN_MOUNTS = "PLAIN_WEBDAV_HAS_OWN_MOUNTS"
MODULES = [
    "mpm_event",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_user",
    "auth_basic",
    "dav",
    "dav_fs",
    "dav_lock",
    "dir",
    "alias",
]
CONFIGURATION = """\
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/state/pid
ErrorLog {folder}/state/error.log
Mutex file:{folder}/state default
DocumentRoot {folder}/files
{modules}
DavLockDB {folder}/state/locks
LimitXMLRequestBody 0
Alias /dav {folder}/files
<Directory {folder}/files>
Dav On
DirectoryIndex disabled
AuthType Basic
AuthName files
AuthUserFile {folder}/passwords
Require valid-user
</Directory>
"""


def reserved_port() -> socket.socket:
    """Keeps a port that nobody else is given, and on which a server may listen that shares addresses."""
    kept = socket.socket()
    kept.bind(("127.0.0.1", 0))
    # Only now: with it from the start, the kernel might give the port to two.
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return kept


class PlainWebDAV:
    """A server on 127.0.0.1, with its files in a folder that its user can get to."""

    def __init__(self, kind: str, folder: Path, port: int | None = None) -> None:
        self.reserved = None if port else reserved_port()
        self.kind, self.folder = kind, folder
        self.port: int = port or (self.reserved.getsockname()[1] if self.reserved else 0)
        self.url = f"http://127.0.0.1:{self.port}/dav"
        self.files = folder / "files"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.prepare()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*self.servant(), *self.command()], stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                time.sleep(0.01)  # nobody tells when another program begins to listen
        self.__exit__()
        raise RuntimeError(f"{self.kind} doesn't listen:\n{(self.folder / 'log').read_text()}")

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def prepare(self) -> None:
        """Makes folders and settings; files stay."""
        state = self.folder / "state"
        for folder in (self.folder, self.files, state):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        (state / "pid").unlink(missing_ok=True)
        if os.geteuid() == 0:
            for folder in (self.files, state):
                shutil.chown(folder, SERVANT, SERVANT)
        modules = "\n".join(f"LoadModule {one}_module /usr/lib/apache2/modules/mod_{one}.so" for one in MODULES)
        settings = CONFIGURATION.format(folder=self.folder, port=self.port, modules=modules)
        (self.folder / "httpd.conf").write_text(settings)
        (self.folder / "passwords").write_text(f"{USER}:{HASH}\n")

    @staticmethod
    def servant() -> list[str]:
        """How a program is started that ends when this one does, as somebody who may not do everything."""
        words = ["setpriv", "--pdeathsig", "KILL"]
        if os.geteuid() == 0:
            words += ["--reuid", SERVANT, "--regid", SERVANT, "--clear-groups"]
        return [*words, "--"]

    def command(self) -> list[str]:
        """The server, in one process."""
        if self.kind == "apache":
            return ["/usr/sbin/apache2", "-X", "-f", str(self.folder / "httpd.conf")]
        ours = ROOT / "var/tools/bin/rclone"
        words = ["serve", "webdav", str(self.files), "--baseurl", "/dav", "--dir-cache-time", "1s", "--config", ""]
        # Without it two names that look alike are one.
        words += ["--no-unicode-normalization"]
        words += ["--addr", f"127.0.0.1:{self.port}", "--htpasswd", str(self.folder / "passwords")]
        return [str(ours) if ours.exists() else "rclone", *words]


def use_small_room(folder: Path, size: int) -> None:
    """Has the files be in a file system of their own; it ends with this process, which is begun anew for that."""
    if OWN_MOUNTS not in os.environ:
        os.environ[OWN_MOUNTS] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    (folder / "files").mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder / "files"], check=True)


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--folder", type=Path, required=True, help="where files are kept, in files/")
    parser.add_argument("--port", type=int, help="a free one, if none is given")
    parser.add_argument("--room", type=int, metavar="BYTES", help="for how much there is room")
    told = parser.parse_args()
    if told.room is not None:
        use_small_room(told.folder, told.room)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with PlainWebDAV(told.kind, told.folder, told.port) as server:
        print(server.url, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
