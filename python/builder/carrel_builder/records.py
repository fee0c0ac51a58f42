"""Published records (Zenodo, Figshare, Dataverse, HydroShare, CKAN): which version, and which files.

Source of addresses and shapes: the public API documentation of each, and repo2docker 2026.4.0, `contentproviders/`.
"""

import json
import re
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from carrel_builder.hosts import Hosts
from carrel_builder.problems import Problem, Refusal

RECORDS = ("zenodo", "figshare", "dataverse", "hydroshare", "ckan")
DOI = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s]+)$", re.IGNORECASE)
FIGSHARE = re.compile(r"/articles/(?:(?:code|dataset|software)/)?[^/]+/(\d+)(?:/(\d+))?/?$")
SECONDS = 30
MOST = 20_000_000


@dataclass(frozen=True)
class RecordFile:
    """One file to download."""

    url: str
    path: str
    inside: str = ""
    """For an archive: the folder in it whose content is wanted."""


def resolve_record(provider: str, spec: str, hosts: Hosts) -> dict[str, Any]:
    """The record's version, as its commit, and its files; a sole archive among them is the content itself."""
    spec = unquote(spec).strip("/")
    try:
        version, page, files = _RESOLVERS[provider](spec, hosts)
        return {
            "provider": provider,
            "repository": spec,
            "ref": None,
            "commit": version,
            "ref_url": page,
            "slug": f"{provider}-" + re.sub(r"[^A-Za-z0-9.]+", "-", spec.rpartition("/")[2])[-60:],
            "files": [asdict(file) for file in files],
        }
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise Problem(
            "record.answer", f"{provider} answered in a form that isn't understood.", "Ask the operator."
        ) from error


Found = tuple[str, str, list[RecordFile]]


def _zenodo(spec: str, hosts: Hosts) -> Found:
    page = _page(spec, hosts)
    record = page.rstrip("/").rpartition("/")[2]
    if not re.fullmatch(r"[A-Za-z0-9-]+", record):
        raise _missing(spec)
    about = _get(f"{hosts.zenodo}/{record}", spec)
    listed = _get(about["links"]["files"], spec)["entries"] if "files" in about.get("links", {}) else about["files"]
    files = [RecordFile(_download(one["links"]), one["key"]) for one in listed]
    return str(about.get("id", record)), page, files


def _download(links: dict[str, str]) -> str:
    return links.get("content") or links["self"]


def _figshare(spec: str, hosts: Hosts) -> Found:
    page = _page(spec, hosts)
    match = FIGSHARE.search(urlsplit(page).path)
    if not match:
        raise _missing(spec)
    article, version = match.group(1), match.group(2) or "1"
    about = _get(f"{hosts.figshare}/{article}/versions/{version}", spec)
    files = [RecordFile(one["download_url"], one["name"]) for one in about["files"] if not one["is_link_only"]]
    return f"{article}.v{version}", page, files


def _dataverse(spec: str, hosts: Hosts) -> Found:
    page = _page(spec, hosts)
    base = _base(page, hosts.dataverse, "dataverse")
    wanted = parse_qs(urlsplit(page).query).get("persistentId", [f"doi:{_doi(spec)}"])[0]
    about = _get(f"{base}/api/datasets/:persistentId?persistentId={quote(wanted, safe=':/')}", spec)["data"][
        "latestVersion"
    ]
    files = []
    for one in about["files"]:
        name = one["dataFile"].get("originalFileName") or one["label"]
        path = "/".join(filter(None, (one.get("directoryLabel"), name)))
        files.append(RecordFile(f"{base}/api/access/datafile/{int(one['dataFile']['id'])}?format=original", path))
    version = f"{about.get('versionNumber', 1)}.{about.get('versionMinorNumber', 0)}"
    return f"{wanted}.v{version}", page, files


def _hydroshare(spec: str, hosts: Hosts) -> Found:
    resource = (_page(spec, hosts) if DOI.match(spec) else spec).rstrip("/").rpartition("/")[2]
    if not re.fullmatch(r"[0-9a-f]+", resource):
        raise _missing(spec)
    about = _get(f"{hosts.hydroshare}/hsapi/resource/{resource}/scimeta/elements", spec)
    changed = next(date["start_date"] for date in about["dates"] if date["type"] == "modified")
    version = re.sub(r"\D", "", changed.partition(".")[0])
    archive = RecordFile(
        f"{hosts.hydroshare}/django_s3/download/bags/{resource}.zip", f"{resource}.zip", f"{resource}/data/contents"
    )
    return f"{resource}.v{version}", f"{hosts.hydroshare}/resource/{resource}", [archive]


def _ckan(spec: str, hosts: Hosts) -> Found:
    base = _base(spec, hosts.ckan, "ckan")
    before, _, rest = urlsplit(spec).path.partition("/dataset/")
    if not rest:
        raise _missing(spec)
    dataset = rest.split("/")[0]
    about = _get(f"{base}{before}/api/3/action/package_show?id={quote(dataset, safe='')}", spec)["result"]
    version = re.sub(r"\D", "", about["metadata_modified"].partition(".")[0])
    files = [
        RecordFile(one["url"], one["url"].rpartition("/")[2] or one["id"]) for one in about["resources"] if one["url"]
    ]
    return f"{dataset}.v{version}", spec, files


_RESOLVERS = {
    "zenodo": _zenodo,
    "figshare": _figshare,
    "dataverse": _dataverse,
    "hydroshare": _hydroshare,
    "ckan": _ckan,
}


def _doi(spec: str) -> str:
    match = DOI.match(spec)
    if not match:
        raise Refusal("link.spec", f"{spec[:120]!r} isn't a DOI.", "Write one such as 10.5281/zenodo.1234567.")
    return match.group(1)


def _page(spec: str, hosts: Hosts) -> str:
    """Where a DOI leads, by the resolver's API: https://www.doi.org, factsheet on resolution, 5."""
    answer = _get(f"{hosts.doi}/{quote(_doi(spec), safe='/')}", spec)
    for value in answer["values"]:
        if value["type"] == "URL":
            return str(value["data"]["value"])
    raise _missing(spec)


def _base(page: str, allowed: list[str], provider: str) -> str:
    parts = urlsplit(page)
    base = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or (allowed and base not in allowed):
        raise Refusal(
            "link.host", f"{base[:100]} isn't a {provider} that may be used here.", "Ask the operator to allow it."
        )
    return base


def _get(url: str, spec: str) -> Any:
    """A JSON answer, within a time and a size."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise _missing(spec)
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "carrel"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.loads(answer.read(MOST))
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            raise _missing(spec) from error
        raise Problem("record.unreachable", f"The archive answered {error.code}.", "Try again later.") from error
    except (OSError, ValueError) as error:
        raise Problem(
            "record.unreachable", "The archive can't be reached, or its answer can't be read.", "Try again later."
        ) from error


def _missing(spec: str) -> Problem:
    return Problem("record.missing", f"There is no record {spec[:120]!r}.", "Check the link.")
