"""Searches and gets of the stand-in for openBIS (reference `openbis.md` 4.6), of what a person may see."""

import re
from typing import Any

from openbis_criteria import Reader, as_list, id_of, leaf
from openbis_entities import CLASSES, Entity, Sort
from openbis_faults import Failure
from openbis_people import Person
from openbis_registry import Registry
from openbis_type_views import property_type_view, term_view, vocabulary_view
from openbis_types import EntityType
from openbis_views import Options, View, Views

KINDS = {kind.sort: kind for kind in CLASSES}
ORDERS = {"CODE": "code", "PERM_ID": "perm_id", "IDENTIFIER": "identifier", "TYPE": "type"}
ORDERS |= {"REGISTRATION_DATE": "registered", "MODIFICATION_DATE": "registered"}


class Search:
    """Answers `searchX` and `getX`."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.reader = Reader(registry)

    def search(self, person: Person, views: Views, sort: Sort, criteria: Options, options: Options) -> View:
        """A page of what fits, in order, and how many there are in all."""
        fits = self.reader.of(criteria)
        found = ordered([one for one in self.registry.visible(person, sort) if fits(one)], options)
        return {
            "@type": "as.dto.common.search.SearchResult",
            "objects": [views.entity(one, options) for one in page(found, options)],
            "totalCount": len(found),
        }

    def get(self, person: Person, views: Views, sort: Sort, ids: list[Any], options: Options) -> View:
        """Those that are there and may be seen, by the text with which each was asked for."""
        got: View = {}
        for asked in map(id_of, ids):
            entity = self.registry.find(KINDS[sort], asked)
            if entity is not None and person.sees(entity.space):
                got[asked] = views.entity(entity, options)
        return got

    # Types, which everybody sees

    def search_types(self, views: Views, entity: str, criteria: Options, options: Options) -> View:
        """Types of datasets, objects or collections."""
        fits = self.reader.of(criteria)
        kinds = [kind for (of, _), kind in sorted(self.registry.types.items()) if of == entity and fits(kind)]
        return result([views.type(kind, options) for kind in page(kinds, options)], len(kinds))

    def get_types(self, views: Views, entity: str, ids: list[Any], options: Options) -> View:
        """Types by code."""
        kinds = {asked: self.registry.types.get((entity, asked.upper())) for asked in map(id_of, ids)}
        return {asked: views.type(kind, options) for asked, kind in kinds.items() if isinstance(kind, EntityType)}

    def get_property_types(self, ids: list[Any]) -> View:
        """Types of properties by code."""
        known = self.registry.property_types()
        return {asked: property_type_view(known[asked.upper()]) for asked in map(id_of, ids) if asked.upper() in known}

    def get_vocabularies(self, ids: list[Any]) -> View:
        """Vocabularies by code."""
        known = {one.vocabulary: one for one in self.registry.property_types().values() if one.terms}
        return {asked: vocabulary_view(known[asked.upper()]) for asked in map(id_of, ids) if asked.upper() in known}

    def search_terms(self, criteria: Options) -> View:
        """Terms of the vocabularies that the criteria name."""
        terms = []
        for one in self.registry.property_types().values():
            if one.terms and all(
                self.names(one.vocabulary, criterion) for criterion in as_list(criteria.get("criteria"))
            ):
                terms += [term_view(one, number) for number in range(len(one.terms))]
        return result(terms, len(terms))

    def names(self, vocabulary: str | None, criterion: Options) -> bool:
        """Whether a criterion about a vocabulary is about this one."""
        inner = as_list(criterion.get("criteria"))
        if not str(criterion.get("@type", "")).endswith("VocabularySearchCriteria"):
            raise Failure("the stand-in finds terms by their vocabulary only")
        codes = EntityType(vocabulary or "", "")
        return all(leaf(str(one.get("@type", "")).rpartition(".")[2], one)(codes) for one in inner)


def result(objects: list[View], total: int) -> View:
    """A page of objects."""
    return {"@type": "as.dto.common.search.SearchResult", "objects": objects, "totalCount": total}


def page(found: list[Any], options: Options | None) -> list[Any]:
    """From `from` on, `count` of them; both may be numbers, or texts of numbers, as some clients send them."""
    start, count = (number((options or {}).get(name), name) for name in ("from", "count"))
    start = start or 0
    return found[start:] if count is None else found[start : start + count]


def number(told: Any, name: str) -> int | None:
    """A number or none."""
    if told is None:
        return None
    if not re.fullmatch(r"\d{1,9}", str(told)):
        raise Failure(f"{name} is no number")
    return int(told)


def ordered(found: list[Entity], options: Options | None) -> list[Entity]:
    """In the order that is asked for; in that of registration otherwise."""
    sortings = as_list(((options or {}).get("sort") or {}).get("sortings"))
    for sorting in reversed(sortings):
        field = str(sorting.get("field", ""))
        goes_up = (sorting.get("order") or {}).get("asc", True)
        if field.startswith("PROPERTY"):
            code = field.removeprefix("PROPERTY").upper()
            found.sort(key=lambda one: str(one.properties.get(code, "")), reverse=not goes_up)
        elif field in ORDERS:
            found.sort(key=lambda one: getattr(one, ORDERS[field]), reverse=not goes_up)
        else:
            raise Failure(f"the stand-in has no order by {field}")
    return found
