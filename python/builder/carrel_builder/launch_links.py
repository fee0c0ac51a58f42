"""What stands behind `/v2/PROVIDER/SPEC` of a launch link.

Source: BinderHub's documentation and `repoproviders.py`, April 2026.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from carrel_builder.git_fetch import COMMIT, SHORT_FORM, check_address
from carrel_builder.hosts import Hosts
from carrel_builder.problems import Refusal

NAME = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")
GIST = re.compile(r"^[0-9a-f]+$")
BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[/-]|/$|\.$|\.lock$")
"""What git never takes for the name of a branch or tag: git-check-ref-format(1)."""


@dataclass(frozen=True)
class GitLink:
    """A repository and the name of a commit in it."""

    provider: str
    repository: str
    ref: str
    slug: str
    web: str
    """Where a person sees the repository."""

    def ref_url(self, commit: str) -> str:
        """Where a person sees the commit."""
        if self.provider in ("gh", "gl"):
            return f"{self.web}/{'tree' if self.provider == 'gh' else '-/tree'}/{commit}"
        return f"{self.web}/{commit}" if self.provider == "gist" else self.web


def parse_git(provider: str, spec: str, hosts: Hosts) -> GitLink:
    """Reads the spec of `gh`, `gl`, `git` or `gist`."""
    return {"gh": _github, "gl": _gitlab, "git": _any_git, "gist": _gist}[provider](spec, hosts)


def _github(spec: str, hosts: Hosts) -> GitLink:
    owner, _, rest = spec.partition("/")
    name, _, ref = rest.partition("/")
    name = name.removesuffix(".git")
    if not NAME.match(owner) or not NAME.match(name):
        raise _spec(spec, "OWNER/REPOSITORY/BRANCH")
    address = f"{hosts.gh}/{owner}/{name}"
    return GitLink("gh", address, _ref(ref), f"{owner}-{name}", address)


def _gitlab(spec: str, hosts: Hosts) -> GitLink:
    namespace, _, ref = spec.partition("/")
    path = unquote(namespace).strip("/").removesuffix(".git")
    parts = path.split("/")
    if len(parts) < 2 or not all(map(NAME.match, parts)):
        raise _spec(spec, "NAMESPACE%2FPROJECT/BRANCH")
    slug = "-".join(part.replace("-", "_-") for part in parts)
    return GitLink("gl", f"{hosts.gl}/{path}.git", _ref(ref), slug, f"{hosts.gl}/{path}")


def _any_git(spec: str, hosts: Hosts) -> GitLink:
    quoted, slash, ref = spec.partition("/")
    if not slash or not ref:
        raise _spec(spec, "URL-ENCODED-ADDRESS/BRANCH")
    address = check_address(unquote(quoted), hosts.allow_local)
    short = SHORT_FORM.match(address)
    slug = short.group(2) if short else address.partition("://")[2]
    return GitLink("git", address, _ref(ref), re.sub(r"[^A-Za-z0-9.]+", "-", slug).strip("-")[-80:], address)


def _gist(spec: str, hosts: Hosts) -> GitLink:
    owner, _, rest = spec.partition("/")
    name, _, ref = rest.partition("/")
    if not NAME.match(owner) or not GIST.match(name):
        raise _spec(spec, "USER/GIST or USER/GIST/COMMIT")
    return GitLink(
        "gist", f"{hosts.gist}/{owner}/{name}.git", _ref(ref), f"{owner}-{name}", f"{hosts.gist}/{owner}/{name}"
    )


def _ref(written: str) -> str:
    ref = unquote(written) or "HEAD"
    if len(ref) > 250 or BAD_REF.search(ref):
        raise Refusal(
            "link.ref", f"{ref[:80]!r} can't be the name of a branch, tag or commit.", "Check the end of the link."
        )
    return ref.lower() if COMMIT.match(ref.lower()) else ref


def _spec(spec: str, form: str) -> Refusal:
    return Refusal("link.spec", f"{spec[:120]!r} isn't what this kind of link needs.", f"Write {form}.")
