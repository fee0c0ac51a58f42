"""What a stand-in for openBIS begins with, as plain data, so that it can come from a JSON file (reference `openbis.md` 2.8)."""

from array import array
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from openbis_entities import DataSet, Experiment, Sample, StoredFile
from openbis_faults import NotFound
from openbis_people import Person

if TYPE_CHECKING:
    from openbis import OpenBIS

BY = "system"
STEP = "EXPERIMENTAL_STEP"
PIXEL = (
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
# A notebook of everybody's own spaces, and two laboratories that don't see each other. A password is the name; a file is
# its text, the number of its bytes, or its bytes as hexadecimal digits. `as` names a dataset for `parents`.
DEFAULT: Mapping[str, Any] = {
    "people": [
        {"user": "admin", "is_admin": True},
        {
            "user": "alice",
            "first": "Alice",
            "last": "Ansermet",
            "email": "alice@lab.example",
            "roles": {
                "DEFAULT_LAB_NOTEBOOK": "ADMIN",
                "METHODS": "ADMIN",
                "MATERIALS": "USER",
                "STOCK_CATALOG": "USER",
                "ELN_SETTINGS": "OBSERVER",
                "PUBLICATIONS": "USER",
                "LAB": "ADMIN",
            },
        },
        {"user": "bob", "first": "Bob", "last": "Bieri", "roles": {"METHODS": "OBSERVER", "SECRET": "ADMIN"}},
        {"user": "Carl-Otto.B", "first": "Carl-Otto", "last": "Burri", "roles": {"LAB": "USER"}},
    ],
    "spaces": [
        "DEFAULT_LAB_NOTEBOOK",
        "METHODS",
        "MATERIALS",
        "STOCK_CATALOG",
        "ELN_SETTINGS",
        "PUBLICATIONS",
        "LAB",
        "SECRET",
    ],
    "projects": ["/DEFAULT_LAB_NOTEBOOK/DEFAULT_PROJECT", "/METHODS/PROTOCOLS", "/LAB/P1", "/SECRET/P1"],
    "collections": [
        {"path": "/DEFAULT_LAB_NOTEBOOK/DEFAULT_PROJECT/DEFAULT_EXPERIMENT", "type": "DEFAULT_EXPERIMENT"},
        {"path": "/METHODS/PROTOCOLS/GENERAL_PROTOCOLS", "properties": {"$NAME": "General protocols"}},
        {"path": "/LAB/P1/C1", "properties": {"$NAME": "First collection"}},
        {"path": "/SECRET/P1/C1", "properties": {"$NAME": "Nobody's business"}},
    ],
    "objects": [
        {
            "path": "/LAB/P1/EXP1",
            "type": STEP,
            "collection": "/LAB/P1/C1",
            "properties": {"$NAME": "First step", "FINISHED_FLAG": "false"},
        },
        {
            "path": "/LAB/P1/EXP2",
            "type": STEP,
            "collection": "/LAB/P1/C1",
            "properties": {"$NAME": "Second step"},
            "parents": ["/LAB/P1/EXP1"],
        },
        {"path": "/METHODS/PROTOCOLS/GEN1", "type": "GENERAL_PROTOCOL", "properties": {"$NAME": "Washing"}},
    ],
    "datasets": [
        {
            "as": "raw",
            "owner": "/LAB/P1/EXP1",
            "properties": {"$NAME": "Measured", "NOTES": "As it came from the instrument"},
            "files": {
                "run/readme.txt": "hello world\n",
                "run/deep/er/table.csv": "time,value\n0,1\n1,3\n2,2\n",
                "run/empty": "",
                "run/large.bin": 2_500_000,
                "run/with blank.txt": "blank\n",
                "run/Größe.txt": "Umlaut\n",
            },
        },
        {
            "owner": "/LAB/P1/EXP1",
            "properties": {"$NAME": "Odd names"},
            "files": {"with, comma.txt": "comma\n"},
        },
        {
            "owner": "/LAB/P1/C1",
            "type": "PROCESSED_DATA",
            "properties": {"$NAME": "Picture"},
            "files": {"picture.png": {"hex": PIXEL}},
            "parents": ["raw"],
        },
        {"owner": "/SECRET/P1/C1", "properties": {"$NAME": "Hidden"}, "files": {"hidden.txt": "hidden\n"}},
    ],
}


def sow(openbis: "OpenBIS", seed: Mapping[str, Any]) -> list[str]:
    """Makes what the seed names, in the order of what needs what; answers with the datasets' perm ids."""
    registry = openbis.registry
    for told in seed.get("people", ()):
        openbis.sessions.put(Person.read(told))
    for told in seed.get("types", ()):
        openbis.add_type(told)
    for code in seed.get("spaces", ()):
        registry.add_space(code, BY)
    for path in seed.get("projects", ()):
        registry.add_project(path, BY)
    for told in seed.get("collections", ()):
        registry.add_experiment(told["path"], told.get("type", "COLLECTION"), told.get("properties", {}), BY)
    for told in seed.get("objects", ()):
        properties, above = told.get("properties", {}), told.get("parents", ())
        registry.add_sample(told["path"], told.get("type", STEP), properties, BY, told.get("collection", ""), above)
    names: dict[str, str] = {}
    made = []
    for told in seed.get("datasets", ()):
        files = [stored(openbis, path, content) for path, content in told["files"].items()]
        above = [names.get(name, name) for name in told.get("parents", ())]
        kind, properties = told.get("type", "RAW_DATA"), told.get("properties", {})
        data_set = register(openbis, owner_of(openbis, told["owner"]), files, kind, properties, above)
        made.append(data_set.perm_id)
        names[told.get("as", data_set.perm_id)] = data_set.perm_id
    return made


def fill(openbis: "OpenBIS", owner: str, count: int) -> list[str]:
    """Many datasets with a small file each."""
    found = owner_of(openbis, owner)
    made = []
    with openbis.journal.at_once():
        for number in range(count):
            files = [openbis.contents.file("original/number.txt", f"{number}\n".encode())]
            made.append(register(openbis, found, files, properties={"$NAME": f"Dataset {number:05}"}).perm_id)
    return made


def crowd(openbis: "OpenBIS", owner: str, count: int) -> str:
    """One dataset with many small files, a hundred in a folder."""
    files = [
        openbis.contents.file(f"original/{number // 100:04}/{number:06}.txt", f"{number}\n".encode())
        for number in range(count)
    ]
    return register(openbis, owner_of(openbis, owner), files, properties={"$NAME": f"{count} files"}).perm_id


def register(
    openbis: "OpenBIS",
    owner: Experiment | Sample,
    files: list[StoredFile],
    kind: str = "RAW_DATA",
    properties: Mapping[str, str] = MappingProxyType({}),
    parents: Iterable[str] = (),
) -> DataSet:
    """A dataset that is there, whoever made it."""
    data_set = openbis.registry.add_data_set(owner, kind, properties, files, BY, parents)
    openbis.contents.used += data_set.size
    return data_set


def owner_of(openbis: "OpenBIS", name: str) -> Experiment | Sample:
    """An object or a collection."""
    found = openbis.registry.find(Sample, name) or openbis.registry.find(Experiment, name)
    if found is None:
        raise NotFound("SampleIdentifier", name)
    return found


def stored(openbis: "OpenBIS", path: str, content: Any) -> StoredFile:
    """A file of a dataset."""
    match content:
        case int():
            data = sequence(content)
        case {"hex": digits}:
            data = bytes.fromhex(digits)
        case _:
            data = str(content).encode()
    return openbis.contents.file(f"original/{path}", data)


def sequence(size: int) -> bytes:
    """Bytes that don't repeat soon: the numbers from 0 on, of four bytes each, the largest first."""
    numbers = array("I", range(-(-size // 4)))
    numbers.byteswap()
    return numbers.tobytes()[:size]
