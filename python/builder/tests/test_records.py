"""Published records, from a server that plays the archives, in the shapes of their public API documentation."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from carrel_builder.hosts import Hosts
from carrel_builder.problems import Problem
from carrel_builder.resolving import resolve
from workshop import Workshop

RESOURCE = "0123456789abcdef0123456789abcdef"


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        for name, text in files.items():
            content.writestr(name, text)
    return buffer.getvalue()


def answers(base: str) -> dict[str, object]:
    """Path → JSON, or bytes."""

    def doi(page: str) -> dict[str, object]:
        return {"values": [{"type": "HS_ADMIN", "data": {}}, {"type": "URL", "data": {"value": page}}]}

    def figshare_file(name: str, is_link: bool) -> dict[str, object]:
        return {"name": name, "download_url": f"{base}/one.zip", "is_link_only": is_link}

    data_file = {"label": "a.tab", "directoryLabel": "data", "dataFile": {"id": 7, "originalFileName": "a.csv"}}
    version = {"versionNumber": 2, "versionMinorNumber": 1, "files": [data_file]}
    return {
        "/doi/10.5281/zenodo.77": doi("https://zenodo.org/records/77"),
        "/doi/10.5281/zenodo.78": doi("https://zenodo.org/records/78"),
        "/zenodo/77": {"id": 77, "links": {"files": f"{base}/zenodo/77/files"}},
        "/zenodo/77/files": {"entries": [{"key": "one.zip", "links": {"content": f"{base}/one.zip"}}]},
        "/zenodo/78": {"id": 78, "links": {"files": f"{base}/zenodo/78/files"}},
        "/zenodo/78/files": {"entries": [{"key": "evil.zip", "links": {"content": f"{base}/evil.zip"}}]},
        "/doi/10.6084/m9.figshare.9.v2": doi("https://figshare.com/articles/dataset/a_title/9/2"),
        "/figshare/9/versions/2": {"files": [figshare_file("one.zip", False), figshare_file("link", True)]},
        "/doi/10.7910/DVN/ABC": doi(f"{base}/dataset.xhtml?persistentId=doi:10.7910/DVN/ABC"),
        "/api/datasets/:persistentId?persistentId=doi:10.7910/DVN/ABC": {"data": {"latestVersion": version}},
        f"/hsapi/resource/{RESOURCE}/scimeta/elements": {
            "dates": [{"type": "modified", "start_date": "2026-01-02T03:04:05.678Z"}]
        },
        "/prefix/api/3/action/package_show?id=lakes": {
            "result": {
                "metadata_modified": "2026-01-02T03:04:05.678",
                "resources": [{"id": "r1", "url": f"{base}/files/lakes.csv"}],
            }
        },
        "/doi/10.5281/zenodo.79": {"unexpected": True},
        "/one.zip": archive({"top/README.md": "hello", "top/binder/postBuild": "echo from the record\n"}),
        "/evil.zip": archive({"../../evil": "x"}),
    }


@pytest.fixture(scope="module")
def archives() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers(f"http://127.0.0.1:{server.server_address[1]}").get(self.path)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def hosts_of(base: str) -> dict[str, str]:
    return {"doi": f"{base}/doi", "zenodo": f"{base}/zenodo", "figshare": f"{base}/figshare", "hydroshare": base}


@pytest.mark.parametrize(
    ("provider", "spec", "version", "files"),
    [
        ("zenodo", "10.5281/zenodo.77", "77", ["one.zip"]),
        ("zenodo", "doi:10.5281/zenodo.77", "77", ["one.zip"]),
        ("figshare", "10.6084/m9.figshare.9.v2", "9.v2", ["one.zip"]),
        ("dataverse", "10.7910/DVN/ABC", "doi:10.7910/DVN/ABC.v2.1", ["data/a.csv"]),
        ("hydroshare", RESOURCE, f"{RESOURCE}.v20260102030405", [f"{RESOURCE}.zip"]),
        ("ckan", "{quoted}%2Fprefix%2Fdataset%2Flakes", "lakes.v20260102030405", ["lakes.csv"]),
    ],
)
def test_a_record_leads_to_a_version_and_files(
    archives: str, provider: str, spec: str, version: str, files: list[str]
) -> None:
    quoted = archives.replace(":", "%3A").replace("/", "%2F")
    found = resolve(provider, spec.format(quoted=quoted), Hosts(**hosts_of(archives)))
    assert (found["commit"], [file["path"] for file in found["files"]]) == (version, files)
    assert found["repository"] == unquote(spec.format(quoted=quoted))


@pytest.mark.parametrize(
    ("provider", "spec", "code"),
    [
        ("zenodo", "10.5281/zenodo.404", "record.missing"),
        ("zenodo", "10.5281/zenodo.79", "record.answer"),
        ("zenodo", "nonsense", "link.spec"),
        ("hydroshare", "../etc", "record.missing"),
        ("ckan", "file:///etc/dataset/x", "link.host"),
    ],
)
def test_a_record_that_is_not_there_says_so(archives: str, provider: str, spec: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        resolve(provider, spec, Hosts(**hosts_of(archives)))
    assert raised.value.code == code


def options(folder: Path, base: str) -> list[str]:
    (folder / "hosts.json").write_text(json.dumps(hosts_of(base)))
    return ["--provider", "zenodo", "--hosts", str(folder / "hosts.json")]


def test_a_record_is_built(workshop: Workshop, archives: str) -> None:
    outcome = workshop.build_at("10.5281/zenodo.77", "77", *options(workshop.folder, archives))
    assert outcome.code == 0, outcome.text[-2000:]
    assert "from the record\n" in outcome.text
    assert (workshop.target / "content/README.md").read_text() == "hello"


@pytest.mark.parametrize(
    ("record", "more", "code"),
    [
        ("78", [], "record.path"),
        ("77", ["--repository-bytes", "10"], "repository.large"),
    ],
)
def test_a_record_that_misbehaves_is_refused(
    workshop: Workshop, archives: str, record: str, more: list[str], code: str
) -> None:
    outcome = workshop.build_at(f"10.5281/zenodo.{record}", record, *options(workshop.folder, archives), *more)
    assert outcome.last["code"] == code, outcome.text
    assert not (workshop.folder / "evil").exists()


def test_a_record_that_has_changed_is_not_taken_for_the_old_one(workshop: Workshop, archives: str) -> None:
    outcome = workshop.build_at("10.5281/zenodo.77", "76", *options(workshop.folder, archives))
    assert outcome.last["code"] == "record.version"
