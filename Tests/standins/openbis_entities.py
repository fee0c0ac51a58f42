"""What the stand-in for openBIS holds: spaces, projects, experiments (collections), samples (objects), datasets."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self


class Sort(StrEnum):
    """The sorts of entities, as the V3 API names them in types and methods."""

    SPACE = "Space"
    PROJECT = "Project"
    EXPERIMENT = "Experiment"
    SAMPLE = "Sample"
    DATA_SET = "DataSet"


@dataclass(kw_only=True)
class Entity:
    """What all have; times are in milliseconds, relations are perm ids."""

    sort: ClassVar[Sort]
    perm_id: str
    code: str
    # The code of the space it is in, by which rights are decided.
    space: str
    registered: int
    registrator: str

    @property
    def identifier(self) -> str:
        """How people name it; a dataset has its code only."""
        return self.code

    def record(self) -> dict[str, Any]:
        """For the journal."""
        return asdict(self)

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """From the journal."""
        return cls(**told)


@dataclass(kw_only=True)
class Space(Entity):
    """The top."""

    sort = Sort.SPACE

    @property
    def identifier(self) -> str:
        """With a slash before it."""
        return f"/{self.code}"


@dataclass(kw_only=True)
class Project(Entity):
    """In a space."""

    sort = Sort.PROJECT

    @property
    def identifier(self) -> str:
        """Its path."""
        return f"/{self.space}/{self.code}"


@dataclass(kw_only=True)
class Typed(Entity):
    """What has a type and properties."""

    type: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Experiment(Typed):
    """In a project."""

    sort = Sort.EXPERIMENT
    project: str
    project_code: str

    @property
    def identifier(self) -> str:
        """Its path."""
        return f"/{self.space}/{self.project_code}/{self.code}"


@dataclass(kw_only=True)
class Sample(Typed):
    """In a space or a project, and maybe in an experiment, which its identifier doesn't name."""

    sort = Sort.SAMPLE
    project: str | None = None
    project_code: str = ""
    experiment: str | None = None
    parents: list[str] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        """Its path."""
        return "/".join(["", self.space, *([self.project_code] if self.project_code else []), self.code])


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a dataset, or an empty folder; a small content is here, as hexadecimal digits, a larger one in a file."""

    # From the top of the dataset: `original/a.txt`.
    path: str
    size: int = 0
    crc32: int = 0
    inline: str = ""
    # The name of the file that holds the content: its SHA-256.
    blob: str = ""
    is_folder: bool = False


@dataclass(kw_only=True)
class DataSet(Typed):
    """Of an experiment, or of a sample and its experiment, if it has one."""

    sort = Sort.DATA_SET
    experiment: str | None = None
    sample: str | None = None
    parents: list[str] = field(default_factory=list)
    # Whether the files are at hand: `AVAILABLE`, `ARCHIVED` and others.
    status: str = "AVAILABLE"
    files: list[StoredFile] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def record(self) -> dict[str, Any]:
        """For the journal: files as lists, because there may be many."""
        told = {name: value for name, value in vars(self).items() if name != "files"}
        return told | {"files": [[f.path, f.size, f.crc32, f.inline, f.blob, f.is_folder] for f in self.files]}

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """From the journal."""
        return cls(**{**told, "files": [StoredFile(*file) for file in told["files"]]})


CLASSES: tuple[type[Entity], ...] = (Space, Project, Experiment, Sample, DataSet)
