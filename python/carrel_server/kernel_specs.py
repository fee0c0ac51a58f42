"""Offers the kernels whose interpreter is there.

A kernel of the environment says in its `kernel.json` what it needs besides, under `metadata.carrel`: `needs`, programs or
absolute paths of files, and `package`, the Debian package that brings them. `carrel doctor` reads the same.
"""

import shutil
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel


class CarrelKernelSpecManager(KernelSpecManager):
    """Stock's, without the kernels that couldn't start."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Folders of kernels that can be started, by name."""
        found = super().find_kernel_specs()
        return {name: folder for name, folder in found.items() if not self._missing(name, folder)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of a name, if it can be started."""
        spec = super().get_kernel_spec(kernel_name)
        if missing(spec.metadata):
            raise NoSuchKernel(kernel_name)
        return spec

    def all_kernels(self) -> list[dict[str, str]]:
        """Every kernel by its title, with `name`, `title`, and why it isn't offered (`lacking`; empty if it is)."""
        found: list[dict[str, str]] = []
        for name, folder in super().find_kernel_specs().items():
            try:
                spec = self._get_kernel_spec_by_name(name, folder)
            except (OSError, ValueError, NoSuchKernel):
                continue
            found.append({"name": name, "title": spec.display_name, "lacking": lacking(spec.metadata)})
        return sorted(found, key=lambda one: one["title"].lower())

    def _missing(self, name: str, folder: str) -> list[str]:
        """What a kernel needs and isn't there. One that can't be read is left for stock to complain about."""
        try:
            spec = self._get_kernel_spec_by_name(name, folder)
        except (OSError, ValueError, NoSuchKernel):
            return []
        return missing(spec.metadata)


def missing(metadata: dict[str, Any]) -> list[str]:
    """What is needed, by a kernel's metadata, and isn't there."""
    ours = metadata.get("carrel")
    needs = ours.get("needs", []) if isinstance(ours, dict) else []
    return [need for need in needs if not is_there(need)]


def package(metadata: dict[str, Any]) -> str | None:
    """The Debian package that brings what is needed."""
    ours = metadata.get("carrel")
    return ours.get("package") if isinstance(ours, dict) else None


def lacking(metadata: dict[str, Any]) -> str:
    """Why a kernel can't start, and what brings it; nothing if it can."""
    needs, brings = missing(metadata), package(metadata)
    if not needs:
        return ""
    return f"{', '.join(needs)} isn't there" + (f"; the Debian package {brings} brings it" if brings else "")


def is_there(need: str) -> bool:
    """Whether there is such a program or file."""
    return Path(need).exists() if need.startswith("/") else shutil.which(need) is not None
