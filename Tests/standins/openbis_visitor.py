"""A small client for the stand-in for openBIS, that sends what a test tells it, and as plainly."""

import json
from dataclasses import dataclass
from typing import Any, Self

import requests
from openbis import AS_V1, AS_V3, DSS_V3, OpenBIS
from openbis_control import CONTROL
from openbis_files import DOWNLOAD
from openbis_transfer import TRANSFER
from openbis_uploads import UPLOAD

DATA_SET_METHODS = ("searchFiles", "createFastDownloadSession", "createUploadedDataSet")
FETCH = {"@type": "as.dto.dataset.fetchoptions.DataSetFetchOptions"}


class Refused(Exception):
    """An error in an answer."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told["message"])
        self.kind = told["data"]["exceptionTypeName"].rpartition(".")[2]


@dataclass
class Visitor:
    """Somebody with a token."""

    url: str
    token: str = ""
    verify: str | bool = True

    @classmethod
    def sign_in(cls, openbis: OpenBIS, user: str) -> Self:
        """Somebody whose password is their name."""
        visitor = cls(openbis.url)
        visitor.token = visitor.post(AS_V3, "login", user, user)
        return visitor

    def call(self, method: str, *params: Any) -> Any:
        """A method with a token."""
        return self.post(DSS_V3 if method in DATA_SET_METHODS else AS_V3, method, self.token, *params)

    def report(self, told: dict[str, Any]) -> list[str]:
        """The one row of the first API's answer."""
        answer = self.post(
            AS_V1, "createReportFromAggregationService", self.token, "DSS1", "dataset-uploader-api", told
        )
        return [cell["value"] for cell in answer["rows"][0]]

    def post(self, path: str, method: str, *params: Any) -> Any:
        """A method; no content type is sent, as PyBIS sends none."""
        body = json.dumps({"method": method, "params": params, "id": "2", "jsonrpc": "2.0"})
        answer = requests.post(self.url + path, body, timeout=60, verify=self.verify)
        answer.raise_for_status()
        told = answer.json()
        assert ("result" in told) != ("error" in told)
        if "error" in told:
            raise Refused(told["error"])
        return told["result"]

    def search(self, plural: str, /, *criteria: dict[str, Any], **options: Any) -> dict[str, Any]:
        """`searchDataSets` and the like, by criteria that must all fit."""
        return self.call(f"search{plural}", {"operator": "AND", "criteria": list(criteria)}, {**FETCH, **options})

    def codes(self, plural: str, /, *criteria: dict[str, Any], **options: Any) -> list[str]:
        """What it finds."""
        return [one["code"] for one in self.search(plural, *criteria, **options)["objects"]]

    def named(self, name: str) -> str:
        """The dataset with that name."""
        criterion = leaf("StringProperty", name, fieldName="$NAME")
        [code] = self.codes("DataSets", criterion)
        return code

    def files(self, code: str) -> dict[str, dict[str, Any]]:
        """What is in a dataset, by path."""
        inner = {"@type": "as.dto.dataset.search.DataSetSearchCriteria", "criteria": [leaf("Code", code)]}
        found = self.call("searchFiles", {"criteria": [inner]}, {})
        return {one["path"]: one for one in found["objects"]}

    def download(self, code: str, path: str, stream: bool = False, **headers: str) -> requests.Response:
        """A file, plainly."""
        where = f"{self.url}{DOWNLOAD}{code}/{requests.utils.quote(path)}"
        asked = {"params": {"sessionID": self.token}, "headers": headers, "stream": stream}
        return requests.get(where, **asked, timeout=60, verify=self.verify)

    def transfer(self, **told: str) -> requests.Response:
        """One step of a fast download."""
        body = json.dumps({name: [value] for name, value in told.items()})
        return requests.post(self.url + TRANSFER, body, timeout=60, verify=self.verify)

    def upload(self, name: str, content: bytes, **more: Any) -> requests.Response:
        """A file to the workspace."""
        told = {"id": 1, "startByte": 0, "endByte": len(content), "emptyFolder": "False", **more}
        query = {"filename": name, "sessionID": self.token, **told}
        return requests.post(self.url + UPLOAD, content, params=query, timeout=60, verify=self.verify)

    def register(self, upload: str, sample: str = "/LAB/P1/EXP1", **more: Any) -> str:
        """A dataset of what was uploaded."""
        told = {
            "@type": "dss.dto.dataset.create.UploadedDataSetCreation",
            "typeId": {"@type": "as.dto.entitytype.id.EntityTypePermId", "permId": "RAW_DATA"},
            "sampleId": {"@type": "as.dto.sample.id.SampleIdentifier", "identifier": sample},
            "properties": {},
            "parentIds": [],
            "uploadId": upload,
        }
        return self.call("createUploadedDataSet", told | more)["permId"]

    def order(self, word: str, **told: Any) -> Any:
        """Steers the stand-in, as another process does."""
        answer = requests.post(f"{self.url}{CONTROL}{word}", json=told, timeout=60, verify=self.verify)
        answer.raise_for_status()
        return answer.json()["done"]


def leaf(kind: str, value: str, comparison: str = "StringEqualToValue", **more: Any) -> dict[str, Any]:
    """A criterion about a value."""
    told = {"@type": f"as.dto.common.search.{comparison}", "value": value}
    return {"@type": f"as.dto.common.search.{kind}SearchCriteria", "fieldValue": told, **more}


def about(kind: str, *criteria: dict[str, Any], operator: str = "AND") -> dict[str, Any]:
    """A criterion about something related: `dataset.DataSetParents` and the like."""
    return {"@type": f"as.dto.{kind[0].lower()}{kind[1:]}SearchCriteria", "operator": operator, "criteria": criteria}
