"""Guessing passwords, planted cookies, redirects after sign-in, names."""

import concurrent.futures

import pytest
import requests
from carrel_hub import CarrelHub
from hub_people import PASSWORD, Visitor, person


def test_the_present_password_cant_be_guessed(hub: CarrelHub) -> None:
    """A session alone isn't enough to find out the password."""
    visitor = person(hub, "guessed")
    form = {"new_password": "one more long phrase 9", "new_password_again": "one more long phrase 9"}
    codes = [
        visitor.post("/hub/account/password", form | {"current_password": f"wrong {n}"}).status_code for n in range(15)
    ]
    assert 429 in codes, codes


def test_guesses_at_once_are_counted_one_by_one(hub: CarrelHub) -> None:
    """Twelve attempts sent together: only the free ones are looked at."""
    hub.add_user("parallel")
    visitors = [Visitor(hub) for _ in range(12)]
    assert all(visitor.xsrf for visitor in visitors)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda visitor: visitor.try_to_sign_in("parallel", "wrong").status_code, visitors))
    assert codes.count(403) <= 7 and codes.count(429) >= 5, codes


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_planted_garbage_doesnt_sign_out(hub: CarrelHub, count: int) -> None:
    """A page under another path can plant cookies of our names, which the browser sends first."""
    visitor = person(hub, f"tossed{count}")
    planted = [f"jupyterhub-hub-login={number:032x}" for number in range(count)]
    cookies = "; ".join([*planted, f"jupyterhub-hub-login={visitor.cookie('jupyterhub-hub-login')}"])
    answer = requests.get(hub.url + "/hub/home", headers={"Cookie": cookies}, allow_redirects=False, timeout=60)
    assert answer.status_code == 200


def test_two_live_sessions_at_once_are_believed_neither(hub: CarrelHub) -> None:
    """Else mallory's planted session would take what its victim types."""
    victim, mallory = person(hub, "twosessions"), person(hub, "twomallory")
    both = [person.cookie("jupyterhub-hub-login") for person in (mallory, victim)]
    cookies = "; ".join(f"jupyterhub-hub-login={value}" for value in both)
    answer = requests.get(hub.url + "/hub/home", headers={"Cookie": cookies}, allow_redirects=False, timeout=60)
    assert "twomallory" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "http://evil.example\\@{host}",
        "http://{host}@evil.example/",
        "/\t/evil.example",
        "\n//evil.example",
        "/%09/evil.example",
        "/.//evil.example",
        "/a/..//evil.example",
        "/%2e%2e//evil.example",
        "/%5Cevil.example",
        "/%2fevil.example",
        "http://{host}0/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//{host}.evil.example/",
        "/hub/x\r\nSet-Cookie: a=b",
        "http:///evil.example",
        "//evil.example%2f@{host}/",
        "/" + "a" * 9000,
    ],
)
def test_sign_in_leads_to_no_other_site(hub: CarrelHub, target: str) -> None:
    """Wherever `next` is taken: the sign-in form, its query, the start of a server."""
    if not hasattr(hub, "redirect_visitor"):
        hub.redirect_visitor = person(hub, "redirected")  # type: ignore[attr-defined]
    visitor: Visitor = hub.redirect_visitor  # type: ignore[attr-defined]
    written = target.replace("{host}", hub.url.removeprefix("http://"))
    answer = visitor.ask("GET", "/hub/login", params={"next": written})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/hub/", answer.headers["Location"]
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "evil" not in visitor.ask("GET", "/hub/spawn-pending/redirected", params={"next": written}).headers.get(
        "Location", ""
    )


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "a/b",
        "a%2fb",
        "a\0b",
        " a",
        "a ",
        "a\u200bb",
        "\u202eadmin",
        "\uff41dmin",
        "\u0430dmin",
        "x" * 256,
        "a\nb",
        "%2e%2e",
        "ADMIN",
        "Admin",
        "\u0430\u0501\u043c\u0456n",
    ],
)
def test_no_name_passes_for_another(hub: CarrelHub, name: str) -> None:
    """Names that break paths, and names that look like the admin's, aren't taken."""
    if "\0" in name:
        return  # no command line can hold it
    with pytest.raises(AssertionError):
        hub.command("user", "add", "--", name)


def test_an_old_password_is_worth_nothing(hub: CarrelHub) -> None:
    """The one-time password works once."""
    one_time = hub.add_user("onetime")
    Visitor(hub).sign_in("onetime", one_time)
    assert Visitor(hub).try_to_sign_in("onetime", one_time).status_code == 403
    assert Visitor(hub).try_to_sign_in("OneTime", PASSWORD).status_code == 302
