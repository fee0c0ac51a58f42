"""The launcher starts the stock program; but for the time it takes and the parts named here nobody can tell."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hub_stand_in import HubStandIn, running
from single_user import started

INTROSPECTION = Path(__file__).parent / "introspection"
PROGRAMS = ["jupyterhub-singleuser", "carrel-server"]
CONFIGURED = ["--allow-root", "--ServerApp.port=8888", "--ServerApp.terminals_enabled=False"]
UNUSED = {"rfc3987_syntax", "lark"}
OUR_HANDLER = ("carrel_server.usage.UsageHandler", "jupyter_resource_usage.api.ApiHandler")
OUR_ADDRESSES = tuple(f"/user/alice/carrel/{name}$" for name in ("notices", "examples", "environments", "kernels"))
OUR_MODULES = ("carrel_server.git_pull.", "carrel_server.notebook_links.")
OUR_FILES = ("CarrelContentsManager.", "AsyncLargeFileManager.")
OUR_FILES_CLASS = (
    "carrel_server.contents.CarrelContentsManager",
    "jupyter_server.services.contents.largefilemanager.AsyncLargeFileManager",
)
OUR_CHECKPOINTS_CLASS = (
    "carrel_server.checkpoints.CarrelCheckpoints",
    "jupyter_server.services.contents.filecheckpoints.AsyncFileCheckpoints",
)
DEFAULTS = {
    "KernelProvisionerFactory": ["default_provisioner_name"],
    "ResourceUseDisplay": ["enable_prometheus_metrics", "show_host_usage", "track_cpu_percent"],
    "ServerApp": ["contents_manager_class", "kernel_spec_manager_class"],
    "TerminalsExtensionApp": ["terminal_manager_class"],
}
OUR_KERNELS = ("CarrelKernelSpecManager.", "KernelSpecManager.")
OURS = {"ServerApp.contents_manager_class", "ServerApp.kernel_spec_manager_class", "ServerApp.jpserver_extensions"}


@pytest.fixture(scope="module")
def fake_node(short_folder: Path) -> Path:
    """A folder with a `node` that only notes what it was run with."""
    folder = short_folder / "bin"
    folder.mkdir()
    node = folder / "node"
    node.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\necho "{{}}"\n')
    node.chmod(0o755)
    return folder


def observed(program: str, environment: Path, folder: Path, path: str) -> dict[str, Any]:
    """Starts a server by `program` and tells what can be seen of it, without what is random."""
    folder.mkdir()
    hub = HubStandIn(server_token="7" * 32)
    with running(hub, folder / "hub.sock") as serving:
        command = [str(environment / "bin/python"), str(environment / "bin" / program)]
        changes = {"PATH": path, "PYTHONPATH": str(INTROSPECTION), "JUPYTER_CONFIG_PATH": str(INTROSPECTION)}
        with started(command, hub, serving.api_url, folder, **changes) as server:
            inside = server.ask("GET", "introspection").json()
            page = server.ask("GET", "lab").text
            found = re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
            assert found, page
            seen = {"inside": inside, "page config": json.loads(found[1])}
            for api in ("api", "api/spec.yaml", "api/kernelspecs", "lab/api/settings", "api/me", "api/contents"):
                answer = server.ask("GET", api)
                seen[api] = [answer.status, sorted(answer.headers.keys()), answer.text]
    text = json.dumps(seen).replace(hub.user_token, "TOKEN")
    text = text.replace(str(folder), "FOLDER").replace(quote(str(folder), safe=""), "FOLDER")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|0x[0-9a-f]{8,}", "RANDOM", text)
    # Random bytes as Python writes them, in either kind of quotes, within JSON, which doubles backslashes.
    escaped = r"\\\\(?:\\\\|.)"
    text = re.sub(rf"""b'(?:[^'\\]|{escaped}|\\"){{20,}}'|b\\"(?:[^"\\]|{escaped}){{20,}}\\\"""", "RANDOM", text)
    return json.loads(text)


@pytest.fixture(scope="module")
def stock_and_launched(environment: Path, short_folder: Path, fake_node: Path) -> list[dict[str, Any]]:
    """The same server started by each program, with `node` on the path."""
    path = f"{fake_node}:/usr/bin:/bin"
    return [observed(program, environment, short_folder / str(number), path) for number, program in enumerate(PROGRAMS)]


@pytest.mark.parametrize("what", ["rules", "extensions", "points", "traits", "path"])
def test_the_server_is_made_of_the_same_parts(stock_and_launched: list[dict[str, Any]], what: str) -> None:
    stock, launched = (json.loads(json.dumps(seen["inside"][what])) for seen in stock_and_launched)
    assert stock
    match what:
        case "rules":
            launched = json.loads(json.dumps(launched).replace(*OUR_HANDLER))
            launched = without_ours(launched)
        case "extensions":
            assert launched.pop("carrel_server") == ""
        case "points":
            launched.remove("carrel_server")
        case "traits":
            stock, launched = (with_stock_names(traits) for traits in (stock, launched))
    assert launched == stock


def without_ours(rules: list[Any]) -> list[Any]:
    """Rules of a URL map but for those of our own, and for groups that hold nothing else."""
    kept = []
    for at, to, below in rules:
        is_ours = at in OUR_ADDRESSES or "/carrel/git-" in at or to.startswith(OUR_MODULES)
        rest = without_ours(below)
        if not is_ours and (rest or not below):
            kept.append([at, to, rest])
    return kept


def with_stock_names(traits: dict[str, str]) -> dict[str, str]:
    """The settings of a server's parts, without those that name a part of ours."""
    return {
        name.replace(*OUR_FILES).replace(*OUR_KERNELS): value.replace(*OUR_FILES_CLASS).replace(*OUR_CHECKPOINTS_CLASS)
        for name, value in traits.items()
        if name not in OURS
    }


def test_it_answers_the_same(stock_and_launched: list[dict[str, Any]]) -> None:
    stock, launched = ({name: of for name, of in seen.items() if name != "inside"} for seen in stock_and_launched)
    assert launched == stock


def test_only_the_needless_modules_are_missing(stock_and_launched: list[dict[str, Any]]) -> None:
    stock, launched = (set(seen["inside"]["modules"]) for seen in stock_and_launched)
    assert stock >= UNUSED
    missing = {module.split(".")[0] for module in stock - launched}
    assert missing == UNUSED
    assert {module.split(".")[0] for module in launched - stock} == {"carrel_env", "carrel_server"}


def test_only_the_needless_call_of_node_is_not_made(stock_and_launched: list[dict[str, Any]], fake_node: Path) -> None:
    asked = (fake_node / "asked").read_text().splitlines()
    assert [line.rpartition("/")[2] for line in asked if "yarn.js" in line] == ["yarn.js config --json"]
    assert all(seen["inside"]["registry_is_asked_of_yarn"] for seen in stock_and_launched)


def test_it_starts_without_node_too(environment: Path, short_folder: Path) -> None:
    seen = observed("carrel-server", environment, short_folder / "without", str(environment / "bin"))
    assert "jupyterlab" in seen["inside"]["extensions"]


@pytest.mark.parametrize("argument", ["--version", "--help-all", "--show-config-json"])
def test_the_command_line_is_the_same(environment: Path, short_folder: Path, argument: str) -> None:
    outputs = []
    hub = HubStandIn()
    with running(hub) as serving:
        variables = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(short_folder),
            "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8888/",
            "JUPYTERHUB_API_URL": serving.api_url,
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-alice",
            "JUPYTERHUB_API_TOKEN": hub.server_token,
        }
        for program in PROGRAMS:
            command = [environment / "bin/python", environment / "bin" / program, argument, *CONFIGURED]
            ran = subprocess.run(command, check=True, env=variables, cwd="/", capture_output=True, text=True)
            outputs.append(ran.stdout.replace(program, "PROGRAM").replace("'carrel_server': True, ", ""))
    assert outputs[0]
    if argument == "--show-config-json":
        outputs = [json.dumps(without_defaults(json.loads(output)), sort_keys=True) for output in outputs]
    assert outputs[1] == outputs[0]


def without_defaults(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration without what is ours; an emptied section goes too."""
    for section, names in DEFAULTS.items():
        for name in names:
            configuration.get(section, {}).pop(name, None)
        if not configuration.get(section, {"kept": True}):
            del configuration[section]
    return configuration


CHECK_FORMATS = """
import json, sys
import jsonschema
values = ["", "x", "a b", "http://x.org/ü", "http://[::1]/", "http:// x", "%zz", "//", "2026-11-21", "10:00:00Z", "1.2.3.4", "::1",
          "a@b.c", "(", "/a/0", "0/a", "P1D", "{x}", "{", "#fff", "12345678-1234-1234-1234-123456789012", "x.org", "2026-11-21T10:00:00Z"]
drafts = [jsonschema.Draft4Validator, jsonschema.Draft7Validator, jsonschema.Draft201909Validator, jsonschema.Draft202012Validator]
found = {}
for draft in drafts:
    checker = draft.FORMAT_CHECKER
    for name in sorted(checker.checkers):
        found[f"{draft.__name__} {name}"] = [checker.conforms(value, name) for value in values]
print(json.dumps(found))
"""


def test_json_schema_checks_every_format_as_before(environment: Path) -> None:
    load = "from carrel_server import launch\nlaunch.load_jsonschema()\nimport sys\nassert not {'rfc3987_syntax', 'lark'} & set(sys.modules)\n"
    variables = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    plain, loaded = (
        subprocess.run(
            [environment / "bin/python", "-c", code], check=True, env=variables, capture_output=True, text=True
        )
        for code in (CHECK_FORMATS, load + CHECK_FORMATS)
    )
    formats = json.loads(plain.stdout)
    assert set(formats["Draft202012Validator iri"]) == {True, False}
    assert json.loads(loaded.stdout) == formats


def test_any_other_configuration_overrules_the_defaults(environment: Path, short_folder: Path) -> None:
    home = short_folder / "configured"
    (home / ".jupyter").mkdir(parents=True)
    stock = "jupyter_server.services.contents.largefilemanager.AsyncLargeFileManager"
    own = f"c.ServerApp.contents_manager_class = '{stock}'\nc.ResourceUseDisplay.track_cpu_percent = False\n"
    (home / ".jupyter/jupyter_server_config.py").write_text(own)
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "JUPYTER_DEFAULT_PROVISIONER_NAME": "local-provisioner"}
    variables |= {"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8888/", "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-alice"}
    hub = HubStandIn()
    with running(hub) as serving:
        variables |= {"JUPYTERHUB_API_URL": serving.api_url, "JUPYTERHUB_API_TOKEN": hub.server_token}
        command = [environment / "bin/python", environment / "bin/carrel-server", "--show-config-json", *CONFIGURED]
        ran = subprocess.run(command, check=True, env=variables, cwd="/", capture_output=True, text=True)
    shown = json.loads(ran.stdout)
    assert shown["ServerApp"]["contents_manager_class"] == stock
    assert shown["ResourceUseDisplay"]["track_cpu_percent"] is False
    assert "KernelProvisionerFactory" not in shown
    assert shown["TerminalsExtensionApp"]["terminal_manager_class"] == "carrel_server.terminals.CarrelTerminalManager"
