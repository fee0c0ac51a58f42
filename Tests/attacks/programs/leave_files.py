"""Leaves files that are hard to remove in each folder of the run: odd names, deep trees, closed folders, links."""

import contextlib
import os

from report import say

places = ["/run/carrel/server", f"/run/user/{os.getuid()}"]
for place in places:
    with contextlib.suppress(OSError):
        os.chdir(place)
        for name in [b"\xff\xfe", b"-rf", b"new\nline", b"\xf0\x28", b"n" * 255, b".moved-1"]:
            os.makedirs(name + b"/" if len(name) < 255 else name, exist_ok=True)
        os.mkfifo("pipe")
        os.symlink("/etc", "etc")
        os.symlink("/", "root")
        for number in range(2000):
            os.close(os.open(f"file-{number}", os.O_CREAT))
        for _ in range(3000):
            os.mkdir("deep")
            os.chdir("deep")
        os.chdir(place)
        os.mkdir("closed")
        os.mkdir("closed/inner")
        os.chmod("closed", 0)
say("done", "files left")
