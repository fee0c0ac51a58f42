"""Who and what there is in the stand-in for Onedata: users, providers, spaces, tokens."""

import base64
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onedata_errors import Refusal, unauthorized
from onedata_tokens import BEGINNING, Ledger, Place, Token
from onedata_tree import Tree

ZONE = "ozw-onezone"
IDENTITY_PROVIDER = "egi"


@dataclass
class User:
    """Somebody; known by access tokens of the identity provider, too."""

    id: str
    name: str
    identity_tokens: set[str] = field(default_factory=set)


@dataclass
class Provider:
    """A Oneprovider as Onezone knows it."""

    id: str
    name: str
    version: str = "21.02.8"
    domain: str = ""
    is_online: bool = True
    # Whether a rename onto a file replaces it, as POSIX has it; else it is refused with `eexist`.
    replaces: bool = True


@dataclass
class Space:
    """A volume; `supports` are its providers with the bytes that each gives."""

    id: str
    name: str
    tree: Tree
    members: set[str]
    supports: dict[str, int]
    readonly_supports: set[str] = field(default_factory=set)


class Federation:
    """All of it; each door has the same one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.temporary = None if folder else tempfile.TemporaryDirectory(prefix="onedata-")
        self.folder = folder or Path(self.temporary.name if self.temporary else "")
        self.scheme = "http"
        self.tokens = Ledger()
        self.users: dict[str, User] = {}
        self.providers: dict[str, Provider] = {}
        self.spaces: dict[str, Space] = {}
        # Who is known by an access token that isn't among anybody's: a test asks its identity provider.
        self.recognise: Callable[[str], str | None] = lambda _: None

    # What there is

    def add_user(self, name: str, *identity_tokens: str) -> User:
        """Somebody new."""
        user = User(secrets.token_hex(16), name, set(identity_tokens))
        self.users[user.id] = user
        return user

    def add_provider(self, name: str, version: str = "21.02.8") -> Provider:
        """A new provider; its domain is told when it listens."""
        provider = Provider(secrets.token_hex(16), name, version)
        self.providers[provider.id] = provider
        return provider

    def add_space(self, name: str, members: list[User], supports: Mapping[str, int]) -> Space:
        """A new space, empty; `supports` names providers by their ids."""
        identifier = secrets.token_hex(16)
        tree = Tree(identifier, name, self.folder / identifier)
        tree.quota = sum(supports.values())
        space = Space(identifier, name, tree, {user.id for user in members}, dict(supports))
        self.spaces[identifier] = space
        return space

    def user_named(self, name: str) -> User:
        """The user of that name."""
        return named(self.users, name)

    def provider_named(self, name: str) -> Provider:
        """The provider of that name."""
        return named(self.providers, name)

    def space_named(self, name: str) -> Space:
        """The first space of that name."""
        return named(self.spaces, name)

    def close(self) -> None:
        """Removes all contents."""
        for space in self.spaces.values():
            space.tree.close()
        if self.temporary:
            self.temporary.cleanup()

    # Who is asking

    def admit(self, shown: str, place: Place) -> Token:
        """What a header shows: a token, or the identity provider's access token behind its prefix."""
        prefix, _, identity_token = shown.partition(":")
        if prefix != IDENTITY_PROVIDER:
            return self.tokens.admit(shown, place)
        name = self.recognise(identity_token)
        for user in self.users.values():
            if identity_token in user.identity_tokens or user.name == name:
                return Token(BEGINNING, "", user.id, [])
        raise unauthorized(Refusal("badIdpAccessToken", idp=IDENTITY_PROVIDER))

    def spaces_of(self, token: Token) -> list[Space]:
        """The spaces that a token lets in, by name."""
        allowed = allowed_spaces(token, self)
        found = [one for one in self.spaces.values() if token.user in one.members and one.id in allowed]
        return sorted(found, key=lambda one: (one.name, one.id))

    def scope(self, token: Token) -> dict[str, Any]:
        """What `infer_access_token_scope` tells."""
        spaces = self.spaces_of(token)
        supporting = {provider for space in spaces for provider in space.supports}
        return {
            "validUntil": token.ends,
            "dataAccessScope": {
                "readonly": token.is_readonly,
                "spaces": {space.id: self.support(space, token) for space in spaces},
                "providers": {one: self.description(one) for one in sorted(supporting)},
            },
        }

    def support(self, space: Space, token: Token) -> dict[str, Any]:
        """A space with its providers."""
        supports = {
            provider: {"readonly": token.is_readonly or provider in space.readonly_supports}
            for provider in space.supports
        }
        return {"name": space.name, "supports": supports}

    def description(self, identifier: str) -> dict[str, Any]:
        """A provider as a scope names it."""
        provider = self.providers[identifier]
        return {
            "name": provider.name,
            "domain": provider.domain,
            "version": provider.version,
            "online": provider.is_online,
        }


def named(those: Mapping[str, Any], name: str) -> Any:
    """The first one of that name, or with that id."""
    found = next((one for one in those.values() if name in (one.name, one.id)), None)
    if found is None:
        raise KeyError(name)
    return found


def allowed_spaces(token: Token, federation: Federation) -> set[str]:
    """The ids of the spaces that the caveats about data leave."""
    allowed = set(federation.spaces)
    for caveat in token.limits("data.path"):
        allowed &= {path.split("/")[1] for path in decoded_paths(caveat)}
    for caveat in token.limits("data.objectid"):
        allowed &= {one.id for one in federation.spaces.values() if set(caveat["whitelist"]) & set(one.tree.nodes)}
    return allowed


def decoded_paths(caveat: Mapping[str, Any]) -> list[str]:
    """The paths of a caveat, `/spaceId/path` each."""
    return [base64.b64decode(one).decode().rstrip("/") for one in caveat["whitelist"]]
