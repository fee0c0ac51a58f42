"""Onezone as the stand-in plays it: who somebody is, tokens, spaces, and which providers there are."""

from typing import Any

from onedata_errors import Refusal, unauthorized
from onedata_federation import ZONE, Federation, Space
from onedata_messages import Answer, Request, Route, created, json_answer
from onedata_tokens import Place, Token, check_caveats

BASE = "/api/v3/onezone"
PLACE = Place(ZONE)


class Zone:
    """Its calls."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self.tokens = federation.tokens

    def routes(self) -> list[Route]:
        """All of them."""
        named = f"{BASE}/user/tokens/named"
        providers = f"{BASE}/user/effective_providers/{{provider}}"
        return [
            Route("configuration", "GET", f"{BASE}/configuration", self.configuration),
            Route("user", "GET", f"{BASE}/user", self.user),
            Route("make-named", "POST", named, self.make_named),
            Route("list-named", "GET", named, self.list_named),
            Route("delete-all-named", "DELETE", named, self.delete_all_named),
            Route("get-named", "GET", f"{named}/name/{{name}}", self.get_named),
            Route("get-token", "GET", f"{BASE}/tokens/named/{{id}}", self.get_token),
            Route("change-token", "PATCH", f"{BASE}/tokens/named/{{id}}", self.change_token),
            Route("delete-token", "DELETE", f"{BASE}/tokens/named/{{id}}", self.delete_token),
            Route("make-temporary", "POST", f"{BASE}/user/tokens/temporary", self.make_temporary),
            Route("spaces", "GET", f"{BASE}/user/effective_spaces", self.spaces),
            Route("spaces", "GET", f"{BASE}/user/spaces", self.spaces),
            Route("space", "GET", f"{BASE}/user/effective_spaces/{{space}}", self.space),
            Route("provider", "GET", providers, self.provider),
            Route("provider-spaces", "GET", f"{providers}/spaces", self.provider_spaces),
            Route("infer", "POST", f"{BASE}/tokens/infer_access_token_scope", self.infer),
            Route("verify", "POST", f"{BASE}/tokens/verify_access_token", self.verify),
        ]

    def admit(self, request: Request) -> Token:
        """The token that a request shows."""
        if request.token is None:
            raise unauthorized()
        return self.federation.admit(request.token, PLACE)

    # About oneself

    def configuration(self, _: Request) -> Answer:
        """What anybody may know."""
        return json_answer({"name": "stand-in", "version": "21.02.8", "build": "0", "supportedIdPs": [{"id": "egi"}]})

    def user(self, request: Request) -> Answer:
        """Who is asking."""
        user = self.federation.users[self.admit(request).user]
        return json_answer(
            {
                "userId": user.id,
                "fullName": user.name.title(),
                "username": user.name,
                "linkedAccounts": [{"idp": "egi", "subjectId": f"{user.name}@egi.example"}],
                "emails": [],
                "basicAuthEnabled": False,
                "blocked": False,
                "creationTime": 1700000000,
            }
        )

    # Tokens

    def make_named(self, request: Request) -> Answer:
        """A token with a name."""
        user = self.admit(request).user
        asked = asked_for(request.body.json())
        name = asked.get("name")
        if not isinstance(name, str) or not name:
            raise Refusal("missingRequiredValue", key="name")
        token = self.tokens.make(user, check_caveats(asked.get("caveats", [])), name)
        token.metadata = asked.get("customMetadata", {})
        token.is_revoked = bool(asked.get("revoked", False))
        return created(f"{BASE}/tokens/named/{token.id}", {"tokenId": token.id, "token": token.text})

    def list_named(self, request: Request) -> Answer:
        """The ids of one's named tokens."""
        return json_answer({"tokens": [one.id for one in self.tokens.named_of(self.admit(request).user)]})

    def delete_all_named(self, request: Request) -> Answer:
        """Away with all of them."""
        for token in self.tokens.named_of(self.admit(request).user):
            self.tokens.remove(token)
        return Answer()

    def get_named(self, request: Request) -> Answer:
        """A token by its name, with its text."""
        token = self.tokens.named(self.admit(request).user, request.part("name"))
        if token is None:
            raise Refusal("notFound")
        return json_answer(description(token))

    def own(self, request: Request) -> Token:
        """One's token with the id in the path."""
        user = self.admit(request).user
        token = self.tokens.by_id(request.part("id"))
        if token.user != user:
            raise Refusal("forbidden")
        return token

    def get_token(self, request: Request) -> Answer:
        """A token by its id."""
        return json_answer(description(self.own(request)))

    def change_token(self, request: Request) -> Answer:
        """Revokes a token, or takes that back."""
        token = self.own(request)
        asked = request.body.json() or {}
        token.is_revoked = bool(asked.get("revoked", token.is_revoked))
        return Answer()

    def delete_token(self, request: Request) -> Answer:
        """Away with it."""
        self.tokens.remove(self.own(request))
        return Answer()

    def make_temporary(self, request: Request) -> Answer:
        """A token that ends by itself; without an end it isn't made."""
        user = self.admit(request).user
        caveats = check_caveats(asked_for(request.body.json()).get("caveats", []))
        if not any(one["type"] == "time" for one in caveats):
            raise Refusal("missingRequiredValue", key="caveats")
        return json_answer({"token": self.tokens.make(user, caveats).text}, 201)

    def infer(self, request: Request) -> Answer:
        """What a token in the body is good for; anybody may ask."""
        token = self.tokens.examine(token_in(request.body.json()), Place(ZONE, is_strict=False))
        return json_answer(self.federation.scope(token))

    def verify(self, request: Request) -> Answer:
        """Whether a token in the body holds; anybody may ask."""
        token = self.tokens.examine(token_in(request.body.json()), PLACE)
        left = None if token.ends is None else max(0, int(token.ends - self.tokens.now()))
        return json_answer({"subject": {"type": "user", "id": token.user}, "ttl": left})

    # Spaces and providers

    def spaces(self, request: Request) -> Answer:
        """The ids of one's spaces."""
        return json_answer({"spaces": [one.id for one in self.federation.spaces_of(self.admit(request))]})

    def space(self, request: Request) -> Answer:
        """One space; the bytes that each provider gives."""
        space = self.visible(request, request.part("space"))
        return json_answer(
            {
                "spaceId": space.id,
                "name": space.name,
                "providers": space.supports,
                "creator": {"type": "user", "id": next(iter(space.members), "")},
                "creationTime": 1700000000,
            }
        )

    def visible(self, request: Request, identifier: str) -> Space:
        """A space that the token lets in."""
        found = next((one for one in self.federation.spaces_of(self.admit(request)) if one.id == identifier), None)
        if found is None:
            raise Refusal("forbidden")
        return found

    def provider(self, request: Request) -> Answer:
        """One provider."""
        self.admit(request)
        identifier = request.part("provider")
        if identifier not in self.federation.providers:
            raise Refusal("notFound")
        told = self.federation.description(identifier)
        place = {"latitude": 50.06, "longitude": 19.94}
        return json_answer(
            told | place | {"providerId": identifier, "clusterId": identifier, "creationTime": 1700000000}
        )

    def provider_spaces(self, request: Request) -> Answer:
        """One's spaces that a provider supports."""
        spaces = self.federation.spaces_of(self.admit(request))
        return json_answer({"spaces": [one.id for one in spaces if request.part("provider") in one.supports]})


def asked_for(body: Any) -> dict[str, Any]:
    """The body of a request for a token, which must be for an access token."""
    if not isinstance(body, dict):
        raise Refusal("missingRequiredValue", key="type")
    if body.get("type", {"accessToken": {}}) != {"accessToken": {}}:
        raise Refusal("badValueNotAllowed", key="type", allowed=["accessToken"])
    return body


def token_in(body: Any) -> str:
    """The token that is asked about."""
    if not isinstance(body, dict) or not isinstance(body.get("token"), str):
        raise Refusal("missingRequiredValue", key="token")
    return body["token"]


def description(token: Token) -> dict[str, Any]:
    """A named token as it is shown to its owner."""
    return {
        "id": token.id,
        "name": token.name,
        "subject": {"type": "user", "id": token.user},
        "type": {"accessToken": {}},
        "caveats": token.caveats,
        "metadata": {"creationTime": token.created} | token.metadata,
        "revoked": token.is_revoked,
        "token": token.text,
    }
