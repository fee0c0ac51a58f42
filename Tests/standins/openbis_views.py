"""How the stand-in for openBIS shows what it holds: the V3 API's objects (reference `openbis.md` 4.8 and appendix A).

A relation is filled when the fetch options name it, and null otherwise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from openbis_entities import DataSet, Entity, Experiment, Project, Sample, Sort, Space, Typed
from openbis_registry import Registry
from openbis_sessions import AccessToken, Sessions
from openbis_type_views import Options, View, type_view, wants
from openbis_types import DATA_SET, EXPERIMENT, SAMPLE, EntityType

STORE = "DSS1"
# The word for a sort in names of classes.
FOLDERS = {Sort.SPACE: "space", Sort.PROJECT: "project", Sort.EXPERIMENT: "experiment"}
FOLDERS |= {Sort.SAMPLE: "sample", Sort.DATA_SET: "dataset"}
FROZEN = {
    Sort.SPACE: ("frozen", "frozenForProjects", "frozenForSamples"),
    Sort.PROJECT: ("frozen", "frozenForExperiments", "frozenForSamples"),
    Sort.EXPERIMENT: ("frozen", "frozenForDataSets", "frozenForSamples"),
    Sort.SAMPLE: ("frozen", "frozenForComponents", "frozenForChildren", "frozenForParents", "frozenForDataSets"),
    Sort.DATA_SET: ("frozen", "frozenForChildren", "frozenForParents", "frozenForComponents", "frozenForContainers"),
}
ENTITIES = {Sort.SAMPLE: SAMPLE, Sort.EXPERIMENT: EXPERIMENT, Sort.DATA_SET: DATA_SET}


def perm_id(sort: Sort, value: str) -> View:
    """The id of an entity."""
    return {"@type": f"as.dto.{FOLDERS[sort]}.id.{sort}PermId", "permId": value}


@dataclass
class Views:
    """For one answer: an entity that is asked for twice in the same way is the same object."""

    registry: Registry
    sessions: Sessions
    # What is shown of it depends on who asks.
    sees: Callable[[str], bool]
    url: str
    _made: dict[tuple[object, ...], View] = field(default_factory=dict)

    def entity(self, entity: Entity | None, options: Options | None) -> View | None:
        """One of any sort, if the person may see it."""
        if entity is None or not self.sees(entity.space):
            return None
        key = (entity.sort, entity.perm_id, id(options))
        if key in self._made:
            return self._made[key]
        view = self._made[key] = self.base(entity, options)
        match entity:
            case Space():
                view |= self.inside(entity, options, projects=Sort.PROJECT, samples=Sort.SAMPLE)
            case Project():
                view |= {"identifier": identifier(entity), "leader": None, "attachments": None}
                view |= {"space": self.related(Space, entity.space, wants(options, "space"))}
                view |= self.inside(entity, options, experiments=Sort.EXPERIMENT, samples=Sort.SAMPLE)
            case Experiment():
                view |= {"identifier": identifier(entity), "attachments": None}
                view |= {"project": self.related(Project, entity.project, wants(options, "project"))}
                view |= self.inside(entity, options, samples=Sort.SAMPLE, dataSets=Sort.DATA_SET)
            case Sample():
                view |= self.sample(entity, options)
            case DataSet():
                view |= self.data_set(entity, options)
        return view

    def base(self, entity: Entity, options: Options | None) -> View:
        """What all have."""
        view: View = {
            "@type": f"as.dto.{FOLDERS[entity.sort]}.{entity.sort}",
            "permId": perm_id(entity.sort, entity.perm_id),
            "code": entity.code,
            "registrationDate": entity.registered,
            "modificationDate": entity.registered,
            "registrator": self.person(entity.registrator, wants(options, "registrator")),
            "modifier": self.person(entity.registrator, wants(options, "modifier")),
        }
        view |= dict.fromkeys(FROZEN[entity.sort], False)
        if not isinstance(entity, Typed):
            return view | {"description": None}
        kind = self.registry.type_named(ENTITIES[entity.sort], entity.type)
        wanted = wants(options, "properties") is not None
        return view | {
            "type": self.type(kind, wanted_type) if (wanted_type := wants(options, "type")) is not None else None,
            "properties": dict(entity.properties) if wanted else {},
            "materialProperties": {},
            "sampleProperties": {},
            "metaData": {},
            "tags": [] if wants(options, "tags") is not None else None,
        }

    def sample(self, entity: Sample, options: Options | None) -> View:
        """What an object has besides."""
        return {
            "identifier": identifier(entity),
            "space": self.related(Space, entity.space, wants(options, "space")),
            "project": self.related(Project, entity.project, wants(options, "project")),
            "experiment": self.related(Experiment, entity.experiment, wants(options, "experiment")),
            "parents": self.parents(Sample, entity, wants(options, "parents")),
            "children": self.listed(self.registry.children(entity), wants(options, "children")),
            "parentsRelationships": None,
            "childrenRelationships": None,
            "container": None,
            "components": [] if wants(options, "components") is not None else None,
            "attachments": None,
        } | self.inside(entity, options, dataSets=Sort.DATA_SET)

    def data_set(self, entity: DataSet, options: Options | None) -> View:
        """What a dataset has besides."""
        physical = {
            "@type": "as.dto.dataset.PhysicalData",
            "shareId": "1",
            "location": f"1FD3FF61/{entity.code[-2:]}/{entity.code}",
            "size": entity.size,
            "complete": "YES",
            "status": entity.status,
            "presentInArchive": entity.status == "ARCHIVED",
            "storageConfirmation": True,
            "speedHint": -50,
            "archivingRequested": False,
            "storageFormat": None,
            "fileFormatType": None,
            "locatorType": None,
        }
        return {
            "kind": "PHYSICAL",
            "measured": True,
            "postRegistered": True,
            "dataProducer": None,
            "dataProductionDate": None,
            "accessDate": entity.registered,
            "dataStore": self.store() if wants(options, "dataStore") is not None else None,
            "physicalData": physical if wants(options, "physicalData") is not None else None,
            "linkedData": None,
            "experiment": self.related(Experiment, entity.experiment, wants(options, "experiment")),
            "sample": self.related(Sample, entity.sample, wants(options, "sample")),
            "parents": self.parents(DataSet, entity, wants(options, "parents")),
            "children": self.listed(self.registry.children(entity), wants(options, "children")),
            "components": [] if wants(options, "components") is not None else None,
            "containers": [] if wants(options, "containers") is not None else None,
        }

    # Relations

    def related(self, kind: type[Entity], name: str | None, options: Options | None) -> View | None:
        """One other, if it is asked for."""
        if name is None or options is None:
            return None
        return self.entity(self.registry.find(kind, name), options)

    def parents(self, kind: type[Entity], entity: Sample | DataSet, options: Options | None) -> list[View] | None:
        """Those it was made from."""
        if options is None:
            return None
        return self.listed(filter(None, (self.registry.find(kind, one) for one in entity.parents)), options)

    def listed(self, entities: Iterable[Entity], options: Options | None) -> list[View] | None:
        """Several, if they are asked for."""
        if options is None:
            return None
        return [view for one in entities if (view := self.entity(one, options)) is not None]

    def inside(self, entity: Entity, options: Options | None, **sorts: Sort) -> View:
        """What is in one, by name of the relation."""
        return {
            name: self.listed(self.registry.inside(entity, sort), wants(options, name)) for name, sort in sorts.items()
        }

    # People

    def person(self, user: str, options: Options | None) -> View | None:
        """Somebody, if that is asked for."""
        if options is None or user not in self.sessions.people:
            return None
        key = ("person", user)
        if key not in self._made:
            person = self.sessions.people[user]
            self._made[key] = {
                "@type": "as.dto.person.Person",
                "permId": {"@type": "as.dto.person.id.PersonPermId", "permId": user},
                "userId": user,
                "firstName": person.first,
                "lastName": person.last,
                "email": person.email,
                "registrationDate": 0,
                "active": True,
                "space": None,
                "registrator": None,
                "roleAssignments": None,
                "webAppSettings": None,
            }
        return self._made[key]

    def access(self, access: AccessToken) -> View:
        """A personal access token."""
        person = self.person(access.user, {})
        return {
            "@type": "as.dto.pat.PersonalAccessToken",
            "permId": {"@type": "as.dto.pat.id.PersonalAccessTokenPermId", "permId": access.token},
            "hash": access.token,
            "sessionName": access.session,
            "validFromDate": access.valid_from,
            "validToDate": access.valid_to,
            "registrationDate": access.registered,
            "modificationDate": access.registered,
            "accessDate": access.accessed,
            "owner": person,
            "registrator": person,
            "modifier": person,
        }

    # Types and the store

    def type(self, kind: EntityType, options: Options | None) -> View:
        """A type; its properties only if they are asked for."""
        key = ("type", kind.entity, kind.code, id(options))
        if key not in self._made:
            self._made[key] = type_view(kind, options)
        return self._made[key]

    def store(self) -> View:
        """The one data store; its address has no path (reference 4.1)."""
        key = ("store",)
        if key not in self._made:
            self._made[key] = {
                "@type": "as.dto.datastore.DataStore",
                "permId": {"@type": "as.dto.datastore.id.DataStorePermId", "permId": STORE},
                "code": STORE,
                "downloadUrl": self.url,
                "remoteUrl": self.url,
                "registrationDate": 0,
                "modificationDate": 0,
            }
        return self._made[key]


def identifier(entity: Entity) -> View:
    """The path of an entity, as an id."""
    kind = f"as.dto.{FOLDERS[entity.sort]}.id.{entity.sort}Identifier"
    return {"@type": kind, "identifier": entity.identifier}
