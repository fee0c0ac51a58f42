"""The command `carrel-env`."""

import argparse
import signal
import sys

from carrel_env.create import create
from carrel_env.places import all_environments, checked
from carrel_env.problem import EnvironmentProblem


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    whole = argparse.ArgumentParser(
        prog="carrel-env",
        description="Environments of your own: Python packages that last, each environment a kernel of its name.",
    )
    whole.add_argument("--version", action="version", version="carrel-env 1.0")
    commands = whole.add_subparsers(dest="command", required=True)
    new = commands.add_parser("create", help="make an environment, with packages if you like")
    new.add_argument("name", help="what it is called, and its kernel")
    new.add_argument("packages", nargs="*", help="as for pip: numpy, pandas==2.2, …")
    commands.add_parser("list", help="list your environments")
    old = commands.add_parser("remove", help="remove an environment and its kernel")
    old.add_argument("name")
    return whole


def print_list() -> None:
    """All environments, a line each."""
    found = all_environments()
    if not found:
        print("You have no environments. Make one: carrel-env create NAME [PACKAGE …]")
    for one in found:
        state = "" if one.works else "   needs to be made anew: its Python isn't on the machine any more"
        state = state if one.is_whole else "   was never finished: make it again, or remove it"
        print(f"{one.name:<24} {one.folder}{state}")


def interrupt(*_: object) -> None:
    """Ends what is being done as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> int:
    """Runs the command: 0 done, 1 failed, 2 wrong usage."""
    options = parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        if options.command == "list":
            print_list()
        elif options.command == "create":
            environment = checked(options.name)
            create(environment, options.packages, say=lambda line: print(line, flush=True))
            print(f"The environment {options.name} is ready. Choose the kernel {options.name} for a notebook.")
        else:
            environment = checked(options.name)
            if environment not in all_environments():
                raise EnvironmentProblem(f"There is no environment {options.name}. carrel-env list shows yours.")
            environment.remove()
            print(f"Removed the environment {options.name}.")
    except EnvironmentProblem as problem:
        print(f"carrel-env: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"carrel-env: {error.filename or 'a file'}: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("carrel-env: interrupted.", file=sys.stderr)
        return 1
    return 0
