"""EGI DataHub and D4Science's workspace as folders in a real JupyterLab: real rclone, FUSE and sandbox, before stand-ins.

What is written there is seen on the other side by Onedata's own client and by the stand-in's, and what is put there is seen here;
with a token that a person typed, and with one made from their sign-in at a provider.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import trustme
from carrel_hub import CarrelHub, eventually
from checkin import Checkin
from checkin_people import subject_of
from fs.errors import ResourceNotFound
from fs.onedatarestfs import OnedataRESTFS
from lab_files import MARK, enter, line, notebook, open_lab, work_on
from onedata import Onedata
from person import Person
from playwright.sync_api import BrowserContext, Locator, expect
from researcher import Researcher
from storagehub import StorageHub
from storagehub_nodes import Access
from storagehub_tokens import TOKEN
from storagehub_visitor import Visitor
from test_data_in_servers import RCLONE, pytestmark  # noqa: F401 - skips what can't be mounted

VO = "vo.notebooks.egi.eu"
FISHES = "/d4science.research-infrastructures.eu/FARM/Fishes"
TREES = "/d4science.research-infrastructures.eu/FARM/Trees"
SPACE = "notebooks-shared"
SECRET = "the client's secret"
SETTINGS = """\
authenticators:
  check-in:
    title: EGI Check-in
    issuer: {issuer}
    clientID: carrel
    clientSecretFile: {folder}/secret
    scopes: [openid, profile, email, offline_access, voperson_id, eduperson_entitlement]
    members: ["{vo}:*"]
mounts:
  rclone: {rclone}
dataSources:
  datahub:
    kind: onedata
    title: EGI DataHub
    address: https://{onezone}
    certificateAuthority: {trust}
    signIn: check-in
    tokenPrefix: "egi:"
  workspace:
    kind: storagehub
    title: D4Science workspace
    address: {storagehub}/workspace
    signIn: check-in
    tokenEndpoint: {storagehub}{token}
    contexts: [{trees}, {fishes}]
"""


@dataclass
class Elsewhere:
    """What there is outside the hub."""

    checkin: Checkin
    onedata: Onedata
    storagehub: StorageHub
    # The file with the authority of the Onedata's certificates.
    trust: str

    def drive(self, name: str) -> OnedataRESTFS:
        """Somebody's spaces by Onedata's own client."""
        token = self.onedata.tokens[name]["full"]
        return OnedataRESTFS(self.onedata.zone, token, verify_ssl=self.trust)

    def workspace(self, name: str) -> Visitor:
        """Somebody's workspace by its API."""
        return Visitor.sign_in(self.storagehub.url, name, FISHES)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """All services, with anna and ben, who are one person at each; the provider's tokens are known to the others."""
    authority = trustme.CA()
    trust = tmp_path_factory.mktemp("trust") / "authority.pem"
    authority.cert_pem.write_to_path(str(trust))
    with Checkin() as checkin, Onedata(authority=authority) as onedata, StorageHub() as storagehub:

        def recognise(token: str) -> str | None:
            found = checkin.live_token(token)
            return found.grant.person.name if found else None

        onedata.federation.recognise = storagehub.realm.recognise = recognise
        onedata.add_person("cleo", SPACE)
        for name in ("anna", "ben", "cleo"):
            checkin.add_member(name, VO)
            storagehub.add_person(name)
        storagehub.add_vre(FISHES, dict.fromkeys(("anna", "ben", "cleo"), Access.WRITE_ALL))
        storagehub.add_vre(TREES, {})
        yield Elsewhere(checkin, onedata, storagehub, str(trust))


@pytest.fixture(scope="module")
def hub(elsewhere: Elsewhere) -> Iterator[CarrelHub]:
    """A hub that brings them into servers."""
    hub = CarrelHub()
    try:
        (hub.folder / "secret").write_text(SECRET)
        text = hub.configuration.read_text().replace("hub:\n", f"hub:\n  publicURL: {hub.url}\n", 1)
        settings = SETTINGS.format(
            issuer=elsewhere.checkin.issuer,
            folder=hub.folder,
            trust=elsewhere.trust,
            vo=VO,
            rclone=RCLONE,
            onezone=elsewhere.onedata.zone,
            storagehub=elsewhere.storagehub.url,
            token=TOKEN,
            trees=TREES,
            fishes=FISHES,
        )
        hub.configuration.write_text(text + settings)
        elsewhere.checkin.add_client("carrel", SECRET, [f"{hub.url}/hub/oauth_callback/check-in"])
        hub.start()
        yield hub
    finally:
        hub.close()


def card(person: Person, title: str) -> Locator:
    """What is said about a data source."""
    return person.page.get_by_role("article", name=title)


def connect(person: Person, title: str, token: str) -> None:
    """Types a token on the page about connections."""
    person.page.goto(f"{person.url}/hub/connections")
    card(person, title).get_by_label("Token").fill(token)
    person.page.keyboard.press("Enter")
    expect(card(person, title).get_by_text("Connected", exact=True)).to_be_visible()


@pytest.fixture
def typist(hub: CarrelHub, elsewhere: Elsewhere, contexts: Callable[..., BrowserContext]) -> Person:
    """Somebody with a local account, who is ben elsewhere and types his tokens."""
    person = Person("typist", hub.add_user("typist"), contexts().new_page(), hub.url)
    person.sign_in()
    connect(person, "EGI DataHub", elsewhere.onedata.tokens["ben"]["full"])
    elsewhere.storagehub.realm.old_tokens["an-old-token-of-gcube"] = ("ben", FISHES)
    connect(person, "D4Science workspace", "an-old-token-of-gcube")
    return person


def come(person: Person) -> None:
    """Signs in at the provider; who has a server running gets there."""
    person.page.goto(f"{person.url}/hub/login")
    person.page.get_by_role("link", name="Sign in with EGI Check-in").click()
    person.page.get_by_role("button", name=f"Sign in as {person.name}", exact=True).click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.url)}/(hub/home|user/)"))


@pytest.fixture
def comer(hub: CarrelHub, contexts: Callable[..., BrowserContext]) -> Callable[[str], Person]:
    """Signs somebody in at the provider, who types nothing."""

    def comer(name: str) -> Person:
        person = Person(name, "", contexts().new_page(), hub.url)
        come(person)
        return person

    return comer


def text_of(drive: OnedataRESTFS, path: str) -> str:
    """What is in a file; nothing if it was replaced just then: the client asks for its id first, and then for that."""
    try:
        return drive.readtext(path)
    except ResourceNotFound:
        return ""


def work_in_both(hub: CarrelHub, elsewhere: Elsewhere, person: Person, name: str) -> None:
    """Works on a notebook of each folder, and looks for it on the other side, where the person is known by a name."""
    drive, workspace = elsewhere.drive(name), elsewhere.workspace(name)
    drive.makedir(f"/{SPACE}/{name}")
    drive.writetext(f"/{SPACE}/{name}/rivers.ipynb", notebook())
    laboratory = workspace.items("/vrefolders")[0]["id"]
    folder = workspace.make_folder(laboratory, f"of {name}")
    lakes = workspace.upload(folder, "lakes.ipynb", notebook().encode())
    workspace.upload(workspace.root, f"{name}'s own.txt", b"at the top")

    hub.start_server(person.name, hub.token(person.name))
    open_lab(person)
    enter(person, "datahub", SPACE)
    expect(line(person, "readme.txt")).to_be_visible()
    enter(person, name)
    work_on(person, "rivers.ipynb")
    assert eventually(lambda: MARK in text_of(drive, f"/{SPACE}/{name}/rivers.ipynb"))

    open_lab(person)
    enter(person, "workspace")
    expect(line(person, f"{name}'s own.txt")).to_be_visible()
    enter(person, "VREFolders", "Fishes", f"of {name}")
    work_on(person, "lakes.ipynb")
    assert eventually(lambda: MARK in workspace.content(lakes).decode())
    versions = workspace.items(f"/items/{lakes}/versions")
    assert [version["current"] for version in versions] == [False] * (len(versions) - 1) + [True]
    assert len(versions) > 1

    # What is put there is seen here.
    drive.writetext(f"/{SPACE}/{name}/from there.txt", "hello")
    workspace.upload(folder, "from there.txt", b"hello")
    expect(line(person, "from there.txt")).to_be_visible()
    open_lab(person)
    enter(person, "datahub", SPACE, name)
    expect(line(person, "from there.txt")).to_be_visible()
    assert {one.name for one in drive.scandir(f"/{SPACE}/{name}")} == {"rivers.ipynb", "from there.txt"}
    assert set(workspace.titles(folder)) == {"lakes.ipynb", "from there.txt"}


def test_typed_tokens_bring_folders_in_which_one_works(hub: CarrelHub, elsewhere: Elsewhere, typist: Person) -> None:
    work_in_both(hub, elsewhere, typist, "ben")


def test_a_sign_in_brings_folders_in_which_one_works(
    hub: CarrelHub, elsewhere: Elsewhere, comer: Callable[[str], Person]
) -> None:
    person = comer("anna")
    work_in_both(hub, elsewhere, person, "anna")
    person.page.goto(f"{hub.url}/hub/connections")
    for title in ("EGI DataHub", "D4Science workspace"):
        expect(card(person, title).get_by_text("Connected", exact=True)).to_be_visible()
        expect(card(person, title).get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)
    # One token for each person, found again by its name.
    user = elsewhere.onedata.federation.user_named("anna").id
    assert [one.name for one in elsewhere.onedata.federation.tokens.named_of(user)] == ["carrel"]


@pytest.fixture
def cleo(hub: CarrelHub, comer: Callable[[str], Person]) -> tuple[Person, Researcher]:
    """Somebody who signed in at the provider, in a browser and as a program in their server."""
    person, cleo = comer("cleo"), Researcher(hub, "cleo", is_new=False)
    cleo.start()
    for name in ("datahub", "workspace"):
        cleo.await_folder(name)
    return person, cleo


def test_what_a_sign_in_opened_goes_on_when_tokens_end_and_are_renewed(
    elsewhere: Elsewhere, cleo: tuple[Person, Researcher]
) -> None:
    person, inside = cleo
    server = inside.server()
    # A token that is gone at Onezone is made anew, and nobody notices.
    drive, tokens = elsewhere.drive("cleo"), elsewhere.onedata.federation.tokens
    drive.writetext(f"/{SPACE}/before.txt", "before")
    user = elsewhere.onedata.federation.user_named("cleo").id
    first = tokens.named(user, "carrel")
    assert first
    tokens.remove(first)
    assert eventually(lambda: "before.txt" in inside.run(f"import os; print(os.listdir('datahub/{SPACE}'))"))
    inside.write(f"datahub/{SPACE}/made anew.txt", "1")
    assert eventually(lambda: drive.exists(f"/{SPACE}/made anew.txt"))

    # One that was revoked stays so, until its owner deletes it.
    second = tokens.named(user, "carrel")
    assert second and second is not first
    with inside.saving(f"datahub/{SPACE}/kept.txt", "kept"):
        second.is_revoked = True
    said = inside.await_state("datahub", code="expired", waiting=1)
    assert "Delete the token “carrel”" in said["remedy"]
    tokens.remove(second)
    person.page.goto(f"{person.url}/hub/connections")
    card(person, "EGI DataHub").get_by_role("button", name="Test").click()
    expect(card(person, "EGI DataHub").get_by_text("Connected", exact=True)).to_be_visible()
    inside.await_state("datahub", code="connected", waiting=0)
    assert drive.readtext(f"/{SPACE}/kept.txt") == "kept"

    # What hangs on the sign-in itself is back as soon as its owner has signed in again.
    with inside.saving("workspace/while away.txt", "while away"):
        elsewhere.checkin.revoke_person(subject_of("cleo"))
        elsewhere.storagehub.realm.revoke()
    said = inside.await_state("workspace", code="expired", waiting=1)
    assert "sign in again the same way" in said["remedy"]
    person.go_home()
    person.page.get_by_role("button", name="Sign out").click()
    expect(person.page.get_by_role("heading", name="You are signed out")).to_be_visible()
    come(person)
    inside.await_state("workspace", code="connected", waiting=0)
    workspace = elsewhere.workspace("cleo")
    [found] = workspace.named(workspace.root, "while away.txt")
    assert workspace.content(found["id"]) == b"while away"
    assert server.is_running() and inside.server() == server
