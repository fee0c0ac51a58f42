"""What can be wrong with the stand-in for Check-in, each seen once by Authlib's client."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from checkin import Checkin
from checkin_faults import (
    BY_PUBLIC_KEY,
    BY_RETIRED_KEY,
    BY_STRANGER,
    EXPIRED,
    MANY_ENTITLEMENTS,
    UNSIGNED,
    WRONG_AUDIENCE,
    WRONG_ISSUER,
    Fault,
    Forgery,
    SignedWith,
    TokenKind,
    many_entitlements,
)
from checkin_messages import Endpoint
from checkin_people import subject_of
from joserfc import errors, jwt
from joserfc.jwk import KeySet
from relying_party import RelyingParty, ScreenlessBrowser
from requests.exceptions import ChunkedEncodingError, JSONDecodeError, TooManyRedirects

pytest_plugins = ["checkin_fixtures"]


def get(checkin: Checkin, trust: str, endpoint: Endpoint, **how: Any) -> requests.Response:
    """Asks an endpoint."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(checkin.issuer + endpoint, verify=trust, timeout=30, **how)


# Answers


def test_a_slow_head_comes_when_it_is_mended(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.DISCOVERY, Fault.SLOW_HEAD)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(get, checkin, trust, Endpoint.DISCOVERY)
        checkin.await_request(Endpoint.DISCOVERY)
        assert not asked.done()
        assert get(checkin, trust, Endpoint.KEYS).status_code == 200
        checkin.mend(Endpoint.DISCOVERY)
        assert asked.result().json()["issuer"] == checkin.issuer


def test_a_slow_body_drips_until_it_is_mended(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.DISCOVERY, Fault.SLOW_BODY)
    with requests.get(checkin.issuer + Endpoint.DISCOVERY, verify=trust, timeout=30, stream=True) as answer:
        assert (answer.status_code, answer.raw.read(3)) == (200, b"   ")
        checkin.mend()
        assert json.loads(answer.raw.read())["issuer"] == checkin.issuer


def test_a_page_comes_instead_of_json(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.KEYS, Fault.HTML)
    answer = get(checkin, trust, Endpoint.KEYS)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(JSONDecodeError):
        answer.json()


def test_it_redirects_to_itself(checkin: Checkin, carrel: RelyingParty) -> None:
    checkin.spoil(Endpoint.DISCOVERY, Fault.REDIRECT_TO_ITSELF)
    with pytest.raises(TooManyRedirects):
        carrel.load_server_metadata()


def test_it_fails(checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser) -> None:
    carrel.sign_in(screenless, "anna")
    checkin.spoil(Endpoint.TOKEN, Fault.INTERNAL_ERROR)
    with pytest.raises(requests.HTTPError, match="500"):
        carrel.renew()
    checkin.mend()
    assert carrel.renew()["access_token"]


def test_too_much_comes(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.USERINFO, Fault.TOO_MUCH)
    assert len(get(checkin, trust, Endpoint.USERINFO).content) > 2_000_000


def test_an_answer_is_cut_off(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.KEYS, Fault.CUT_OFF)
    with pytest.raises(ChunkedEncodingError):
        get(checkin, trust, Endpoint.KEYS)


def test_discovery_names_another_issuer(checkin: Checkin, carrel: RelyingParty) -> None:
    checkin.metadata = {"issuer": "https://aai.example.org/auth/realms/egi", "end_session_endpoint": None}
    with pytest.raises(ValueError, match="another issuer"):
        carrel.load_server_metadata()
    checkin.metadata = {"end_session_endpoint": None}
    assert "end_session_endpoint" not in carrel.load_server_metadata()


# Stopped


def test_it_stops_and_starts_on_the_same_port(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    carrel.sign_in(screenless, "anna")
    checkin.stop()
    with pytest.raises(requests.ConnectionError):
        carrel.renew()
    checkin.start()
    assert carrel.identify(carrel.renew())["sub"] == subject_of("anna")


def test_stopping_breaks_off_what_goes_on(checkin: Checkin, trust: str) -> None:
    checkin.spoil(Endpoint.DISCOVERY, Fault.SLOW_HEAD)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(get, checkin, trust, Endpoint.DISCOVERY)
        checkin.await_request(Endpoint.DISCOVERY)
        checkin.stop()
        assert isinstance(asked.exception(), requests.ConnectionError)


def test_a_certificate_of_an_unknown_authority_is_refused(checkin: Checkin) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        RelyingParty(checkin.issuer).load_server_metadata()
    assert checkin.requests == []


# Tokens


@pytest.mark.parametrize(
    ("forgery", "problem"),
    [
        (UNSIGNED, errors.UnsupportedAlgorithmError),
        (WRONG_AUDIENCE, errors.InvalidClaimError),
        (Forgery(claims={"aud": "somebody-else"}), errors.InvalidClaimError),
        (Forgery(claims={"azp": "somebody-else"}), errors.InvalidClaimError),
        (WRONG_ISSUER, errors.InvalidClaimError),
        (EXPIRED, errors.ExpiredTokenError),
        (BY_RETIRED_KEY, errors.InvalidKeyIdError),
        (BY_STRANGER, errors.InvalidKeyIdError),
        (BY_PUBLIC_KEY, errors.UnsupportedAlgorithmError),
        (MANY_ENTITLEMENTS, errors.ExceededSizeError),
        (Forgery(claims={"nonce": "of another day"}), errors.InvalidClaimError),
        (Forgery(claims={"sub": None}), errors.MissingClaimError),
        (Forgery(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), errors.InvalidClaimError),
    ],
)
def test_a_false_token_is_refused(
    checkin: Checkin,
    carrel: RelyingParty,
    screenless: ScreenlessBrowser,
    forgery: Forgery,
    problem: type[errors.JoseError],
) -> None:
    checkin.rotate()
    checkin.retire()
    checkin.forge(TokenKind.IDENTITY, forgery)
    tokens = carrel.sign_in(screenless, "anna")
    with pytest.raises(problem):
        carrel.identify(tokens, carrel.nonce)
    checkin.forge(TokenKind.IDENTITY)
    assert carrel.identify(carrel.renew())["sub"] == subject_of("anna")


def test_a_strangers_signature_under_the_right_name_is_refused(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    named = {"kid": checkin.keys.current.identifier}
    checkin.forge(TokenKind.IDENTITY, Forgery(SignedWith.STRANGERS_KEY, header=named))
    tokens = carrel.sign_in(screenless, "anna")
    with pytest.raises(errors.BadSignatureError):
        carrel.identify(tokens, carrel.nonce)


def test_a_false_access_token_lies_to_who_reads_it_only(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    checkin.forge(TokenKind.ACCESS, WRONG_AUDIENCE)
    token = carrel.sign_in(screenless, "anna")["access_token"]
    assert jwt.decode(token, KeySet.import_key_set(carrel.fetch_jwk_set())).claims["aud"] == "somebody-else"
    assert carrel.introspect(token)["aud"] == "carrel"


def test_a_retired_key_has_to_be_there(checkin: Checkin) -> None:
    with pytest.raises(LookupError, match="rotate"):
        checkin.forge(TokenKind.IDENTITY, BY_RETIRED_KEY)


def test_there_are_very_many_entitlements(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    checkin.people[subject_of("anna")].entitlements = many_entitlements()
    carrel.sign_in(screenless, "anna")
    assert carrel.userinfo()["eduperson_entitlement"] == many_entitlements()
    assert sum(map(len, many_entitlements())) >= 200_000


def test_a_logout_token_is_made_for_a_test_to_send(
    checkin: Checkin, carrel: RelyingParty, screenless: ScreenlessBrowser
) -> None:
    carrel.sign_in(screenless, "anna")
    [session] = checkin.sessions_of(subject_of("anna"))
    client = checkin.clients["carrel"]
    keys = KeySet.import_key_set(carrel.fetch_jwk_set())
    good = jwt.decode(checkin.logout_token(client, session), keys).claims
    old = jwt.decode(checkin.logout_token(client, session, EXPIRED), keys).claims
    assert (good["sid"], good["exp"] - old["exp"]) == (session.identifier, 7200)
    unsigned = checkin.logout_token(client, session, UNSIGNED)
    head, _, signature = unsigned.split(".")
    assert (json.loads(base64.urlsafe_b64decode(head + "==")), signature) == ({"alg": "none", "typ": "logout+jwt"}, "")
