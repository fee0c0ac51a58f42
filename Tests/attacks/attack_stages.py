"""Stages, one at a time."""

from attack_stage import Stage
from leftovers import Traces, left, traces


class Stages:
    """The stage that is open; another one is opened when other walls are to be left out."""

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.before = Traces()
        self.broken: dict[tuple[str, ...], str] = {}
        self.left: dict[tuple[str, ...], Traces] = {}

    def without(self, *walls: str) -> Stage:
        if walls in self.broken:
            raise RuntimeError(f"a hub without {walls} can't be used, as the first test that needed it shows")
        if self.stage is None or self.stage.leave_out != walls:
            self.close()
            stage = Stage(*walls)
            self.before = traces(stage.folder)
            try:
                stage.open()
            except Exception as error:
                # Once for all tests that need it; and no failure that a test may expect of an attack.
                self.broken[walls] = f"{error}"
                stage.close()
                raise RuntimeError(f"a hub without {walls} can't be used: {error}") from error
            self.stage = stage
        return self.stage

    def close(self) -> None:
        """Stops hub and servers, and notes what is left of them."""
        if self.stage is None:
            return
        stage, self.stage = self.stage, None
        try:
            stage.sign_off()
            stage.stop()
            self.left[stage.leave_out] = left(stage.folder, self.before)
        finally:
            stage.close()
