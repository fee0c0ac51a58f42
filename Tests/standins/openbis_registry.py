"""All that is registered in the stand-in for openBIS, and where it is found."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from openbis_entities import CLASSES, DataSet, Entity, Experiment, Project, Sample, Sort, Space, StoredFile
from openbis_faults import Failure, NotFound
from openbis_journal import Journal
from openbis_people import Person
from openbis_types import DATA_SET, DEFAULT, EXPERIMENT, SAMPLE, EntityType, PropertyType

One = TypeVar("One", bound=Entity)
Properties = Mapping[str, object]


class Registry:
    """Entities by perm id and by identifier, without regard to case; each is in the journal, too."""

    def __init__(self, journal: Journal, now: Callable[[], int]) -> None:
        self.journal, self.now = journal, now
        self.all: dict[Sort, dict[str, Entity]] = {sort: {} for sort in Sort}
        self.types: dict[tuple[str, str], EntityType] = {(one.entity, one.code): one for one in DEFAULT}
        self._by_identifier: dict[Sort, dict[str, Entity]] = {sort: {} for sort in Sort}
        # What is in an entity, or is made of it: by its perm id and the sort of what is in it.
        self._inside: dict[tuple[str, Sort], list[Entity]] = defaultdict(list)
        self._children: dict[str, list[Entity]] = defaultdict(list)
        self._last_number = 0

    # Finding

    def find(self, kind: type[One], name: str) -> One | None:
        """One by perm id or identifier."""
        wanted = name.upper()
        entity = self.all[kind.sort].get(wanted) or self._by_identifier[kind.sort].get(wanted)
        return entity if isinstance(entity, kind) else None

    def get(self, kind: type[One], name: str) -> One:
        """The same, which must be there."""
        entity = self.find(kind, name)
        if entity is None:
            raise NotFound(f"{kind.sort}Identifier", name)
        return entity

    def visible(self, person: Person, sort: Sort) -> Iterable[Entity]:
        """All of a sort that somebody sees, oldest first."""
        return (entity for entity in self.all[sort].values() if person.sees(entity.space))

    def inside(self, entity: Entity, sort: Sort) -> list[Entity]:
        """What is directly in one."""
        return self._inside[entity.perm_id, sort]

    def children(self, entity: Entity) -> list[Entity]:
        """What has it as a parent."""
        return self._children[entity.perm_id]

    def type_named(self, entity: str, code: str) -> EntityType:
        """A type."""
        found = self.types.get((entity, code.upper()))
        if found is None:
            raise NotFound("EntityTypePermId", f"{code} ({entity})")
        return found

    def property_types(self) -> dict[str, PropertyType]:
        """Those of all types, by code."""
        return {one.code: one for kind in self.types.values() for one in kind.properties}

    # Making

    def keep(self, entity: One) -> One:
        """From now on and after a restart."""
        self.journal.write(entity.sort, entity.record())
        self.index(entity)
        return entity

    def index(self, entity: Entity) -> None:
        """Lets one be found."""
        self.all[entity.sort][entity.perm_id] = entity
        self._by_identifier[entity.sort][entity.identifier.upper()] = entity
        for owner in owners(entity):
            self._inside[owner, entity.sort].append(entity)
        for parent in getattr(entity, "parents", ()):
            self._children[parent].append(entity)
        number = entity.perm_id.rpartition("-")[2]
        if number.isdigit():
            self._last_number = max(self._last_number, int(number))

    def recall(self, what: str, told: dict[str, object]) -> None:
        """One of the journal."""
        kind = next(kind for kind in CLASSES if kind.sort == what)
        self.index(kind.read(told))

    def perm_id(self) -> str:
        """A new one."""
        now = self.now()
        self._last_number += 1
        date = time.strftime("%Y%m%d%H%M%S", time.gmtime(now / 1000))
        return f"{date}{now % 1000:03}-{self._last_number}"

    def add_type(self, kind: EntityType) -> None:
        """A type, or what it is from now on."""
        self.types[kind.entity, kind.code] = kind

    def add_space(self, code: str, by: str) -> Space:
        """A space; its code is its perm id."""
        code = self.free(Space, "/" + code.upper())[1:]
        return self.keep(Space(perm_id=code, code=code, space=code, registered=self.now(), registrator=by))

    def add_project(self, path: str, by: str) -> Project:
        """A project: `/SPACE/PROJECT`."""
        _, space, code = self.free(Project, path).split("/")
        found = self.get(Space, space)
        return self.keep(
            Project(perm_id=self.perm_id(), code=code, space=found.code, registered=self.now(), registrator=by)
        )

    def add_experiment(self, path: str, kind: str, properties: Properties, by: str) -> Experiment:
        """A collection: `/SPACE/PROJECT/COLLECTION`."""
        parent, _, code = self.free(Experiment, path).rpartition("/")
        project = self.get(Project, parent)
        return self.keep(
            Experiment(
                perm_id=self.perm_id(),
                code=code,
                space=project.space,
                project=project.perm_id,
                project_code=project.code,
                type=self.type_named(EXPERIMENT, kind).code,
                properties=self.checked(EXPERIMENT, kind, properties),
                registered=self.now(),
                registrator=by,
            )
        )

    def add_sample(
        self, path: str, kind: str, properties: Properties, by: str, experiment: str = "", parents: Iterable[str] = ()
    ) -> Sample:
        """An object: `/SPACE/OBJECT` or `/SPACE/PROJECT/OBJECT`."""
        parent, _, code = self.free(Sample, path).rpartition("/")
        project = self.get(Project, parent) if parent.count("/") == 2 else None
        space = project.space if project else self.get(Space, parent).code
        return self.keep(
            Sample(
                perm_id=self.perm_id(),
                code=code,
                space=space,
                project=project.perm_id if project else None,
                project_code=project.code if project else "",
                experiment=self.get(Experiment, experiment).perm_id if experiment else None,
                parents=[self.get(Sample, one).perm_id for one in parents],
                type=self.type_named(SAMPLE, kind).code,
                properties=self.checked(SAMPLE, kind, properties),
                registered=self.now(),
                registrator=by,
            )
        )

    def add_data_set(
        self,
        owner: Experiment | Sample,
        kind: str,
        properties: Properties,
        files: list[StoredFile],
        by: str,
        parents: Iterable[str] = (),
    ) -> DataSet:
        """A dataset; that of an object is one of the object's collection as well."""
        is_sample = isinstance(owner, Sample)
        perm_id = self.perm_id()
        return self.keep(
            DataSet(
                perm_id=perm_id,
                code=perm_id,
                space=owner.space,
                experiment=owner.experiment if is_sample else owner.perm_id,
                sample=owner.perm_id if is_sample else None,
                parents=[self.get(DataSet, one).perm_id for one in parents],
                files=files,
                type=self.type_named(DATA_SET, kind).code,
                properties=self.checked(DATA_SET, kind, properties),
                registered=self.now(),
                registrator=by,
            )
        )

    def checked(self, entity: str, kind: str, properties: Properties) -> dict[str, str]:
        """Properties as they are kept: codes in upper case, all of the type, none missing that must be there."""
        wanted = self.type_named(entity, kind)
        kept = {code.upper(): str(value) for code, value in properties.items() if value not in (None, "")}
        for code in kept:
            if not wanted.has(code):
                raise Failure(f"Property type with code '{code}' is not assigned to type '{wanted.code}'.")
        if missing := sorted(wanted.mandatory - kept.keys()):
            raise Failure(f"Value of mandatory property '{missing[0]}' not specified.")
        return kept

    def free(self, kind: type[Entity], identifier: str) -> str:
        """An identifier in upper case that nothing has yet."""
        wanted = identifier.upper()
        if wanted in self._by_identifier[kind.sort]:
            raise Failure(f"{kind.sort} already exists in the database and needs to be unique: {wanted}")
        return wanted


def owners(entity: Entity) -> list[str]:
    """The perm ids of what an entity is directly in."""
    match entity:
        case Project():
            return [entity.space]
        case Experiment():
            return [entity.project]
        case Sample():
            return [one for one in (entity.experiment, entity.project or entity.space) if one]
        case DataSet():
            return [one for one in (entity.experiment, entity.sample) if one]
    return []
