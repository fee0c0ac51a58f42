"""Takes all inotify instances that its user number may have, and keeps them for a while."""

import ctypes

from report import hold, say

libc = ctypes.CDLL(None, use_errno=True)
count = 0
while libc.inotify_init() >= 0:
    count += 1
hold()
say("done", f"{count} instances")
