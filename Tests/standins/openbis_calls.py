"""The application server of the stand-in for openBIS: methods of the V3 API (reference `openbis.md` 4.7)."""

from collections.abc import Callable
from typing import Any

from openbis_criteria import as_list, id_of, value_test
from openbis_entities import Sort
from openbis_faults import Failure
from openbis_people import Person
from openbis_registry import Registry
from openbis_search import Search, page, result
from openbis_sessions import PREFIX, Sessions
from openbis_types import DATA_SET, EXPERIMENT, SAMPLE
from openbis_views import View, Views

VERSIONS = {"3.5": "20.10.0", "3.6": "20.10.7", "7.0": "7.0.0"}
PLURALS = {Sort.SPACE: "Spaces", Sort.PROJECT: "Projects", Sort.EXPERIMENT: "Experiments"}
PLURALS |= {Sort.SAMPLE: "Samples", Sort.DATA_SET: "DataSets"}
TYPES = {DATA_SET: "DataSetTypes", SAMPLE: "SampleTypes", EXPERIMENT: "ExperimentTypes"}
Method = Callable[..., Any]


class Calls:
    """The methods by name; each gets its parameters behind the token."""

    def __init__(self, registry: Registry, sessions: Sessions, url: str) -> None:
        self.registry, self.sessions, self.url = registry, sessions, url
        self.api_version = "3.6"
        self.search = Search(registry)
        # Without a session, and with the token itself.
        self.free: dict[str, Method] = {
            "login": self.login,
            "loginAs": self.login_as,
            "logout": self.logout,
            "isSessionActive": lambda token: self.sessions.find(token) is not None,
        }
        # With the person who asks.
        self.methods: dict[str, Method] = {
            "getServerInformation": lambda _: self.information(),
            "getPropertyTypes": lambda _, ids, *__: self.search.get_property_types(as_list(ids)),
            "getVocabularies": lambda _, ids, *__: self.search.get_vocabularies(as_list(ids)),
            "searchVocabularyTerms": lambda _, criteria, *__: self.search.search_terms(criteria),
            "searchDataStores": lambda who, *_: result([self.views(who).store()], 1),
            "createPermIdStrings": lambda _, count=1: [registry.perm_id() for _ in range(int(count))],
            "searchPersonalAccessTokens": self.search_access,
            "getPersonalAccessTokens": self.get_access,
        }
        # With the token and the person.
        self.with_token: dict[str, Method] = {
            "getSessionInformation": self.session_information,
            "createPersonalAccessTokens": self.create_access,
            "deletePersonalAccessTokens": self.delete_access,
        }
        for sort, plural in PLURALS.items():
            self.methods[f"search{plural}"] = self.searching(sort)
            self.methods[f"get{plural}"] = self.getting(sort)
        for entity, plural in TYPES.items():
            self.methods[f"search{plural}"] = self.searching_types(entity)
            self.methods[f"get{plural}"] = self.getting_types(entity)

    def call(self, method: str, params: list[Any]) -> Any:
        """What a method answers."""
        if method in self.free:
            return self.free[method](*params)
        token, *more = params or [None]
        person = self.sessions.person_of(token)
        if method in self.with_token:
            return self.with_token[method](token, person, *more)
        if method not in self.methods:
            raise Failure(f"the stand-in has no method {method}")
        return self.methods[method](person, *more)

    def views(self, person: Person) -> Views:
        """How things are shown to somebody."""
        return Views(self.registry, self.sessions, person.sees, self.url)

    # Sessions

    def login(self, user: str, password: str) -> str | None:
        """A token, or null."""
        return self.sessions.login(user, password)

    def login_as(self, user: str, password: str, other: str) -> str | None:
        """A token of somebody else, for administrators."""
        token = self.sessions.login(user, password)
        if token is None or not self.sessions.people[user].is_admin or other not in self.sessions.people:
            return None
        return self.sessions.begin(other)

    def logout(self, token: str) -> None:
        """The end of a session, if it is one."""
        self.sessions.logout(token)

    def session_information(self, token: str, person: Person) -> View:
        """Who has signed in."""
        access = self.sessions.access_tokens.get(token)
        return {
            "@type": "as.dto.session.SessionInformation",
            "sessionToken": token,
            "userName": person.user,
            "homeGroupCode": next(iter(person.roles), None),
            "personalAccessTokenSession": access is not None,
            "personalAccessTokenSessionName": access.session if access else None,
            "person": self.views(person).person(person.user, {}),
            "creatorPerson": self.views(person).person(person.user, {}),
        }

    def information(self) -> dict[str, str]:
        """About the server: all values are texts (reference 4.5)."""
        return {
            "api-version": self.api_version,
            "project-samples-enabled": "true",
            "archiving-configured": "false",
            "enabled-technologies": "eln-lims",
            "create-continuous-sample-codes": "true",
            "personal-access-tokens-enabled": "true",
            "personal-access-tokens-max-validity-period": str(self.sessions.longest_access // 1000),
            "personal-access-tokens-validity-warning-period": str(self.sessions.warning // 1000),
            "openbis-version": VERSIONS[self.api_version],
            "authentication-service": "file-authentication-service",
            "openbis.support.email": "support@openbis.example",
        }

    # Personal access tokens

    def create_access(self, token: str, _: Person, told: Any) -> list[View]:
        """New ones; PyBIS tells of one without a list."""
        if token.startswith(PREFIX):
            raise Failure("Personal access tokens cannot be created with a personal access token.")
        made = [self.sessions.create_access(token, one) for one in as_list(told)]
        return [{"@type": "as.dto.pat.id.PersonalAccessTokenPermId", "permId": one.token} for one in made]

    def delete_access(self, token: str, person: Person, ids: Any, _: View | None = None) -> None:
        """The end of those that are named and are the person's to see."""
        if token.startswith(PREFIX):
            raise Failure("Personal access tokens cannot be deleted with a personal access token.")
        wanted = {id_of(one) for one in as_list(ids)}
        for one in self.sessions.access_of(person):
            if one.token in wanted:
                self.sessions.revoke(one.token)

    def search_access(self, person: Person, criteria: View, options: View | None = None) -> View:
        """Those of a person that fit, by the name of their session."""
        tests = [value_test(one) for one in as_list(criteria.get("criteria"))]
        found = [
            one
            for one in self.sessions.access_of(person)
            if not one.is_revoked and all(test(one.session) for test in tests)
        ]
        views = self.views(person)
        return result([views.access(one) for one in page(found, options)], len(found))

    def get_access(self, person: Person, ids: list[Any], _: View | None = None) -> View:
        """Those that are named."""
        wanted = {id_of(one) for one in as_list(ids)}
        found = [one for one in self.sessions.access_of(person) if one.token in wanted and not one.is_revoked]
        return {one.token: self.views(person).access(one) for one in found}

    # Entities

    def searching(self, sort: Sort) -> Method:
        """`searchX`."""

        def method(person: Person, criteria: View, options: View) -> View:
            return self.search.search(person, self.views(person), sort, criteria, options)

        return method

    def getting(self, sort: Sort) -> Method:
        """`getX`."""

        def method(person: Person, ids: Any, options: View) -> View:
            return self.search.get(person, self.views(person), sort, as_list(ids), options)

        return method

    def searching_types(self, entity: str) -> Method:
        """`searchXTypes`."""

        def method(person: Person, criteria: View, options: View) -> View:
            return self.search.search_types(self.views(person), entity, criteria, options)

        return method

    def getting_types(self, entity: str) -> Method:
        """`getXTypes`."""

        def method(person: Person, ids: Any, options: View) -> View:
            return self.search.get_types(self.views(person), entity, as_list(ids), options)

        return method
