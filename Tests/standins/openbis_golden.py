"""The notebooks that Carrel makes, as they are in `Tests/OpenBISNotebookTests/Golden`, for what is in a stand-in for openBIS."""

import json
from pathlib import Path
from typing import Any

from openbis import OpenBIS
from openbis_entities import DataSet, Experiment, Sample, Sort

GOLDEN = Path(__file__).resolve().parents[1] / "OpenBISNotebookTests/Golden"


def golden(name: str, openbis: OpenBIS) -> dict[str, Any]:
    """A notebook whose placeholders are the permanent ids of what it means."""
    text = (GOLDEN / name).read_text(encoding="utf-8")
    meant = {
        "20260101000000000-11": openbis.registry.get(Sample, "/LAB/P1/EXP1").perm_id,
        "20260101000000000-12": openbis.registry.get(Experiment, "/LAB/P1/C1").perm_id,
        "20260101000000000-1": code(openbis, "Measured"),
        "20260101000000000-2": code(openbis, "Odd names"),
        "20260101000000000-3": code(openbis, "Picture"),
    }
    for placeholder, perm_id in meant.items():
        text = text.replace(f'\\"{placeholder}\\"', f'\\"{perm_id}\\"').replace(f"`{placeholder}`", f"`{perm_id}`")
    assert "20260101000000000" not in text
    return json.loads(text)


def code(openbis: OpenBIS, name: str) -> str:
    """The permanent id of the first dataset of that name."""
    every = openbis.registry.all[Sort.DATA_SET].values()
    return next(one.perm_id for one in every if isinstance(one, DataSet) and one.properties.get("$NAME") == name)
