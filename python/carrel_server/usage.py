"""What JupyterLab's status bar shows: memory and CPU as the control group counts and limits them."""

import asyncio
from typing import Any

from jupyter_resource_usage import server_extension
from jupyter_resource_usage.api import ApiHandler
from psutil import Error, Process, cpu_count
from tornado import web

from carrel_server import control_group


def memory(used: int, limit: int, warning_threshold: float) -> dict[str, Any]:
    """The answer's part on memory, in the words of `jupyter-resource-usage` (bytes)."""
    limits: dict[str, Any] = {"rss": limit}
    if warning_threshold:
        limits["warn"] = limit - used < limit * warning_threshold
    return {"rss": used, "limits": {"memory": limits}}


def cpu(percent: float, cores: float, warning_threshold: float) -> dict[str, Any]:
    """The limit's part on CPU: `cores` may be kept busy; `percent` is of one core."""
    limits: dict[str, Any] = {"cpu": cores}
    if warning_threshold:
        limits["warn"] = cores * 100 - percent < cores * 100 * warning_threshold
    return limits


class UsageHandler(ApiHandler):
    """`GET api/metrics/v1`; without a limit of the control group's it is stock's."""

    @web.authenticated
    async def get(self) -> None:
        """Answers without reading every process's pages, which takes long for big kernels."""
        group = control_group.own()
        used, limit = group.memory_used, group.memory_limit
        if used is None or limit is None:
            await super().get()
            return
        settings = self.settings["jupyter_resource_usage_display_config"]
        answer = memory(used, limit, settings.mem_warning_threshold)
        if settings.track_cpu_percent:
            percent = await asyncio.to_thread(self.busy)
            answer |= {"cpu_percent": percent, "cpu_count": cpu_count()}
            cores = group.cpu_limit or settings.cpu_limit
            if cores:
                answer["limits"]["cpu"] = cpu(percent, cores, settings.cpu_warning_threshold)
        self.finish(answer)

    @staticmethod
    def busy() -> float:
        """Per cent of one core since it was last asked, of this process and all it started."""
        server = Process()
        seen = {process.pid: process for process in (server, *server.children(recursive=True))}
        known = {number: ApiHandler._cached_processes.get(number, process) for number, process in seen.items()}
        ApiHandler._cached_processes = known
        return sum(UsageHandler.share(process) for process in known.values())

    @staticmethod
    def share(process: Process) -> float:
        """Of one process; nothing if it has ended."""
        try:
            return process.cpu_percent()
        except Error:
            return 0.0


def install() -> None:
    """Stands in for stock's handler when `jupyter_resource_usage` is loaded, which comes after us by its name."""
    server_extension.ApiHandler = UsageHandler
