"""How a plan is made: which files count, and whether this machine has what they ask for."""

from carrel_builder.apt import read_apt
from carrel_builder.conda import read_conda
from carrel_builder.limits_of_machine import check_languages, check_python
from carrel_builder.machine import Machine
from carrel_builder.packs import Layout, Pack, choose_pack
from carrel_builder.pipfile import read_lock, read_pipfile, read_python_version
from carrel_builder.plan import Plan
from carrel_builder.problems import Refusal
from carrel_builder.python_version import chosen, from_runtime, requires_python
from carrel_builder.tree import Tree
from carrel_builder.words import names


def make_plan(tree: Tree, machine: Machine) -> Plan:
    """Looks at a repository; never fails because of what is in it: that is a refusal within the plan."""
    plan = Plan()
    try:
        layout = Layout(tree)
        plan.folder = layout.folder
        pack = choose_pack(layout)
        plan.pack, plan.decided_by = pack.name, pack.file
        _refuse_containers(pack)
        _read_files(plan, layout, pack)
        check_python(plan, machine)
        check_languages(plan, layout, machine)
        _check_apt(plan, machine)
    except Refusal as refusal:
        plan.refusal = refusal
    return plan


def _refuse_containers(pack: Pack) -> None:
    if pack.name == "docker":
        message = f"{pack.file} needs a container to be built, and environments are built here without one."
        remedy = "Describe the environment by an environment.yml or a requirements.txt instead."
        raise Refusal("docker.container", message, remedy, pack.file)
    if pack.name == "nix":
        message = f"{pack.file} needs Nix in a container, and environments are built here without one."
        remedy = "Describe the environment by an environment.yml or a requirements.txt instead."
        raise Refusal("nix.container", message, remedy, pack.file)
    if pack.file and pack.file.rpartition("/")[2] == "REQUIRE":
        raise Refusal("julia.require", f"{pack.file} is of Julia before 1.0.", "Write a Project.toml.", pack.file)


def _read_files(plan: Plan, layout: Layout, pack: Pack) -> None:
    used = [pack.file] if pack.file else []
    tree, runtime_file = layout.tree, layout.path("runtime.txt")
    if pack.name == "conda" and pack.file:
        plan.conda = read_conda(tree, pack.file)
        plan.python = chosen(plan.conda.python or "", pack.file)
    elif pack.name == "pipfile":
        lock, pipfile = layout.path("Pipfile.lock"), layout.path("Pipfile")
        version = read_python_version(tree, lock, pipfile)
        plan.python = chosen(*version) if version else chosen("", "default")
        plan.pipfile = read_lock(tree, lock) if tree.is_there(lock) else read_pipfile(tree, pipfile)
        used += [path for path in (lock, pipfile) if tree.is_there(path)]
    else:
        plan.requires = requires_python(tree) if not plan.folder else None
        plan.python = from_runtime(layout.runtime(), plan.requires, runtime_file)
        package = layout.package()
        plan.package = package is not None
        used += [path for path in (layout.find("requirements.txt"), package) if path]
    if pack.name == "r":
        used += [path for path in (layout.find("install.R"), layout.find_in_root("DESCRIPTION")) if path]
    if pack.name != "conda" and tree.is_there(runtime_file):
        used.append(runtime_file)
    used += [path for path in map(layout.find, ("requirements3.txt", "apt.txt", "postBuild", "start")) if path]
    plan.files = list(dict.fromkeys(used))
    for path in plan.files:
        text = tree.text(path)  # readable, or refused
        if text.startswith("#!") and text.partition("\n")[0].endswith("\r"):
            message = f"{path} has the line ends of Windows, with which a script can't run."
            raise Refusal("script.line_ends", message, f"Save {path} with line ends of Linux (LF).", path)
    apt = plan.uses("apt.txt")
    plan.apt = read_apt(tree, apt) if apt else []


def _check_apt(plan: Plan, machine: Machine) -> None:
    if not plan.apt or machine.can_install_debian_packages():
        return
    missing = machine.missing_debian_packages(plan.apt)
    if missing:
        one = len(missing) == 1
        raise Refusal(
            "apt.missing",
            f"apt.txt asks for Debian packages, and {names(missing)} {'is' if one else 'are'} not installed here.",
            "Ask the operator to install them on the machine; a build may not.",
            plan.uses("apt.txt"),
        )
