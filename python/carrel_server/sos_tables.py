"""Passes tables and matrices between Python and R through a file of JSON, for SoS.

A table is `{"names", "kinds", "values", "rows"}`: a list of texts (or nulls) for each column, and the row names if they are
not just numbers. Numbers are written so that they come back the same to the last bit.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy
import pandas

Text = str | None

R_CODE = r"""
..carrel.texts <- function(column) {
    if (inherits(column, "POSIXt")) texts <- format(column, "%Y-%m-%dT%H:%M:%OS6", tz = "UTC")
    else if (is.double(column) && !inherits(column, "Date")) texts <- sprintf("%.17g", column)
    else texts <- enc2utf8(as.character(column))
    texts[is.na(column) & !(is.double(column) & is.nan(column))] <- NA
    texts
}
..carrel.kind <- function(column) {
    if (inherits(column, c("POSIXt", "Date"))) "time"
    else if (is.factor(column)) "factor"
    else if (is.logical(column)) "logical"
    else if (is.integer(column)) "integer"
    else if (is.double(column)) "number"
    else "text"
}
..carrel.write.table <- function(table) {
    rows <- attr(table, "row.names")
    whole <- list(
        names = I(enc2utf8(names(table))),
        kinds = I(vapply(table, ..carrel.kind, "", USE.NAMES = FALSE)),
        values = lapply(unname(as.list(table)), function(column) I(..carrel.texts(column))),
        rows = if (is.character(rows)) I(enc2utf8(rows)) else NULL)
    path <- tempfile("table", fileext = ".json")
    writeLines(jsonlite::toJSON(whole, na = "null", null = "null"), path, useBytes = TRUE)
    path
}
..carrel.expression <- function(reader, table)
    paste0("__import__('carrel_server.sos_tables', fromlist=['x']).", reader, "(r'", ..carrel.write.table(table), "')")
..py.repr.dataframe <- function(obj) ..carrel.expression("read_table", obj)
..py.repr.matrix <- function(obj) {
    table <- as.data.frame(obj, stringsAsFactors = FALSE)
    names(table) <- seq_along(table)
    attr(table, "row.names") <- seq_len(nrow(obj))
    ..carrel.expression("read_matrix", table)
}
..carrel.read.table <- function(path) {
    whole <- jsonlite::fromJSON(path, simplifyMatrix = FALSE, simplifyDataFrame = FALSE)
    unlink(path)
    columns <- mapply(function(kind, texts) {
        texts <- as.character(unlist(ifelse(vapply(texts, is.null, NA), NA, texts)))
        switch(kind,
            number = as.numeric(texts),
            integer = if (any(abs(as.numeric(texts)) > .Machine$integer.max, na.rm = TRUE)) as.numeric(texts)
                else as.integer(texts),
            logical = as.logical(texts),
            time = as.POSIXct(texts, tz = "UTC", format = "%Y-%m-%dT%H:%M:%OS"),
            factor = factor(texts, levels = unique(texts[!is.na(texts)])),
            texts)
    }, whole$kinds, whole$values, SIMPLIFY = FALSE, USE.NAMES = FALSE)
    names(columns) <- whole$names
    count <- if (length(columns)) length(columns[[1]]) else 0L
    structure(columns, class = "data.frame", row.names = if (is.null(whole$rows)) seq_len(count) else whole$rows)
}
"""


def install(r: Any) -> None:
    """Takes the place of what SoS's module for R does with tables."""
    r.R_init_statements += R_CODE
    r._R_repr = with_tables(r._R_repr)


def with_tables(stock: Callable[..., str]) -> Callable[..., str]:
    """The same conversion of values to R, but for tables and matrices."""

    def represented(value: Any, processed: Any = None) -> str:
        if isinstance(value, pandas.DataFrame):
            return f"..carrel.read.table({write_table(value)!r})"
        if isinstance(value, numpy.ndarray) and value.ndim == 2:
            return f"unname(as.matrix(..carrel.read.table({write_table(pandas.DataFrame(value))!r})))"
        if isinstance(value, numpy.generic):  # its repr says numpy's name, which R doesn't know
            return stock(value.item(), processed)
        return stock(value, processed)

    return represented


def write_table(table: pandas.DataFrame) -> str:
    """Writes a table for R; gives the file, which R removes."""
    columns = [table.iloc[:, place] for place in range(table.shape[1])]
    numbered = isinstance(table.index, pandas.RangeIndex) or not table.index.is_unique
    whole = {
        "names": [str(name) for name in table.columns],
        "kinds": [kind_of(column) for column in columns],
        "values": [texts_of(column) for column in columns],
        "rows": None if numbered else [str(row) for row in table.index],
    }
    file, path = tempfile.mkstemp(prefix="table-", suffix=".json")
    with os.fdopen(file, "w", encoding="utf-8") as out:
        json.dump(whole, out, ensure_ascii=False)
    return path


def kind_of(column: pandas.Series) -> str:
    """What R is to make of a column."""
    kinds = pandas.api.types
    known = {
        "factor": isinstance(column.dtype, pandas.CategoricalDtype),
        "time": kinds.is_datetime64_any_dtype(column),
        "logical": kinds.is_bool_dtype(column),
        "integer": kinds.is_integer_dtype(column),
        "number": kinds.is_float_dtype(column),
    }
    return next((kind for kind, holds in known.items() if holds), "text")


def texts_of(column: pandas.Series) -> list[Text]:
    """A column's values; null for what is missing."""
    convert: Callable[[Any], str] = {
        "time": lambda value: in_utc(value).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "logical": lambda value: "TRUE" if value else "FALSE",
        "number": lambda value: repr(float(value)).replace("inf", "Inf"),
    }.get(kind_of(column), str)
    return [None if pandas.isna(value) is True or value is None else convert(value) for value in column]


def in_utc(moment: pandas.Timestamp) -> pandas.Timestamp:
    """The same moment without a time zone, which R is told of by other means."""
    return moment if moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None)


def read_table(path: str) -> pandas.DataFrame:
    """A table that R has written, and its file removed."""
    whole = json.loads(Path(path).read_text("utf-8"))
    Path(path).unlink()
    columns = [column_of(kind, values) for kind, values in zip(whole["kinds"], whole["values"], strict=True)]
    table = pandas.DataFrame(dict(enumerate(columns)))
    table.columns = pandas.Index(whole["names"])
    if whole["rows"] is not None:
        table.index = pandas.Index(whole["rows"])
    return table


def read_matrix(path: str) -> numpy.ndarray:
    """A matrix that R has written as a table."""
    return read_table(path).to_numpy()


def column_of(kind: str, texts: list[Text]) -> Any:
    """A column's values from their texts."""
    is_whole = None not in texts
    if kind == "time":
        return pandas.to_datetime(pandas.Series(texts, dtype=object), format="ISO8601")
    if kind == "factor":
        return pandas.Categorical(texts)
    if kind == "logical":
        return pandas.Series(each(texts, lambda text: text == "TRUE"), dtype=bool if is_whole else "boolean")
    if kind == "integer":
        return pandas.Series(each(texts, int), dtype="int64" if is_whole else "Int64")
    if kind == "number":
        return pandas.Series([float("nan") if text in {None, "NA"} else float(text) for text in texts], dtype="float64")
    return pandas.Series(texts, dtype=object)


def each(texts: Iterable[Text], convert: Callable[[str], Any]) -> list[Any]:
    """Converts what isn't missing."""
    return [None if text is None else convert(text) for text in texts]
