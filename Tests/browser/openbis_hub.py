"""A hub whose people come from openBIS: over TLS, with the endpoint that openBIS posts notebooks to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import trustme
from carrel_hub import CarrelHub, free_port
from openbis import OpenBIS
from openbis_eln import NotebookPages

SETTINGS = """
  tls: {{certificate: {folder}/certificate.pem, key: {folder}/key.pem}}
authenticators:
  lab:
    kind: openbis
    title: Lab openBIS
    url: {openbis}
    certificateAuthority: {folder}/authority.pem
    linkOrigins: ["{openbis}", "{pages}"]
    deadline: 15s
openbisIntegration:
  authenticator: lab
  listen: "127.0.0.1:{port}"
{more}
"""


def configure(hub: CarrelHub, authority: trustme.CA, openbis: OpenBIS, pages: NotebookPages, more: str) -> str:
    """Writes its settings, and `more` ones, which begin in the section of the endpoint; answers with the endpoint's address."""
    folder = hub.folder
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    for number, part in enumerate(certificate.cert_chain_pems):
        part.write_to_path(str(folder / "certificate.pem"), append=number > 0)
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    hub.url = f"https://localhost:{hub.port}"
    port = free_port()
    settings = SETTINGS.format(folder=folder, openbis=openbis.url, pages=pages.url, port=port, more=more).rstrip()
    text = hub.configuration.read_text()
    text = re.sub(r"(?m)^(  listen: .*)\n", lambda found: found[1] + settings + "\n", text, count=1)
    hub.configuration.write_text(text)
    return f"https://localhost:{port}"


@contextmanager
def trusting(hub: CarrelHub) -> Iterator[None]:
    """Requests know the hub's certificate meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(hub.folder / "authority.pem"))
        yield
