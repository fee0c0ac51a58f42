"""What tests of the openBIS buttons share: a stand-in for openBIS and a plain JupyterLab of somebody who is signed in there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from openbis import OpenBIS
from openbis_entities import DataSet, Sort
from openbis_seed import crowd
from plain_lab import PlainLab, running

OWNER = "/LAB/P1/EXP1"
FOREIGN = "/SECRET/P1/C1"
HOST = "localhost"


@dataclass
class Bench:
    """An openBIS and a JupyterLab; HOST is what the connection of the environment is called."""

    openbis: OpenBIS
    lab: PlainLab
    trust: Path

    @property
    def token_file(self) -> Path:
        return self.lab.home / f".pybis/{HOST}.token"

    def sign_in(self, user: str = "alice") -> str:
        """What the hub does at a sign-in: a new session, in the file that PyBIS reads."""
        token = self.openbis.sessions.begin(user)
        self.token_file.parent.mkdir(exist_ok=True)
        self.token_file.write_text(token)
        return token

    def begin_anew(self) -> None:
        """Forgets passwords, and uses a new session of the hub."""
        self.lab.ask("PUT", f"openbis/conn/{HOST}", json={"action": "logout"})
        self.sign_in()
        self.lab.ask("PUT", f"openbis/conn/{HOST}", json={"action": "renew"})

    def state(self, name: str = HOST) -> dict[str, Any]:
        """What is said of a connection."""
        told = self.lab.ask("GET", "openbis/conns").json()["connections"]
        return next(one for one in told if one["name"] == name)

    @property
    def datasets(self) -> dict[str, DataSet]:
        """All that are registered, by their property $NAME."""
        found = (one for one in self.openbis.registry.all[Sort.DATA_SET].values() if isinstance(one, DataSet))
        return {one.properties.get("$NAME", one.perm_id): one for one in found}

    def perm_id(self, name: str) -> str:
        return self.datasets[name].perm_id

    def crowd(self, folder: Path, count: int, missing: int) -> DataSet:
        """A dataset with many files, most of which were downloaded before: all but the `missing` last ones."""
        made = self.openbis.registry.get(DataSet, crowd(self.openbis, "/LAB/P1/C1", count))
        for file in made.files[:-missing]:
            target = folder / made.perm_id / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(self.openbis.contents.pieces(file)))
        return made


@contextmanager
def bench(folder: Path, program: str = "jupyterlab", user: str = "alice", **changes: str) -> Iterator[Bench]:
    """Runs both until the block ends."""
    authority = trustme.CA()
    trust = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trust))
    home = folder / "home"
    home.mkdir()
    (folder / "openbis").mkdir()
    with OpenBIS(folder / "openbis", authority=authority) as openbis:
        token = openbis.sessions.begin(user)
        (home / ".pybis").mkdir()
        (home / f".pybis/{HOST}.token").write_text(token)
        variables = {"OPENBIS_URL": openbis.url, "OPENBIS_TOKEN": token, "REQUESTS_CA_BUNDLE": str(trust)}
        with running(home, program, **(variables | changes)) as lab:
            yield Bench(openbis, lab, trust)


def notebook(*sources: str, **metadata: Any) -> str:
    """A notebook with these cells of code."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, **metadata}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells})
