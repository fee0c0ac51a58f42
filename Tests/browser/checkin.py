"""A stand-in for EGI Check-in: an OpenID provider as Keycloak is one, on this machine, for tests.

    with Checkin() as checkin:
        anna = checkin.add_member("anna", "vo.notebooks.egi.eu")
        checkin.add_client("carrel", "a secret", ["http://127.0.0.1:8000/hub/oauth_callback"])
        …                                               # the issuer is checkin.issuer
        anna.entitlements = []                          # shown from now on
        checkin.rotate()                                # another key
        checkin.spoil(Endpoint.TOKEN, Fault.SLOW_BODY)  # until checkin.mend()
        checkin.forge(TokenKind.IDENTITY, UNSIGNED)     # until checkin.forge(TokenKind.IDENTITY)
        checkin.stop(); checkin.start()                 # the same port

Run by itself it prints its issuer and serves until it is interrupted:

    CHECKIN_CLIENT_SECRET=… python checkin.py --port 9000 --client-id carrel \\
        --redirect-uri http://127.0.0.1:8000/hub/oauth_callback --person anna=vo.notebooks.egi.eu --person ben
"""

import argparse
import os
import signal
from pathlib import Path
from typing import Self

from carrel_hub import free_port
from checkin_claims import Claims
from checkin_faults import Forgery
from checkin_http import EITHER, GET, POST, Door, Route
from checkin_ledger import Session
from checkin_logout import Logout, Told
from checkin_messages import Endpoint
from checkin_metadata import Metadata
from checkin_people import Client, Person
from checkin_realm import Realm
from checkin_sign_in import SignIn
from checkin_tokens import Tokens


class Checkin(Realm):
    """The provider, on 127.0.0.1; over TLS if a file with a certificate and its key is given.

    `trust` is a file with the authorities that certificates of programs may be of, for back-channel logout.
    """

    def __init__(self, port: int | None = None, certificate: Path | None = None, trust: Path | None = None) -> None:
        self.port = port or free_port()
        self.certificate = certificate
        self.url = f"{'http' if certificate is None else 'https'}://127.0.0.1:{self.port}"
        super().__init__(self.url)
        self.logout = Logout(self, trust)
        self.routes = self._routes()
        self._door: Door | None = None

    def _routes(self) -> dict[Endpoint, Route]:
        """Who answers what."""
        sign_in, tokens, claims, metadata = SignIn(self), Tokens(self), Claims(self), Metadata(self)
        return {
            Endpoint.DISCOVERY: (GET, metadata.discovery),
            Endpoint.KEYS: (GET, metadata.keys),
            Endpoint.AUTHORIZATION: (EITHER, sign_in.authorize),
            Endpoint.SIGN_IN: (POST, sign_in.choose),
            Endpoint.TOKEN: (POST, tokens.answer),
            Endpoint.USERINFO: (EITHER, claims.userinfo),
            Endpoint.INTROSPECTION: (POST, claims.introspect),
            Endpoint.REVOCATION: (POST, claims.revoke),
            Endpoint.LOGOUT: (EITHER, self.logout.answer),
        }

    # The life of it

    def start(self) -> Self:
        """Listens; what it knew before it was stopped it still knows."""
        if self._door is None:
            self._door = Door(("127.0.0.1", self.port), self.certificate, self, self.routes)
        return self

    def stop(self) -> None:
        """Closes the port and all connections."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Logout

    @property
    def told(self) -> list[Told]:
        """What programs answered when they were told that a session has ended."""
        return self.logout.told

    def sessions_of(self, subject: str) -> list[Session]:
        """The browsers in which somebody is signed in."""
        return [session for session in self.ledger.live_sessions() if session.person.subject == subject]

    def log_out(self, subject: str) -> None:
        """Ends somebody's sessions as an administrator does, and tells the programs."""
        self.logout.end(self.sessions_of(subject))

    def logout_token(self, client: Client, session: Session, forgery: Forgery | None = None) -> str:
        """A token as programs get it, true or false, for a test to send."""
        return self.logout.token(client, session, forgery)


def arguments() -> argparse.Namespace:
    """How it is run by itself."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, help="a free one, if none is given")
    parser.add_argument(
        "--certificate", type=Path, help="file with a certificate and its key; without it there is no TLS"
    )
    parser.add_argument("--trust", type=Path, help="file with the authorities of programs' certificates")
    parser.add_argument("--client-id", default="carrel", help="its secret is CHECKIN_CLIENT_SECRET; public without")
    parser.add_argument("--redirect-uri", action="append", default=[])
    parser.add_argument("--post-logout-redirect-uri", action="append", default=[])
    parser.add_argument("--backchannel-logout-uri")
    parser.add_argument("--audience", action="append", default=[], help="whom access tokens are for")
    parser.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="NAME[=ORGANISATION,…]",
        help="with memberships; may be repeated",
    )
    return parser.parse_args()


def add_people(checkin: Checkin, words: list[str]) -> list[Person]:
    """Those that the command line names."""
    people = []
    for word in words:
        name, _, organisations = word.partition("=")
        people.append(checkin.add_member(name, *(one for one in organisations.split(",") if one)))
    return people


def main() -> None:
    """Serves until it is interrupted."""
    told = arguments()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with Checkin(told.port, told.certificate, told.trust) as checkin:
        checkin.add_client(
            told.client_id,
            os.environ.get("CHECKIN_CLIENT_SECRET"),
            told.redirect_uri,
            told.post_logout_redirect_uri,
            told.backchannel_logout_uri,
            told.audience,
        )
        add_people(checkin, told.person or ["anna=vo.notebooks.egi.eu", "ben"])
        print(checkin.issuer, flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
