"""Turns a repository into an environment, by the rules of repo2docker but without a container."""

RULES = 1
"""The version of the rules.

It belongs to the key of a built environment: raise it when the same repository would become another one.
"""

__version__ = "1.0"
