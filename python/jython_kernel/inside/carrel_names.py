"""Completion, inspection, and whether code is whole. Looks names up; calls nothing."""

import codeop
import inspect
import keyword
import re

import __builtin__

DOTTED = re.compile(r"[A-Za-z_][\w.]*$")
MOST = 500


class Names(object):
    """What there is to be named in a namespace."""

    def __init__(self, variables):
        self._variables = variables

    def complete(self, code):
        """How many characters before the cursor are replaced, and by what."""
        found = DOTTED.search(code)
        if found is None:
            return ["0"]
        owner, dot, begun = found.group().rpartition(".")
        if dot:
            known = dir(self._look_up(owner))
        else:
            known = keyword.kwlist + list(self._variables) + dir(__builtin__)
        fitting = sorted({name for name in known if name.startswith(begun) and (begun or name[:1] != "_")})
        return [str(len(begun))] + fitting[:MOST]

    def inspect(self, code, place):
        """What is known about the name at a place; nothing if there is none."""
        begin = end = int(place)
        while begin > 0 and (code[begin - 1].isalnum() or code[begin - 1] in "_."):
            begin -= 1
        while end < len(code) and (code[end].isalnum() or code[end] == "_"):
            end += 1
        name = code[begin:end].strip(".")
        if not name:
            return []
        value = self._look_up(name)
        texts = [name + self._signature(value), "Type: " + type(value).__name__, inspect.getdoc(value) or ""]
        return ["\n".join(text if isinstance(text, unicode) else text.decode("utf-8", "replace") for text in texts)]

    def completeness(self, code):
        """`complete`, `incomplete` or `invalid`."""
        try:
            return ["incomplete" if codeop.compile_command(code, "<cell>", "single") is None else "complete"]
        except (SyntaxError, ValueError, OverflowError):
            return ["invalid"]

    def _look_up(self, dotted):
        """The value of a name with dots."""
        first, _, rest = dotted.partition(".")
        value = self._variables[first] if first in self._variables else getattr(__builtin__, first)
        for name in rest.split(".") if rest else []:
            value = getattr(value, name)
        return value

    def _signature(self, value):
        try:
            return inspect.formatargspec(*inspect.getargspec(value))
        except TypeError:
            return ""
