"""The openBIS servers that a Jupyter server knows, and whether somebody is signed in there. All of this blocks: call it on threads."""

import logging
import threading
from typing import Any
from urllib.parse import urlsplit

from carrel_openbis.saved import forget_token, save_token
from carrel_openbis.stock import Stock
from carrel_openbis.trouble import Trouble, told

CONFIGURATION = "openbis-connections.yaml"
"""In any of Jupyter's configuration folders; `jupyter-openbis-conn` writes it."""

HIDDEN = "******"
"""Stands for the password that was given before."""

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class Connections:
    """Those of the configuration, that of the environment, and what people add; the latter last as long as the server."""

    def __init__(self, variables: dict[str, str], folders: list[str], log: Log) -> None:
        self._variables = variables
        self._folders = folders
        self._log = log
        self._lock = threading.RLock()
        self._stock: Stock | None = None
        self._wanted: dict[str, dict[str, Any]] = {}
        self._signed_out: set[str] = set()
        # Where somebody signed in for the buttons only; elsewhere the session of notebooks is followed.
        self._own: set[str] = set()

    @property
    def stock(self) -> Stock:
        """What does the work; the first who asks waits for it to be imported."""
        with self._lock:
            if self._stock is None:
                self._stock = Stock()
                for about in [*self._configured(), *self._of_environment()]:
                    self._wanted.setdefault(about["name"], about)
            return self._stock

    def names(self) -> list[str]:
        """All that there are, whether they can be reached or not."""
        _ = self.stock
        return list(self._wanted)

    def find(self, name: str) -> Any:
        """Their connection of that name, which nobody need be signed in at.

        Raises:
            Trouble: there is none, or it can't be reached.
        """
        stock = self.stock
        about = self._wanted.get(name)
        if about is None:
            raise Trouble(404, f"No such connection: {name}")
        with self._lock:
            known = stock.connections.get(name)
        if known is not None:
            return known
        try:
            made = stock.register(about)
        except Exception as error:
            raise unusable(error, about["url"]) from error
        if not self._fits(name, made.openbis.token):
            made.openbis.__dict__["token"] = None
        # By itself it asks for a missing password at the terminal that the server runs in.
        made.login = lambda username=None, password=None: self._enter(made, username, password)
        return made

    def awake(self, name: str) -> Any:
        """Their connection of that name, with a session: the one it has, one that was saved since, or a new one.

        Raises:
            Trouble: there is no such connection; it can't be reached (502, 504); nobody is signed in (401).
        """
        connection = self.find(name)
        try:
            had = bool(connection.openbis.token)
            if name not in self._signed_out and self._follow(connection, name in self._own):
                return connection
            if had and connection.is_session_active():
                connection.status = "connected"
                return connection
            connection.status = "not connected"
            if name not in self._signed_out:
                if self._follow(connection, False):
                    return connection
                if connection.username and connection.password:
                    connection.login()
                    return connection
        except Exception as error:
            raise told(error, connection.url) from error
        ended = f"Your session at {connection.url} has ended. Sign in again."
        raise Trouble(401, ended if had else f"Nobody is signed in at {connection.url}.")

    def _follow(self, connection: Any, is_own: bool) -> bool:
        """Takes the session that notebooks use, if it is another than this and it lives: the hub may have renewed it."""
        for token in [] if is_own else self._saved_tokens(connection):
            if not self._fits(connection.name, token):
                continue
            if token != connection.openbis.token and connection.openbis.is_token_valid(token):
                connection.openbis.__dict__["token"] = token
                connection.status = "connected"
                return True
            if token == connection.openbis.token:
                return False
        return False

    def _fits(self, name: str, token: str | None) -> bool:
        """Whether a session is of the person whose connection it is; that of the environment is anybody's who signs in."""
        about = self._wanted[name]
        return bool(about.get("is_of_environment")) or about.get("username") in {None, "", owner(token)}

    def state(self, name: str) -> dict[str, Any]:
        """What is shown of a connection; `reason` says why it isn't connected."""
        about = self._wanted[name]
        shown = {
            "name": name,
            "url": about["url"],
            "status": "not connected",
            "username": about.get("username") or "",
            "password": HIDDEN,
            "isMounted": False,
            "mountpoint": "",
            "shared": False,
            "reason": "",
        }
        try:
            connection = self.awake(name)
        except Trouble as trouble:
            return shown | {"reason": trouble.reason}
        token = connection.openbis.token
        return (
            shown
            | connection.get_info()
            | {"username": owner(token), "shared": token in self._saved_tokens(connection)}
        )

    def add(self, about: dict[str, Any]) -> None:
        """Adds a connection, and signs in there if a name and a password are given; that this failed is told by its state.

        Raises:
            Trouble: it isn't one.
        """
        _ = self.stock
        name, url = str(about.get("name") or "").strip(), str(about.get("url") or "").strip()
        if not name or "/" in name:
            raise Trouble(400, "A connection needs a name, without /.")
        if name in self._wanted:
            raise Trouble(409, f"There is a connection called {name} already.")
        wanted = about | {"name": name, "url": url if "://" in url else f"https://{url}"}
        check_address(wanted["url"], bool(about.get("http_only")))
        self._wanted[name] = {"verify_certificates": True} | wanted

    def sign_in(self, name: str, username: str | None, password: str | None, keep: bool = False) -> None:
        """Begins a session; with `keep` also for notebooks, whose `Openbis()` reads `~/.pybis/HOST.token`.

        Raises:
            Trouble: 401 for a wrong name or password; and as `find` does.
        """
        connection = self.find(name)
        try:
            connection.login(username, password)
        except Exception as error:
            raise told(error, connection.url) from error
        self._signed_out.discard(name)
        self._wanted[name]["username"] = connection.username
        self._own.add(name)
        if keep:
            save_token(connection.openbis.gen_token_path(), connection.openbis.token)
            self._own.discard(name)

    def renew(self, name: str) -> None:
        """Looks for a session that was saved, even after a log-out."""
        self._signed_out.discard(name)
        self._own.discard(name)
        self.awake(name)

    def sign_out(self, name: str) -> None:
        """Ends the session, also for notebooks that use the same; what can't be ended there is forgotten here all the same."""
        connection = self.find(name)
        self._signed_out.add(name)
        token = connection.openbis.token
        try:
            connection.logout()
        except Exception as error:  # noqa: BLE001 (PyBIS raises anything)
            self._log.warning(
                "openBIS: the session at %s could not be ended there: %s", connection.url, told(error, "it")
            )
        if token:
            forget_token(connection.openbis.gen_token_path(), token)
        connection.openbis.__dict__["token"] = None
        connection.password = None
        connection.status = "not connected"

    def remove(self, name: str) -> None:
        """Forgets a connection; a session that notebooks use as well goes on."""
        if name not in self.names():
            raise Trouble(404, f"No such connection: {name}")
        connection = self.stock.connections.get(name)
        if connection is not None and connection.openbis.token not in self._saved_tokens(connection):
            self.sign_out(name)
        self.stock.connections.pop(name, None)
        self._signed_out.discard(name)
        self._own.discard(name)
        del self._wanted[name]

    def _enter(self, connection: Any, username: str | None, password: str | None) -> None:
        """Signs in, with what was given before where nothing is given."""
        username = username or connection.username
        password = connection.password if password in (None, HIDDEN) else password
        if not username or not password:
            raise Trouble(401, f"Nobody is signed in at {connection.url}.")
        try:
            connection.openbis.login(username=username, password=password)
        except Exception as error:
            if str(error) == "login to openBIS failed":
                raise Trouble(401, f"Incorrect username or password for {connection.name}") from error
            raise told(error, connection.url) from error
        connection.username, connection.password, connection.status = username, password, "connected"

    def _saved_tokens(self, connection: Any) -> list[str]:
        """Sessions that notebooks use; the hub renews the saved one while the server runs."""
        saved = connection.openbis._get_saved_token()
        tokens = [saved] if saved else []
        if same_server(self._variables.get("OPENBIS_URL", ""), connection.url):
            tokens.append(self._variables.get("OPENBIS_TOKEN", ""))
        return [token.strip() for token in tokens if token.strip()]

    def _configured(self) -> list[dict[str, Any]]:
        stock = self._stock
        found = []
        for about in stock.configured(self._folders) if stock else []:
            if isinstance(about, dict) and about.get("name") and about.get("url"):
                url = str(about["url"])
                address = url if "://" in url else f"https://{url}"
                found.append({"verify_certificates": True} | about | {"name": str(about["name"]), "url": address})
            else:
                self._log.warning("openBIS: a connection in %s lacks a name or a url", CONFIGURATION)
        return found

    def _of_environment(self) -> list[dict[str, Any]]:
        """That of the hub, named after its host. Its certificate is checked, by REQUESTS_CA_BUNDLE if that is set."""
        url = self._variables.get("OPENBIS_URL", "")
        address = url if "://" in url else f"https://{url}"
        host = urlsplit(address).hostname
        token = self._variables.get("OPENBIS_TOKEN", "")
        about = {"url": address, "username": owner(token), "verify_certificates": True, "is_of_environment": True}
        return [{"name": host, **about}] if host else []


def owner(token: str | None) -> str:
    """Whose token it is: what stands before the last dash."""
    return (token or "").removeprefix("$pat-").rpartition("-")[0]


def same_server(one: str, other: str) -> bool:
    """Whether two addresses are of the same openBIS."""
    first, second = (urlsplit(url if "://" in url else f"https://{url}") for url in (one, other))
    return bool(first.hostname) and (first.hostname, first.port) == (second.hostname, second.port)


def check_address(url: str, http_too: bool) -> None:
    """Refuses what can't be the address of an openBIS."""
    try:
        parts = urlsplit(url)
        right = bool(parts.hostname) and parts.scheme in ({"https", "http"} if http_too else {"https"})
        _ = parts.port
    except ValueError:
        right = False
    if not right:
        raise Trouble(400, "The address of an openBIS begins with https://, as in https://openbis.example.org.")


def unusable(error: Exception, url: str) -> Trouble:
    """Why a connection can't be made."""
    if str(error) == "always use https!":
        return Trouble(
            400,
            f"{url} isn’t used, because passwords would go there unprotected: its address must begin with https://.",
        )
    return told(error, url)
