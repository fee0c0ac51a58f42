"""What a stand-in for Onedata begins with, as plain data, so that it can come from a JSON file."""

import time
from collections.abc import Mapping
from typing import Any

from onedata_federation import Federation, Space

GIGABYTE = 10**9
# Two providers, two people, and spaces of every sort: shared, of one provider, of one name twice, without support.
DEFAULT: Mapping[str, Any] = {
    "users": {"anna": ["at-anna"], "ben": ["at-ben"]},
    "providers": {"cracow": "21.02.8", "bari": "21.02.7"},
    "spaces": [
        {
            "name": "notebooks-shared",
            "members": ["anna", "ben"],
            "supports": {"cracow": 20 * GIGABYTE, "bari": 20 * GIGABYTE},
            "files": {"readme.txt": "Shared by all.\n", "data/table.csv": "a,b\n1,2\n", "data/empty": ""},
        },
        {"name": "climate", "members": ["anna"], "supports": {"bari": GIGABYTE}, "files": {"a.nc": "CDF"}},
        {"name": "twins", "members": ["anna"], "supports": {"cracow": GIGABYTE}, "files": {"first": "1"}},
        {"name": "twins", "members": ["anna"], "supports": {"cracow": GIGABYTE}, "files": {"second": "2"}},
        {"name": "bare", "members": ["anna"], "supports": {}},
    ],
}


def sow(federation: Federation, seed: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Makes what the seed names, and tokens for everybody: one for all, one for reading, one that has ended, one revoked."""
    for name, identity_tokens in seed["users"].items():
        federation.add_user(name, *identity_tokens)
    for name, version in seed["providers"].items():
        federation.add_provider(name, version)
    for told in seed["spaces"]:
        members = [federation.user_named(name) for name in told["members"]]
        supports = {federation.provider_named(name).id: size for name, size in told["supports"].items()}
        space = federation.add_space(told["name"], members, supports)
        for path, text in told.get("files", {}).items():
            put(space, path, text.encode())
    return {name: tokens_for(federation, name) for name in seed["users"]}


def tokens_for(federation: Federation, name: str) -> dict[str, str]:
    """Somebody's tokens, one of each sort."""
    user = federation.user_named(name).id
    sorts: dict[str, list[dict[str, Any]]] = {
        "full": [],
        "readonly": [{"type": "data.readonly"}],
        "expired": [{"type": "time", "validUntil": int(time.time()) - 60}],
        "oneclient": [{"type": "interface", "interface": "oneclient"}],
        "onezone": [{"type": "interface", "interface": "rest"}, {"type": "service", "whitelist": ["ozw-onezone"]}],
        "revoked": [],
    }
    made = {sort: federation.tokens.make(user, caveats) for sort, caveats in sorts.items()}
    made["revoked"].is_revoked = True
    return {sort: token.text for sort, token in made.items()}


def put(space: Space, path: str, data: bytes) -> None:
    """A file with that content, and the folders above it."""
    tree = space.tree
    parent, name = tree.parent_of(path, tree.root, "nobody", "true")
    node = tree.add(parent, name, "REG", "nobody")
    tree.write(node, 0, data)
