"""Terminals whose programs are stopped before the server is when memory runs out, and that say why."""

from typing import Any

from jupyter_server_terminals.terminalmanager import TerminalManager
from terminado.management import PtyWithClients

from carrel_server.memory_kills import KillWatch, message, prefer_to_stop


class CarrelTerminalManager(TerminalManager):
    """Stock's, with a word after the shell's `Killed`."""

    def new_terminal(self, **kwargs: Any) -> PtyWithClients:
        """Starts a shell."""
        terminal = super().new_terminal(**kwargs)
        prefer_to_stop(terminal.ptyproc.pid)
        terminal.kill_watch = KillWatch()
        return terminal

    def pty_read(self, fd: int, events: Any = None) -> None:
        """Passes on what a terminal shows."""
        terminal = self.ptys_by_fd[fd]
        super().pty_read(fd, events)
        # Only a kill since what was shown before can be the one that the shell tells of.
        latest = terminal.read_buffer[-1] if terminal.read_buffer else ""
        if not terminal.kill_watch.look() or "Killed" not in latest:
            return
        words = "\r\n".join(["", *message("This program").split("\n"), ""])
        terminal.read_buffer.append(words)
        for client in terminal.clients:
            client.on_pty_read(words)
