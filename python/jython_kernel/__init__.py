"""A kernel for Python 2: one long-lived Jython, driven over pipes of its own.

`kernel` speaks with Jupyter, `process` with Jython. The modules in `inside` run in Jython, and so are written in what both
Python 2 and Python 3 understand.
"""

__version__ = "1.0"
