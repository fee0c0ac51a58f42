"""SoS passes variables between Python 3, R and Bash, with the real kernels."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_kernel import Outcome, RealKernel, running


@pytest.fixture(scope="module")
def sos(environment: Path) -> Iterator[RealKernel]:
    """One kernel, with the kernels it has started."""
    with running(environment, "sos", JUPYTER_PATH=str(environment / "share/jupyter")) as kernel:
        yield kernel


def ran(sos: RealKernel, code: str, language: str = "SoS") -> Outcome:
    """Runs a cell of a language, as a notebook does; it must go well."""
    outcome = sos.run(f"%use {language}\n{code}")
    assert outcome.status == "ok", outcome
    assert not outcome.error, outcome
    return outcome


def test_numbers_and_texts_go_round(sos: RealKernel) -> None:
    ran(sos, "number, text, several, flag = 42, 'Zoë', [1.5, 2.5], True")
    assert ran(sos, "%get number text\necho $text has $number", "Bash").stdout.strip() == "Zoë has 42"
    shown = ran(sos, "%get number text several flag\ncat(text, number + 1, sum(several), flag)", "R").stdout
    assert shown.strip() == "Zoë 43 4 TRUE"
    ran(sos, "%put total named\ntotal <- number * 2\nnamed <- list(a = 1, b = 'x')", "R")
    assert ran(sos, "total, named").result == "(84, {'a': 1, 'b': 'x'})"
    ran(sos, "%put said\nsaid=hello", "Bash")
    assert ran(sos, "%get said total --from SoS\nprint(said, total)", "Python3").stdout == "hello 84\n"


TABLE = """
import numpy, pandas
table = pandas.DataFrame({
    "whole": [1, 2, 3], "part": [0.1, float("nan"), float("inf")], "text": ["a", None, "ü'\\""], "flag": [True, False, True],
    "day": pandas.to_datetime(["2026-11-21 00:00:00.00", "2026-11-22 10:30:15.25", None]), "kind": pandas.Categorical(["x", "y", "x"]),
}, index=["one", "two", "three"])
matrix = numpy.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
"""


def test_a_table_keeps_its_types_on_the_way_to_r(sos: RealKernel) -> None:
    ran(sos, TABLE)
    code = """%get table matrix
cat(jsonlite::toJSON(list(classes = vapply(table, function(c) class(c)[1], ""), rows = rownames(table),
    missing = which(is.na(table$part)), infinite = table$part[3] == Inf, text = table$text[3],
    same = table$part[1] == 0.1, shape = dim(matrix), sum = sum(matrix[2, ])), auto_unbox = TRUE))"""
    assert json.loads(ran(sos, code, "R").stdout) == {
        "classes": ["integer", "numeric", "character", "logical", "POSIXct", "factor"],
        "rows": ["one", "two", "three"],
        "missing": 2,
        "infinite": True,
        "text": "ü'\"",
        "same": True,
        "shape": [2, 3],
        "sum": 15,
    }


@pytest.mark.parametrize("language", ["SoS", "Python3"])
def test_a_table_comes_back_from_r_as_it_went(sos: RealKernel, language: str) -> None:
    ran(sos, TABLE)
    to = "" if language == "SoS" else f" --to {language}"
    ran(sos, f"%get table matrix\n%put back square{to}\nback <- table\nsquare <- matrix %*% t(matrix)", "R")
    code = """import json
print(json.dumps([back.dtypes.astype(str).to_dict(), list(back.index), [str(part) for part in back["part"]],
    back["text"].isna().tolist(), back["day"].astype(str).tolist(), back["text"].iloc[2], square.tolist()]))"""
    types, rows, parts, missing, days, text, square = json.loads(ran(sos, code, language).stdout)
    assert [types[name] for name in ("whole", "part", "flag", "kind")] == ["int64", "float64", "bool", "category"]
    assert types["day"].startswith("datetime64")
    assert (rows, parts) == (["one", "two", "three"], ["0.1", "nan", "inf"])
    assert (missing, text) == ([False, True, False], "ü'\"")
    assert days[1].startswith("2026-11-22 10:30:15.25")
    assert square == [[14.0, 32.0], [32.0, 77.0]]


def test_a_table_of_rs_own_is_read(sos: RealKernel) -> None:
    ran(sos, "%put mtcars cars\ncars$speed <- as.integer(cars$speed)", "R")
    assert ran(sos, "mtcars.shape, mtcars.index[0], cars.shape, str(cars['speed'].dtype)").result == (
        "((32, 11), 'Mazda RX4', (50, 2), 'int64')"
    )


def test_the_example_runs(sos: RealKernel, environment: Path) -> None:
    notebook: dict[str, Any] = json.loads((environment / "share/carrel/examples/SoS.ipynb").read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outcomes = [ran(sos, "".join(cell["source"]), cell["metadata"]["kernel"]) for cell in cells]
    assert "R found a slope of 1.94" in outcomes[2].stdout
    assert outcomes[3].result == "1.94"
