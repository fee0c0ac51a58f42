"""What the hub says about an instance, brought into the one shape that JupyterLab is given: whatever else was in it is left out.

Texts come from people (a teacher's message, an instance's title), so nothing is taken for granted but that there are bytes.
"""

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

# More than a person reads. Lengths in characters.
MOST_NOTICES, MOST_LINKS = 20, 4
LENGTHS = {"id": 100, "name": 100, "title": 200, "text": 2000, "label": 80, "href": 2000}
KINDS = ("message", "end", "maximumAge", "idle")
INSTANCE_KINDS = ("persistent", "ephemeral", "temporary")
LEVELS = ("info", "warning", "urgent")
# Characters that turn the direction of what follows, so that a text reads otherwise than it is written.
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NotUnderstood(ValueError):
    """The answer isn't one about notices."""


def text(of: dict[str, Any], name: str, default: str = "") -> str:
    """A text of a limited length, without control characters but line breaks."""
    value = of.get(name)
    if not isinstance(value, str):
        return default
    limit = LENGTHS[name]
    value = value[: limit * 2]
    kept = [c for c in value if c == "\n" or (c not in TURNING and unicodedata.category(c) not in {"Cc", "Cs", "Zl"})]
    readable = "".join(kept).strip()
    return readable if len(readable) <= limit else readable[: limit - 1] + "…"


def one_of(value: object, known: tuple[str, ...]) -> str:
    """The value, or the first known one."""
    return value if isinstance(value, str) and value in known else known[0]


def moment(value: object) -> datetime | None:
    """A time with its zone, as ISO 8601 writes it."""
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def written(time: datetime | None) -> str | None:
    """`2026-11-21T14:00:00.000Z`."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if time else None


def address(value: str) -> str | None:
    """A path of the hub's, or a web address; nothing that a browser would run, or read as another host than it seems."""
    if not value or not value.isprintable() or any(c in value for c in " \\\"'<>") or len(value) >= LENGTHS["href"]:
        return None
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    is_path = value.startswith("/") and not value.startswith("//")
    return value if is_path or is_web else None


def links(value: object) -> list[dict[str, str]]:
    """Those that have a label and lead somewhere."""
    found = []
    for link in value[:MOST_LINKS] if isinstance(value, list) else []:
        if isinstance(link, dict):
            label, href = text(link, "label"), address(text(link, "href"))
            if label and href:
                found.append({"label": label, "href": href})
    return found


def notice(value: object) -> dict[str, Any] | None:
    """One notice; None if it has no id, or says nothing."""
    if not isinstance(value, dict):
        return None
    identity, title, body = text(value, "id"), text(value, "title"), text(value, "text")
    if not identity or not (title or body):
        return None
    return {
        "id": identity,
        "kind": one_of(value.get("kind"), KINDS),
        "title": title,
        "text": body,
        "at": written(moment(value.get("at"))),
        "level": one_of(value.get("level"), LEVELS),
        "dismissible": value.get("dismissible") is True,
        "links": links(value.get("links")),
    }


def instance(value: object) -> dict[str, str] | None:
    """Which instance the server is in."""
    if not isinstance(value, dict):
        return None
    name = text(value, "name")
    return {"name": name, "title": text(value, "title", name), "kind": one_of(value.get("kind"), INSTANCE_KINDS)}


def read(body: bytes) -> tuple[dict[str, Any], datetime | None]:
    """The instance and its notices, most urgent first, and the hub's time if it was told.

    Throws `NotUnderstood` if it isn't JSON, or has no list of notices.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("not JSON") from error
    if not isinstance(answer, dict) or not isinstance(answer.get("notices"), list):
        raise NotUnderstood("no list of notices")
    by_id = {}
    for value in answer["notices"][: MOST_NOTICES * 5]:
        found = notice(value)
        if found:
            by_id.setdefault(found["id"], found)
    ordered = sorted(by_id.values(), key=lambda one: -LEVELS.index(one["level"]))
    about = {"instance": instance(answer.get("instance")), "notices": ordered[:MOST_NOTICES]}
    return about, moment(answer.get("now"))
