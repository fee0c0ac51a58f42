"""What can be said when a repository doesn't become an environment."""

from typing import Any


class Problem(Exception):
    """Why it ends, for the person it happens to.

    `code` is stable and for programs, `message` says what happened, `remedy` what to do, `file` which file of the
    repository is to blame, if one is.
    """

    exit_code = 1

    def __init__(self, code: str, message: str, remedy: str = "", file: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.file = file

    def as_json(self) -> dict[str, Any]:
        """The four fields."""
        return {"code": self.code, "file": self.file, "message": self.message, "remedy": self.remedy}


class Refusal(Problem):
    """The rules say no: trying again gives the same answer."""

    exit_code = 3


class Usage(Problem):
    """The program was called wrongly."""

    exit_code = 2
