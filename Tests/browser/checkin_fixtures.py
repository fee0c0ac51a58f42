"""What the tests of the stand-in for Check-in share; they name it as a plugin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from checkin import Checkin
from relying_party import CALLBACK, FAREWELL, SECRET, VO, RelyingParty, ScreenlessBrowser


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority's certificate `ca.pem`, and one for this machine with its key, `here.pem`."""
    folder = tmp_path_factory.mktemp("authority")
    made = trustme.CA()
    made.cert_pem.write_to_path(folder / "ca.pem")
    made.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "here.pem")
    return folder


@pytest.fixture
def trust(authority: Path) -> str:
    """The file of the authority."""
    return str(authority / "ca.pem")


@pytest.fixture
def checkin(authority: Path) -> Iterator[Checkin]:
    """A provider with anna, who is a member, with ben, who isn't, and with a program of either kind."""
    with Checkin(certificate=authority / "here.pem") as one:
        one.add_member("anna", VO)
        one.add_member("ben")
        one.add_client("carrel", SECRET, [CALLBACK], [FAREWELL])
        one.add_client("laptop", None, [CALLBACK])
        yield one


@pytest.fixture
def carrel(checkin: Checkin, trust: str) -> RelyingParty:
    """The program with a secret."""
    return RelyingParty(checkin.issuer, trust)


@pytest.fixture
def laptop(checkin: Checkin, trust: str) -> RelyingParty:
    """The public program."""
    return RelyingParty(checkin.issuer, trust, client_id="laptop", client_secret=None)


@pytest.fixture
def screenless(trust: str) -> ScreenlessBrowser:
    """A browser in which nobody is signed in."""
    return ScreenlessBrowser(trust)
