"""A real directory: OpenLDAP's server, in a folder of its own."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme
from carrel_hub import eventually, free_port

BASE = "dc=example,dc=org"
PEOPLE = f"ou=people,{BASE}"
GROUPS = f"ou=groups,{BASE}"
SERVICE = f"cn=search,{BASE}"
SERVICE_PASSWORD = "open sesame"
ADMIN = f"cn=admin,{BASE}"
ADMIN_PASSWORD = "the one who writes"
CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.pem
database mdb
suffix "{base}"
rootdn "{admin}"
rootpw "{password}"
directory {folder}/db
dbnosync
overlay ppolicy
ppolicy_default "cn=policy,{base}"
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="{people}" by dn.exact="{service}" read by self read by anonymous auth by * none
access to * by * read
"""
ENTRIES = f"""\
dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: {GROUPS}
objectClass: organizationalUnit
ou: groups

dn: cn=policy,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 20

dn: {SERVICE}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: search
userPassword: {SERVICE_PASSWORD}
"""


class Slapd:
    """A directory of people whose password is their name, reversed, and a sign."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="carrel-slapd-"))
        self.port = free_port()
        self.address = f"ldaps://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        authority = trustme.CA()
        self.authority = self.folder / "ca.pem"
        self.other_authority = self.folder / "other.pem"
        authority.cert_pem.write_to_path(self.authority)
        trustme.CA().cert_pem.write_to_path(self.other_authority)
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(self.folder / "server.pem")
        (self.folder / "db").mkdir()
        self.secret = self.folder / "service.secret"
        self.secret.write_text(SERVICE_PASSWORD + "\n")
        (self.folder / "admin.secret").write_text(ADMIN_PASSWORD)
        self.configuration = self.folder / "slapd.conf"
        names = {"admin": ADMIN, "password": ADMIN_PASSWORD, "people": PEOPLE, "service": SERVICE}
        self.configuration.write_text(CONFIGURATION.format(folder=self.folder, base=BASE, **names))
        subprocess.run(
            ["/usr/sbin/slapadd", "-f", self.configuration], input=ENTRIES, text=True, check=True, capture_output=True
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Runs it, unless it runs, and returns as soon as it answers."""
        if self.process is not None:
            return
        command = ["/usr/sbin/slapd", "-d", "0", "-h", self.address, "-f", self.configuration]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert eventually(lambda: self.runs("ldapwhoami", "-x"))

    def stop(self) -> None:
        """Kills it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    # What is in it

    def add_person(self, name: str, *, disabled: bool = False) -> str:
        """Adds somebody; gives their password."""
        password = self.password(name)
        kind = "employeeType: disabled\n" if disabled else ""
        self.change(
            f"dn: uid={name},{PEOPLE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n"
            f"mail: {name}@example.org\n{kind}userPassword: {password}\n"
        )
        return password

    def remove_person(self, name: str) -> None:
        """Takes somebody out."""
        self.change(f"dn: uid={name},{PEOPLE}\nchangetype: delete\n")

    def join(self, name: str, group: str) -> None:
        """Puts somebody into a group, which is made if there is none."""
        if not self.runs("ldapsearch", "-x", "-b", f"cn={group},{GROUPS}", "-s", "base", "1.1"):
            self.change(
                f"dn: cn={group},{GROUPS}\nchangetype: add\nobjectClass: groupOfNames\ncn: {group}\nmember: {ADMIN}\n"
            )
        self.change(f"dn: cn={group},{GROUPS}\nchangetype: modify\nadd: member\nmember: uid={name},{PEOPLE}\n")

    def leave(self, name: str, group: str) -> None:
        """Takes somebody out of a group."""
        self.change(f"dn: cn={group},{GROUPS}\nchangetype: modify\ndelete: member\nmember: uid={name},{PEOPLE}\n")

    def lets_in(self, name: str) -> bool:
        """Whether somebody can sign in there."""
        secret = self.folder / "person.secret"
        secret.write_text(self.password(name))
        return self.runs("ldapwhoami", "-x", "-D", f"uid={name},{PEOPLE}", "-y", str(secret))

    @staticmethod
    def password(name: str) -> str:
        """The password of somebody."""
        return name[::-1] + "!"

    def change(self, text: str) -> None:
        """Carries out a change in LDIF."""
        secret = self.folder / "admin.secret"
        assert self.runs("ldapmodify", "-x", "-D", ADMIN, "-y", str(secret), text=text)

    def runs(self, program: str, *words: str, text: str = "") -> bool:
        """Whether one of OpenLDAP's programs does what it is asked."""
        ran = subprocess.run(
            [program, "-H", self.address, *words],
            input=text,
            text=True,
            check=False,
            capture_output=True,
            env={"LDAPTLS_CACERT": str(self.authority), "PATH": "/usr/bin"},
            timeout=60,
        )
        return ran.returncode == 0
