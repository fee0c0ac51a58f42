"""Where the providers of launch links live; a file says it differently, in tests as for an institute's own servers."""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from carrel_builder.problems import Usage


@dataclass(frozen=True)
class Hosts:
    """Addresses without a slash at the end."""

    gh: str = "https://github.com"
    gl: str = "https://gitlab.com"
    gist: str = "https://gist.github.com"
    doi: str = "https://doi.org/api/handles"
    zenodo: str = "https://zenodo.org/api/records"
    figshare: str = "https://api.figshare.com/v2/articles"
    hydroshare: str = "https://www.hydroshare.org"
    dataverse: list[str] = field(default_factory=list)
    """Installations that are allowed; any that a DOI leads to when empty."""
    ckan: list[str] = field(default_factory=list)
    """Portals that are allowed; any when empty."""
    allow_local: bool = False
    """Whether repositories may be files of this machine (tests)."""


def read_hosts(path: Path | None) -> Hosts:
    """Reads the file, a JSON object with any of these names."""
    if path is None:
        return Hosts()
    try:
        written: dict[str, Any] = json.loads(path.read_text())
        known = {each.name: type(getattr(Hosts(), each.name)) for each in fields(Hosts)}
        for name, value in written.items():
            if name not in known or not isinstance(value, known[name]):
                raise ValueError(f"{name} isn't known or of the wrong type")
        return Hosts(
            **{name: value.rstrip("/") if isinstance(value, str) else value for name, value in written.items()}
        )
    except (OSError, ValueError, AttributeError) as error:
        raise Usage("usage.hosts", f"{path} can't be read: {error}.") from error
