"""The people of the stand-in for openBIS, and what they may do in which space."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Role(StrEnum):
    """Roles of a space (reference `openbis.md` 4.8); each but the first may register datasets."""

    OBSERVER = "OBSERVER"
    USER = "USER"
    POWER_USER = "POWER_USER"
    ADMIN = "ADMIN"


@dataclass
class Person:
    """Somebody; an administrator of the instance needs no roles."""

    user: str
    password: str
    first: str = ""
    last: str = ""
    email: str = ""
    # By code of a space.
    roles: dict[str, Role] = field(default_factory=dict)
    is_admin: bool = False

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Somebody as the journal and the control address tell of them; the password is the name if none is told."""
        roles = {space.upper(): Role(role) for space, role in told.get("roles", {}).items()}
        return cls(**{"password": told["user"], **told, "roles": roles})

    def sees(self, space: str) -> bool:
        """Whether what is in a space is there for them."""
        return self.is_admin or space in self.roles

    def may_write(self, space: str) -> bool:
        """Whether they may register something in a space."""
        return self.is_admin or self.roles.get(space, Role.OBSERVER) is not Role.OBSERVER
