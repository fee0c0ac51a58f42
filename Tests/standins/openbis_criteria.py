"""Which entities fit the criteria of a search in the stand-in for openBIS (reference `openbis.md` 4.6)."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from openbis_entities import CLASSES, DataSet, Entity, Experiment, Sample, Sort, Typed
from openbis_faults import Failure
from openbis_registry import Registry
from openbis_types import EntityType
from openbis_views import ENTITIES

Fits = Callable[[Any], bool]
Criteria = dict[str, Any]
SORTS = {f"{sort}SearchCriteria": sort for sort in Sort}
TYPES = ("DataSetTypeSearchCriteria", "SampleTypeSearchCriteria", "ExperimentTypeSearchCriteria")
KINDS = {kind.sort: kind for kind in CLASSES}


class Reader:
    """Makes a test of an entity from criteria."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def of(self, criteria: Criteria | None) -> Fits:
        """Whether an entity fits; the outermost criteria are about the entity itself."""
        if not criteria or not (inner := as_list(criteria.get("criteria"))):
            return lambda _: True
        tests = [self.one(criterion) for criterion in inner]
        every = any if str(criteria.get("operator") or "AND").upper() == "OR" else all
        return not_if(criteria, lambda entity: every(test(entity) for test in tests))

    def one(self, criterion: Criteria) -> Fits:
        """A criterion: about a value of the entity, or about another one that is related to it."""
        name = str(criterion.get("@type", "")).rpartition(".")[2]
        if name in TYPES or name == "EntityTypeSearchCriteria":
            fits = self.of(criterion)
            return lambda entity: fits(self.type_of(entity))
        if name.startswith("No") and name[2:] in SORTS:
            sort = SORTS[name[2:]]
            return lambda entity: not self.related(entity, sort)
        if name in SORTS:
            return self.relative(criterion, SORTS[name])
        for word, find in (("Parents", self.parents), ("Children", self.registry.children)):
            if name in (f"Sample{word}SearchCriteria", f"DataSet{word}SearchCriteria"):
                fits = self.of(criterion)
                return lambda entity, find=find: any(fits(one) for one in find(entity))
        if name.endswith("ContainerSearchCriteria"):
            return lambda _: False
        return leaf(name, criterion)

    def relative(self, criterion: Criteria, sort: Sort) -> Fits:
        """A criterion about what the entity is in, or about the entity itself if it is of that sort."""
        fits = self.of(criterion)

        def test(entity: Entity) -> bool:
            if entity.sort is sort:
                return fits(entity)
            return any(fits(one) for one in self.related(entity, sort))

        return test

    def related(self, entity: Entity, sort: Sort) -> Iterable[Entity]:
        """What of that sort an entity is in: one or none."""
        find = self.registry.find
        name: str | None = None
        match sort, entity:
            case Sort.SPACE, _:
                name = entity.space
            case Sort.PROJECT, Experiment() | Sample():
                name = entity.project
            case Sort.EXPERIMENT, Sample() | DataSet():
                name = entity.experiment
            case Sort.SAMPLE, DataSet():
                name = entity.sample
        found = find(KINDS[sort], name) if name else None
        return [found] if found else []

    def parents(self, entity: Sample | DataSet) -> Iterable[Entity]:
        """Those it was made from."""
        kind = type(entity)
        return filter(None, (self.registry.find(kind, one) for one in entity.parents))

    def type_of(self, entity: Entity) -> EntityType | None:
        """The type of an entity; a type itself is its own."""
        if isinstance(entity, Typed):
            return self.registry.type_named(ENTITIES[entity.sort], entity.type)
        return entity if isinstance(entity, EntityType) else None


def leaf(name: str, criterion: Criteria) -> Fits:
    """A criterion about a value."""
    fits = value_test(criterion)
    match name:
        case "CodeSearchCriteria":
            return not_if(criterion, lambda entity: entity is not None and fits(entity.code))
        case "PermIdSearchCriteria":
            return not_if(
                criterion, lambda entity: entity is not None and fits(getattr(entity, "perm_id", entity.code))
            )
        case "IdentifierSearchCriteria":
            return not_if(criterion, lambda entity: fits(entity.identifier))
        case "CodesSearchCriteria":
            codes = {str(code).upper() for code in criterion.get("fieldValue") or ()}
            return not_if(criterion, lambda entity: entity.code in codes)
        case "IdSearchCriteria" | "IdsSearchCriteria":
            wanted = {
                str(one).upper() for one in map(id_of, as_list(criterion.get("id") or criterion.get("fieldValue")))
            }
            return not_if(criterion, lambda entity: bool(wanted & {entity.perm_id, entity.identifier.upper()}))
        case "RegistrationDateSearchCriteria":
            return not_if(criterion, lambda entity: fits(date(entity.registered)))
        case "ModificationDateSearchCriteria":
            return not_if(criterion, lambda entity: fits(date(entity.registered)))
        case "StringPropertySearchCriteria" | "NumberPropertySearchCriteria" | "DatePropertySearchCriteria":
            code = str(criterion.get("fieldName", "")).upper()
            return not_if(criterion, lambda entity: (held := entity.properties.get(code)) is not None and fits(held))
        case "AnyPropertySearchCriteria":
            return not_if(criterion, lambda entity: any(map(fits, entity.properties.values())))
        case "AnyFieldSearchCriteria":
            return not_if(criterion, lambda entity: any(map(fits, fields(entity))))
        case "DataStoreKindSearchCriteria":
            return lambda _: True
    raise Failure(f"the stand-in has no {name or 'criterion without a type'}")


def fields(entity: Entity) -> list[str]:
    """What is looked through when any field will do."""
    own = [entity.code, entity.perm_id, entity.identifier, entity.registrator]
    return [*own, entity.type, *entity.properties.values()] if isinstance(entity, Typed) else own


def value_test(criterion: Criteria) -> Fits:
    """Whether a text fits; case doesn't matter."""
    told = criterion.get("fieldValue")
    if told is None or isinstance(told, list):
        return lambda _: told is None
    if not isinstance(told, dict):
        told = {"@type": "StringEqualToValue", "value": told}
    name = str(told.get("@type", "")).rpartition(".")[2]
    wanted = str(told.get("value", "")).lower()
    if name in ("AnyStringValue", "AnyFieldValue"):
        return lambda _: True
    kind, _, comparison = re.sub(r"(Exactly)?Value$", "", name).partition("Number")
    if comparison:
        return number_test(comparison, wanted)
    found = re.fullmatch(r"(String|Date)(\w+)", kind)
    if found is None:
        raise Failure(f"the stand-in has no {name or 'value without a type'}")
    if found[1] == "String" and criterion.get("useWildcards") and {"*", "?"} & set(wanted):
        return wildcard_test(found[2], wanted)
    # A day fits what is of it.
    if found[1] == "Date":
        wanted = wanted.replace("t", " ")
        compare = COMPARISONS.get(found[2])
        return lambda held: compare is not None and compare(str(held)[: len(wanted)], wanted)
    compare = COMPARISONS.get(found[2])
    if compare is None:
        raise Failure(f"the stand-in has no {name}")
    return lambda held: compare(str(held).lower(), wanted)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "EqualTo": lambda held, wanted: held == wanted,
    "Contains": lambda held, wanted: wanted in held,
    "StartsWith": lambda held, wanted: held.startswith(wanted),
    "EndsWith": lambda held, wanted: held.endswith(wanted),
    "LessThan": lambda held, wanted: held < wanted,
    "LessThanOrEqualTo": lambda held, wanted: held <= wanted,
    "GreaterThan": lambda held, wanted: held > wanted,
    "GreaterThanOrEqualTo": lambda held, wanted: held >= wanted,
    "LaterThan": lambda held, wanted: held > wanted,
    "LaterThanOrEqualTo": lambda held, wanted: held >= wanted,
    "EarlierThan": lambda held, wanted: held < wanted,
    "EarlierThanOrEqualTo": lambda held, wanted: held <= wanted,
}


def number_test(comparison: str, wanted: str) -> Fits:
    """Whether a number fits."""
    compare, number = COMPARISONS[comparison], float(wanted)

    def test(held: Any) -> bool:
        try:
            return compare(float(held), number)
        except ValueError:
            return False

    return test


def wildcard_test(comparison: str, wanted: str) -> Fits:
    """The same with wildcards."""
    pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", ".")
    before = ".*" if comparison in ("Contains", "EndsWith") else ""
    after = ".*" if comparison in ("Contains", "StartsWith") else ""
    expression = re.compile(before + pattern + after, re.DOTALL)
    return lambda held: expression.fullmatch(str(held).lower()) is not None


def not_if(criterion: Criteria, test: Fits) -> Fits:
    """The test, or its opposite if the criterion is negated."""
    return (lambda entity: not test(entity)) if criterion.get("negated") else test


def as_list(told: Any) -> list[Any]:
    """A list; PyBIS sends one criterion without a list now and then."""
    if told is None:
        return []
    return told if isinstance(told, list) else [told]


def id_of(told: Any) -> str:
    """The text of an id object."""
    if isinstance(told, dict):
        return str(told.get("permId") or told.get("identifier") or told.get("code") or "")
    return "" if told is None else str(told)


def date(milliseconds: int) -> str:
    """A time as searches write it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds / 1000))
