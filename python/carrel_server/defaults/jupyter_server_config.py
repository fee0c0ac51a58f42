"""Carrel's defaults for a server: the weakest configuration there is. Any other file and any argument overrules it.

A part that can't be imported (another version of Jupyter, say) is left as stock has it.
"""

import contextlib
import importlib
import os

c = get_config()  # noqa: F821 (traitlets gives it)


def offer(section: str, trait: str, module: str, name: str) -> None:
    """Sets a class as a default, if it is there."""
    with contextlib.suppress(Exception):
        getattr(importlib.import_module(module), name)
        setattr(c[section], trait, f"{module}.{name}")


offer("ServerApp", "contents_manager_class", "carrel_server.contents", "CarrelContentsManager")
if os.environ.get("CARREL_DATA_SOCKET"):
    offer("ServerApp", "contents_manager_class", "carrel_server.data_folders", "ContentsWithData")
offer("ServerApp", "kernel_spec_manager_class", "carrel_server.kernel_specs", "CarrelKernelSpecManager")
offer("TerminalsExtensionApp", "terminal_manager_class", "carrel_server.terminals", "CarrelTerminalManager")

# By default this variable decides, and a configuration would overrule it.
if not os.environ.get("JUPYTER_DEFAULT_PROVISIONER_NAME"):
    c.KernelProvisionerFactory.default_provisioner_name = "carrel-provisioner"

# Measured once a second otherwise, for metrics that nobody is told the address of, while the server answers nothing else.
c.ResourceUseDisplay.enable_prometheus_metrics = False
c.ResourceUseDisplay.track_cpu_percent = True
# The machine's own figures say nothing about what this server may use.
c.ResourceUseDisplay.show_host_usage = False
