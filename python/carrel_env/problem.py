"""Why something about an environment of one's own can't be done."""


class EnvironmentProblem(Exception):
    """What happened, and what to do: sentences for the person."""
