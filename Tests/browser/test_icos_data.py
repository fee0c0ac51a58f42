"""Data objects of ICOS in servers: the real `icoscp_core` reads them from the disk, without a sign-in at the portal."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dacite
import icoscp_core
import pytest
from carrel_hub import CarrelHub
from icos_portal import FLAGS, FORMAT, HASH, OBJECT, TIMES, IcosPortal
from inside import run_inside

PLACE = "/data/dataAppStorage"
# The portal is on this machine, which servers don't reach otherwise.
SETTINGS = """\
sandbox:
  leaveOut: [network]
portalData:
  icos:
    path: {folder}
    shownAt: {place}
"""
READER = """
import json, os, sys
from dataclasses import replace
sys.path.append(os.path.expanduser("~/packages"))
from icoscp_core.bootstrap import Bootstrap
from icoscp_core.envri import ICOS_CONFIG

auth, meta, data = Bootstrap(replace(ICOS_CONFIG, **{settings!r})).fromPasswordFile()
((dobj, columns),) = data.batch_get_columns_as_arrays([{dobj!r}])
times = columns["TIMESTAMP"].astype("int64")
print(json.dumps([dobj, columns["co2"].tolist(), "".join(columns["Flag"]), times.tolist()]))
"""
LOOK = f"""
import json, os
file = "{PLACE}/{FORMAT}/{HASH}.cpb"
try:
    refused = ""
    open(file, "ab")
except OSError as error:
    refused = error.strerror
print(json.dumps([os.environ.get("PORTAL_DATA_PATH_ICOS"), refused, os.listdir(os.path.expanduser("~/.icoscp"))]))
"""


@pytest.fixture(scope="module")
def portal() -> Iterator[IcosPortal]:
    """The portal, which has no data to give."""
    with IcosPortal() as portal:
        yield portal


@pytest.fixture(scope="module")
def hub(portal: IcosPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrelHub]:
    """A hub whose machine has a copy of its data."""
    folder = tmp_path_factory.mktemp("icos")
    for path in [folder, *folder.parents][:3]:
        path.chmod(0o755)
    # It is the mount that keeps it from being changed.
    portal.put_object(folder).chmod(0o666)
    hub = CarrelHub()
    try:
        hub.configuration.write_text(hub.configuration.read_text() + SETTINGS.format(folder=folder, place=PLACE))
        hub.start()
        yield hub
    finally:
        hub.close()


def install(hub: CarrelHub, name: str) -> None:
    """Gives a person the package, as they would install it; numpy comes with the environment."""
    home = hub.home(name)
    facts = home.stat()
    for package in (icoscp_core, dacite):
        source = Path(package.__file__ or "").parent
        shutil.copytree(source, home / "packages" / source.name)
    for path in [home / "packages", *(home / "packages").rglob("*")]:
        shutil.chown(path, facts.st_uid, facts.st_gid)


def test_icoscp_core_reads_from_the_disk_without_a_sign_in(hub: CarrelHub, portal: IcosPortal) -> None:
    hub.add_user("icos-reader")
    token = hub.token("icos-reader")
    hub.start_server("icos-reader", token)
    install(hub, "icos-reader")
    said = run_inside(hub, "icos-reader", token, READER.format(settings=portal.settings, dobj=OBJECT))
    dobj, co2, flags, times = json.loads(said)
    assert (dobj, flags, tuple(times)) == (OBJECT, FLAGS, TIMES)
    assert str(co2) == str(portal.good_values())

    assert portal.is_reported.wait(60)
    assert [asked.path for asked in portal.seen] == ["/sparql"] * 3 + ["/logs/portaluse"]
    assert not any({"cookie", "authorization"} & asked.headers.keys() for asked in portal.seen)
    assert json.loads(portal.seen[-1].body)["cpbFileAccess"]["objects"] == [HASH]

    variable, refused, secrets = json.loads(run_inside(hub, "icos-reader", token, LOOK))
    assert (variable, refused, secrets) == (f"{PLACE}/", "Read-only file system", [])
