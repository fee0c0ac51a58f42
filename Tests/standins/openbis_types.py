"""The types of the stand-in for openBIS, as its electronic notebook brings them (reference `openbis.md` 2.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

DATA_SET, SAMPLE, EXPERIMENT = "DATA_SET", "SAMPLE", "EXPERIMENT"


@dataclass(frozen=True)
class PropertyType:
    """What a property holds; `terms` are those of its vocabulary, if it has one."""

    code: str
    data_type: str = "VARCHAR"
    label: str = ""
    terms: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def vocabulary(self) -> str | None:
        """The code of its vocabulary."""
        return f"{self.code}_VOCABULARY" if self.terms else None


@dataclass(frozen=True)
class EntityType:
    """A type of datasets, objects or collections."""

    code: str
    entity: str
    properties: tuple[PropertyType, ...] = ()
    mandatory: frozenset[str] = frozenset()
    prefix: str = ""

    def has(self, code: str) -> bool:
        """Whether there is such a property."""
        return any(one.code == code for one in self.properties)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """A type as the control address takes it: each property is a code, or code, data type, label, terms."""
        properties = []
        for one in told.get("properties", ()):
            code, *rest = [one] if isinstance(one, str) else one
            known = BY_CODE.get(code.upper())
            properties.append(PropertyType(code.upper(), *rest) if rest or known is None else known)
        mandatory = frozenset(code.upper() for code in told.get("mandatory", ()))
        return cls(told["code"].upper(), told["entity"], tuple(properties), mandatory, told.get("prefix", ""))


NAME = PropertyType("$NAME", "VARCHAR", "Name")
NOTES = PropertyType("NOTES", "MULTILINE_VARCHAR", "Notes", meta={"custom_widget": "Word Processor"})
COMMENTS = PropertyType("$XMLCOMMENTS", "XML", "Comments")
HISTORY = PropertyType("$HISTORY_ID", "VARCHAR", "History ID")
PROPERTIES = (
    NAME,
    NOTES,
    COMMENTS,
    HISTORY,
    PropertyType("$SHOW_IN_PROJECT_OVERVIEW", "BOOLEAN", "Show in project overview"),
    PropertyType("FINISHED_FLAG", "BOOLEAN", "Experiment completed"),
    PropertyType("START_DATE", "TIMESTAMP", "Start date"),
    PropertyType("END_DATE", "TIMESTAMP", "End date"),
    PropertyType("EXPERIMENTAL_STEP.EXPERIMENTAL_GOALS", "MULTILINE_VARCHAR", "Experimental goals"),
    PropertyType("EXPERIMENTAL_STEP.EXPERIMENTAL_DESCRIPTION", "MULTILINE_VARCHAR", "Experimental description"),
    PropertyType("EXPERIMENTAL_STEP.EXPERIMENTAL_RESULTS", "MULTILINE_VARCHAR", "Experimental results"),
    PropertyType("$DEFAULT_OBJECT_TYPE", "VARCHAR", "Default object type"),
    PropertyType("$DEFAULT_COLLECTION_VIEW", "CONTROLLEDVOCABULARY", "Default view", ("FORM_VIEW", "LIST_VIEW")),
)
BY_CODE = {one.code: one for one in PROPERTIES}
PLAIN_DATA = (
    "RAW_DATA",
    "PROCESSED_DATA",
    "ANALYZED_DATA",
    "ATTACHMENT",
    "OTHER_DATA",
    "SOURCE_CODE",
    "PUBLICATION_DATA",
    "ELN_PREVIEW",
)
STEP = ("$SHOW_IN_PROJECT_OVERVIEW", "FINISHED_FLAG", "START_DATE", "END_DATE")
STEP_TEXTS = ("GOALS", "DESCRIPTION", "RESULTS")
DEFAULT = (
    EntityType("ANALYSIS_NOTEBOOK", DATA_SET, (NAME, NOTES, COMMENTS, HISTORY)),
    *(EntityType(code, DATA_SET, (NAME, NOTES, COMMENTS)) for code in PLAIN_DATA),
    EntityType("UNKNOWN", DATA_SET),
    EntityType(
        "EXPERIMENTAL_STEP",
        SAMPLE,
        (
            NAME,
            *(BY_CODE[code] for code in STEP),
            *(BY_CODE[f"EXPERIMENTAL_STEP.EXPERIMENTAL_{text}"] for text in STEP_TEXTS),
            NOTES,
            COMMENTS,
        ),
        prefix="EXP",
    ),
    EntityType("ENTRY", SAMPLE, (NAME, BY_CODE["$SHOW_IN_PROJECT_OVERVIEW"], COMMENTS), prefix="ENTRY"),
    EntityType("GENERAL_PROTOCOL", SAMPLE, (NAME, NOTES, COMMENTS), prefix="GEN"),
    EntityType(
        "COLLECTION",
        EXPERIMENT,
        (NAME, BY_CODE["$DEFAULT_OBJECT_TYPE"], BY_CODE["$DEFAULT_COLLECTION_VIEW"]),
    ),
    EntityType("DEFAULT_EXPERIMENT", EXPERIMENT, (NAME, BY_CODE["$DEFAULT_OBJECT_TYPE"], NOTES)),
)
