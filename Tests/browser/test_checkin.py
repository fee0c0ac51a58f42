"""The stand-in for Check-in, shown by Authlib's client: sign-in, tokens, keys and logout."""

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import requests
from authlib.integrations.base_client import OAuthError
from checkin import Checkin
from checkin_keys import base64url
from checkin_logout import EVENT, Told
from checkin_messages import HIDDEN, Endpoint
from checkin_people import SUBSTANTIAL, membership, subject_of
from checkin_tokens import EXCHANGE, REFRESH_TYPE
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from relying_party import CALLBACK, FAREWELL, SECRET, VO, BackChannel, RelyingParty, ScreenlessBrowser

pytest_plugins = ["checkin_fixtures"]


def refusal(ask: Any, *words: Any, **more: Any) -> str:
    """The error with which something is refused."""
    with pytest.raises(OAuthError) as refused:
        ask(*words, **more)
    return refused.value.error


# Sign-in


def test_anna_signs_in(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    assert screenless.open(carrel.address()).buttons == ["Sign in as anna", "Sign in as ben", "Cancel"]
    screenless.click("Sign in as anna")
    assert screenless.sent_to.startswith(f"{CALLBACK}?")
    assert (screenless.sent_with["state"], screenless.sent_with["iss"]) == (carrel.state, checkin.issuer)
    tokens = carrel.redeem(screenless.sent_to)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    claims = carrel.identify(tokens, carrel.nonce)
    assert claims["sub"] == subject_of("anna")
    assert (claims["preferred_username"], claims["acr"], claims["typ"]) == ("anna", SUBSTANTIAL, "ID")
    assert "eduperson_entitlement" not in claims
    known = carrel.userinfo()
    assert known["sub"] == known["voperson_id"] == claims["sub"]
    assert known["eduperson_entitlement"] == [f"urn:mace:egi.eu:group:{VO}:role=member#aai.egi.eu"]


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("openid", {"sub", "acr"}),
        ("openid profile", {"sub", "acr", "name", "given_name", "family_name", "preferred_username"}),
        ("openid email", {"sub", "acr", "email", "email_verified", "voperson_verified_email"}),
        ("openid voperson_id", {"sub", "acr", "voperson_id"}),
        ("openid eduperson_entitlement", {"sub", "acr", "eduperson_entitlement"}),
        ("openid eduperson_assurance orcid", {"sub", "acr", "eduperson_assurance", "orcid"}),
    ],
)
def test_scopes_decide_which_claims_are_given(
    checkin: Checkin, trust: str, screenless: ScreenlessBrowser, scope: str, names: set[str]
) -> None:
    checkin.people[subject_of("anna")].claims["orcid"] = "https://orcid.org/0000-0002-1825-0097"
    carrel = RelyingParty(checkin.issuer, trust, scope=scope)
    tokens = carrel.sign_in(screenless, "anna")
    assert set(carrel.userinfo()) == names
    assert "refresh_token" not in tokens


def test_changed_entitlements_are_shown_at_once(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    carrel.sign_in(screenless, "ben")
    assert carrel.userinfo()["eduperson_entitlement"] == []
    checkin.people[subject_of("ben")].entitlements = [membership("fedcloud.egi.eu", "vm_operator")]
    told = ["urn:mace:egi.eu:group:fedcloud.egi.eu:role=vm_operator#aai.egi.eu"]
    assert carrel.userinfo()["eduperson_entitlement"] == told
    assert carrel.introspect(carrel.token["access_token"])["eduperson_entitlement"] == told


def test_one_sign_in_is_enough_until_the_program_wants_another(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    assert screenless.open(carrel.address(prompt="none")).sent_with["error"] == "login_required"
    first = carrel.identify(carrel.sign_in(screenless, "anna"), carrel.nonce)
    for more in ({}, {"prompt": "none"}, {"max_age": "600"}):
        again = carrel.redeem(screenless.open(carrel.address(**more)).sent_to)
        assert carrel.identify(again, carrel.nonce)["sid"] == first["sid"]
    assert "Sign in as anna" in screenless.open(carrel.address(prompt="login")).buttons
    checkin.ahead = 110
    assert "Sign in as anna" in screenless.open(carrel.address(max_age="60")).buttons
    renewed = carrel.redeem(screenless.click("Sign in as anna").sent_to)
    claims = carrel.identify(renewed, carrel.nonce)
    assert (claims["sid"], claims["auth_time"] > first["auth_time"]) == (first["sid"], True)


def test_somebody_who_cancels_is_sent_back_with_an_error(carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    screenless.open(carrel.address()).click("Cancel")
    assert (screenless.sent_with["error"], screenless.sent_with["state"]) == ("access_denied", carrel.state)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_a_bad_question_is_sent_back(
    carrel: RelyingParty, screenless: ScreenlessBrowser, changes: dict[str, str], error: str
) -> None:
    carrel.code_challenge_method = None
    good = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
    screenless.open(carrel.address(**good | changes))
    assert (screenless.sent_with["error"], screenless.sent_with["state"]) == (error, carrel.state)


def test_what_is_asked_twice_is_refused(carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    assert screenless.open(carrel.address() + "&scope=openid").sent_with["error"] == "invalid_request"
    screenless.open(f"{carrel.address()}&redirect_uri={quote_plus(CALLBACK)}")
    assert (screenless.answer.status_code, screenless.sent_to) == (400, "")


def test_proof_of_possession_is_demanded(carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    screenless.open(carrel.address()).click("Sign in as anna")
    assert refusal(carrel.redeem, screenless.sent_to, code_verifier="w" * 48) == "invalid_grant"
    carrel.code_challenge_method = None
    assert screenless.open(carrel.address()).sent_with["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [{"redirect_uri": f"{CALLBACK}/"}, {"redirect_uri": "https://evil.example.org/"}, {"client_id": "nobody"}],
)
def test_a_browser_is_sent_to_registered_addresses_only(
    checkin: Checkin, trust: str, screenless: ScreenlessBrowser, changes: dict[str, str]
) -> None:
    other = RelyingParty(checkin.issuer, trust, **changes)
    screenless.open(other.address())
    assert (screenless.answer.status_code, screenless.sent_to) == (400, "")


def test_a_code_is_good_once(carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    tokens = carrel.sign_in(screenless, "anna")
    assert carrel.introspect(tokens["access_token"])["active"]
    assert refusal(carrel.redeem, screenless.sent_to) == "invalid_grant"
    assert carrel.introspect(tokens["access_token"]) == {"active": False}


def test_a_code_is_good_for_its_program_and_a_minute(
    checkin: Checkin, carrel: RelyingParty, laptop: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    screenless.open(carrel.address()).click("Sign in as anna")
    laptop.state, laptop.verifier = carrel.state, carrel.verifier
    assert refusal(laptop.redeem, screenless.sent_to) == "invalid_grant"
    screenless.open(carrel.address())
    checkin.ahead = 61
    assert refusal(carrel.redeem, screenless.sent_to) == "invalid_grant"


# Programs


@pytest.mark.parametrize(
    ("client_id", "secret", "method"),
    [
        ("carrel", SECRET, "client_secret_basic"),
        ("carrel", SECRET, "client_secret_post"),
        ("laptop", None, "none"),
    ],
)
def test_programs_say_who_they_are_in_several_ways(
    checkin: Checkin, trust: str, screenless: ScreenlessBrowser, client_id: str, secret: str | None, method: str
) -> None:
    how = {"client_id": client_id, "client_secret": secret, "token_endpoint_auth_method": method}
    one = RelyingParty(checkin.issuer, trust, **how)
    tokens = one.sign_in(screenless, "anna")
    assert one.identify(tokens, one.nonce)["aud"] == client_id


def test_a_wrong_secret_or_way_is_refused(
    checkin: Checkin, carrel: RelyingParty, trust: str, screenless: ScreenlessBrowser
) -> None:
    other = RelyingParty(checkin.issuer, trust, client_secret="wrong")
    assert refusal(other.sign_in, screenless, "anna") == "invalid_client"
    checkin.auth_methods = ("client_secret_post",)
    assert refusal(carrel.sign_in, ScreenlessBrowser(trust), "anna") == "invalid_client"
    assert carrel.server_metadata["token_endpoint_auth_methods_supported"] == ["client_secret_post"]


def test_a_secret_is_encoded_as_in_a_form(checkin: Checkin, trust: str) -> None:
    secret = "a:b%c+d ü"
    checkin.add_client("odd:name", secret, [CALLBACK])
    shown = base64.b64encode(f"{quote_plus('odd:name')}:{quote_plus(secret)}".encode()).decode()
    answer = requests.post(
        checkin.issuer + Endpoint.TOKEN,
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {shown}"},
        verify=trust,
        timeout=30,
    )
    assert answer.status_code == 200


def test_a_program_signs_in_itself(checkin: Checkin, carrel: RelyingParty) -> None:
    carrel.fetch_token(carrel.endpoint("token"), grant_type="client_credentials", scope="openid profile")
    known = carrel.userinfo()
    assert (known["client_id"], known.get("preferred_username")) == ("carrel", None)


# Tokens


def test_a_refresh_token_stays_good(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    first = dict(carrel.sign_in(screenless, "anna"))
    second = dict(carrel.renew())
    assert second["access_token"] != first["access_token"]
    assert carrel.identify(second)["sub"] == subject_of("anna")
    # Authlib keeps the old one where none comes.
    assert second["refresh_token"] == first["refresh_token"]
    assert carrel.renew(first["refresh_token"])["access_token"] != second["access_token"]


def test_a_refresh_token_that_rotates_is_good_once(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    checkin.rotates_refresh_tokens = True
    first = carrel.sign_in(screenless, "anna")["refresh_token"]
    second = carrel.renew(first)["refresh_token"]
    assert second != first
    third = carrel.renew(second)
    assert refusal(carrel.renew, second) == "invalid_grant"
    assert refusal(carrel.renew, third["refresh_token"]) == "invalid_grant"
    assert carrel.introspect(third["access_token"]) == {"active": False}


def test_a_refresh_may_ask_for_less_but_not_for_more(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    carrel.sign_in(screenless, "anna")
    assert refusal(carrel.renew, scope="openid ssh_public_key") == "invalid_scope"
    carrel.renew(scope="openid")
    assert set(carrel.userinfo()) == {"sub", "acr"}


def test_access_tokens_end(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    checkin.token_life = 90
    token = carrel.sign_in(screenless, "anna")
    assert token["expires_in"] == 90
    checkin.ahead = 91
    assert carrel.introspect(token["access_token"]) == {"active": False}
    header = {"Authorization": f"Bearer {token['access_token']}"}
    answer = carrel.get(carrel.endpoint("userinfo"), headers=header, withhold_token=True)
    assert (answer.status_code, 'error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (401, True)


def test_introspection_says_what_userinfo_says_and_more(
    carrel: RelyingParty, laptop: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    token = carrel.sign_in(screenless, "anna")["access_token"]
    known = carrel.introspect(token)
    assert carrel.userinfo().items() <= known.items()
    assert (known["active"], known["client_id"], known["azp"]) == (True, "carrel", "carrel")
    assert {"exp", "iat", "scope", "auth_time", "authenticating_authority"} <= known.keys()
    assert carrel.introspect("unknown") == {"active": False}
    assert laptop.introspect_token(laptop.endpoint("introspection"), token).status_code == 403


def test_access_tokens_are_for_whom_the_program_was_registered(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    checkin.change_client("carrel", audience=("carrel", "datahub"))
    token = carrel.sign_in(screenless, "anna")["access_token"]
    claims = jwt.decode(token, KeySet.import_key_set(carrel.fetch_jwk_set())).claims
    assert (claims["aud"], claims["azp"], claims["typ"]) == (["carrel", "datahub"], "carrel", "Bearer")
    assert carrel.introspect(token)["aud"] == ["carrel", "datahub"]


def test_revoked_tokens_are_dead(carrel: RelyingParty, laptop: RelyingParty, screenless: ScreenlessBrowser) -> None:
    first = dict(carrel.sign_in(screenless, "anna"))
    second = dict(carrel.renew())
    place = carrel.endpoint("revocation")
    assert laptop.revoke_token(place, first["access_token"]).status_code == 400
    assert carrel.revoke_token(place, first["access_token"]).status_code == 200
    assert not carrel.introspect(first["access_token"])["active"]
    assert carrel.introspect(second["access_token"])["active"]
    assert carrel.revoke_token(place, first["refresh_token"]).status_code == 200
    assert not carrel.introspect(second["access_token"])["active"]
    assert refusal(carrel.renew) == "invalid_grant"
    assert carrel.revoke_token(place, "unknown").status_code == 200


def test_a_person_whose_rights_are_taken_is_refused_a_refresh(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    token = carrel.sign_in(screenless, "anna")["access_token"]
    checkin.revoke_person(subject_of("anna"))
    assert refusal(carrel.renew) == "invalid_grant"
    assert carrel.introspect(token) == {"active": False}
    assert "Sign in as anna" in screenless.open(carrel.address()).buttons


def test_a_token_of_another_program_is_exchanged(
    carrel: RelyingParty, laptop: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    laptop.scope = "openid profile"
    theirs = laptop.sign_in(screenless, "anna")["access_token"]
    asked = {"grant_type": EXCHANGE, "subject_token": theirs, "requested_token_type": REFRESH_TYPE}
    ours = carrel.fetch_token(carrel.endpoint("token"), **asked, scope="openid profile offline_access")
    assert carrel.userinfo()["preferred_username"] == "anna"
    assert carrel.introspect(ours["access_token"])["azp"] == "carrel"
    assert carrel.renew(scope="openid")["access_token"]
    more = {"scope": "openid eduperson_entitlement"}
    assert refusal(carrel.fetch_token, carrel.endpoint("token"), **asked, **more) == "invalid_scope"


# Keys


def test_keys_change_in_the_middle(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    old = dict(carrel.sign_in(screenless, "anna"))
    assert carrel.identify(old, carrel.nonce)
    checkin.rotate()
    new = dict(carrel.renew())
    assert carrel.identify(new)["sub"] == subject_of("anna")
    assert carrel.identify(old, carrel.nonce)
    checkin.retire()
    carrel.fetch_jwk_set(force=True)
    assert carrel.identify(new)
    with pytest.raises(InvalidKeyIdError):
        carrel.identify(old, carrel.nonce)


# Logout


def test_a_logout_with_the_token_ends_the_session(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    tokens = dict(carrel.sign_in(screenless, "anna"))
    screenless.open(carrel.logout_address(tokens["id_token"]))
    assert screenless.sent_to == f"{FAREWELL}?state=bye"
    assert checkin.sessions_of(subject_of("anna")) == []
    assert "Sign in as anna" in screenless.open(carrel.address()).buttons
    # What has `offline_access` goes on.
    assert carrel.introspect(tokens["access_token"])["active"]


def test_a_logout_without_the_token_asks_first(checkin: Checkin, trust: str, screenless: ScreenlessBrowser) -> None:
    carrel = RelyingParty(checkin.issuer, trust, scope="openid")
    tokens = carrel.sign_in(screenless, "anna")
    screenless.open(carrel.logout_address(None, client_id="carrel"))
    assert screenless.buttons == ["Log out"]
    assert checkin.sessions_of(subject_of("anna"))
    assert screenless.click("Log out").sent_to == f"{FAREWELL}?state=bye"
    assert checkin.sessions_of(subject_of("anna")) == []
    assert carrel.introspect(tokens["access_token"]) == {"active": False}
    screenless.open(carrel.logout_address(None, None))
    assert "You are logged out" in screenless.answer.text


def test_a_logout_leads_to_registered_addresses_only(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    token = carrel.sign_in(screenless, "anna")["id_token"]
    header, _, signature = token.split(".")
    claims = base64url(json.dumps({"azp": "carrel"}).encode())
    for address in (
        carrel.logout_address(token, "https://evil.example.org/"),
        carrel.logout_address(token, client_id="laptop"),
        carrel.logout_address(f"{header}.{claims}.{signature}"),
        carrel.logout_address("nonsense"),
        carrel.logout_address(None),
    ):
        screenless.open(address)
        assert (screenless.answer.status_code, screenless.sent_to) == (400, "")
    assert checkin.sessions_of(subject_of("anna"))


def test_programs_are_told_of_a_logout(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    with BackChannel() as channel:
        checkin.change_client("carrel", backchannel_logout_uri=channel.url)
        checkin.change_client("laptop", backchannel_logout_uri=channel.url)
        signed_in = carrel.identify(carrel.sign_in(screenless, "anna"), carrel.nonce)
        checkin.log_out(subject_of("anna"))
        checkin.log_out(subject_of("anna"))
    [text] = channel.received
    told = jwt.decode(text, KeySet.import_key_set(carrel.fetch_jwk_set()))
    assert told.header["typ"] == "logout+jwt"
    assert (told.claims["iss"], told.claims["aud"]) == (checkin.issuer, "carrel")
    assert (told.claims["sub"], told.claims["sid"]) == (signed_in["sub"], signed_in["sid"])
    assert told.claims["events"] == {EVENT: {}}
    assert "nonce" not in told.claims
    assert checkin.told == [Told("carrel", signed_in["sid"], 200)]


def test_a_program_that_is_away_keeps_nobody_signed_in(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    with BackChannel() as channel:
        checkin.change_client("carrel", backchannel_logout_uri=channel.url)
    token = carrel.sign_in(screenless, "anna")["id_token"]
    assert screenless.open(carrel.logout_address(token)).sent_to.startswith(FAREWELL)
    assert [one.status for one in checkin.told] == [None]


# The rest


def test_what_was_asked_is_remembered_without_secrets(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    carrel.sign_in(screenless, "anna")
    [asked] = checkin.seen(Endpoint.AUTHORIZATION)
    assert (asked.query["nonce"], asked.client) == (carrel.nonce, "carrel")
    [redeemed] = checkin.seen(Endpoint.TOKEN)
    assert (redeemed.scheme, redeemed.client) == ("Basic", "carrel")
    assert redeemed.form == {
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": HIDDEN,
        "code_verifier": HIDDEN,
    }


def test_it_runs_by_itself() -> None:
    script = Path(__file__).with_name("checkin.py")
    words = ["--redirect-uri", CALLBACK, "--person", f"cleo={VO},fedcloud.egi.eu", "--person", "dan"]
    environment = {**os.environ, "CHECKIN_CLIENT_SECRET": SECRET}
    with subprocess.Popen(
        [sys.executable, script, *words], stdout=subprocess.PIPE, text=True, env=environment
    ) as alone:
        assert alone.stdout is not None
        carrel, screenless = RelyingParty(alone.stdout.readline().strip()), ScreenlessBrowser()
        assert screenless.open(carrel.address()).buttons == ["Sign in as cleo", "Sign in as dan", "Cancel"]
        screenless.click("Sign in as cleo")
        carrel.identify(carrel.redeem(screenless.sent_to), carrel.nonce)
        assert carrel.userinfo()["eduperson_entitlement"] == [membership(VO), membership("fedcloud.egi.eu")]
        alone.send_signal(signal.SIGTERM)
        assert alone.wait(30) == 0
