"""Leaves processes that don't want to end: forked twice, in sessions of their own, deaf to every signal there is."""

import os
import signal
import time

from report import say

for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            for descriptor in range(3):
                os.close(descriptor)
            while True:
                time.sleep(60)
        os._exit(0)
say("done", "five daemons")
