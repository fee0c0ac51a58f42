"""Reading limits: folders made to look like a control group of either version, as a sandbox shows them."""

from pathlib import Path

import pytest
from carrel_server import control_group
from carrel_server.memory_kills import LONGEST_DEATH, KillWatch, limit_text
from carrel_server.sizes import readable

VERSION_2 = {
    "memory.max": "2147483648\n",
    "memory.current": "1500000000\n",
    "memory.stat": "anon 900000000\nfile 600000000\ninactive_file 500000000\n",
    "memory.events": "low 0\nhigh 0\nmax 31\noom 2\noom_kill 2\noom_group_kill 0\n",
    "cpu.max": "150000 100000\n",
}
VERSION_1 = {
    "memory/memory.limit_in_bytes": "2147483648\n",
    "memory/memory.usage_in_bytes": "1500000000\n",
    "memory/memory.stat": "cache 1\ninactive_file 1\ntotal_inactive_file 500000000\n",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    "cpu/cpu.cfs_quota_us": "150000\n",
    "cpu/cpu.cfs_period_us": "100000\n",
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize("files", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def test_both_versions_say_the_same(tmp_path: Path, files: dict[str, str]) -> None:
    group = control_group.own(write(tmp_path, files), tmp_path / "nothing")
    assert (group.memory_limit, group.memory_used, group.memory_kills) == (2_147_483_648, 1_000_000_000, 2)
    assert group.cpu_limit == 1.5


UNLIMITED_1 = VERSION_1 | {"memory/memory.limit_in_bytes": "9223372036854771712\n", "cpu/cpu.cfs_quota_us": "-1\n"}
UNLIMITED_2 = VERSION_2 | {"memory.max": "max\n", "cpu.max": "max 100000\n"}


@pytest.mark.parametrize("files", [UNLIMITED_1, UNLIMITED_2, {}], ids=["version 1", "version 2", "nothing there"])
def test_no_limit_is_none(tmp_path: Path, files: dict[str, str]) -> None:
    group = control_group.own(write(tmp_path, files), tmp_path / "nothing")
    assert (group.memory_limit, group.cpu_limit) == (None, None)


def test_outside_a_sandbox_the_kernel_names_the_folder(tmp_path: Path) -> None:
    below = {name.replace("memory/", "memory/hub/alice/"): text for name, text in VERSION_1.items()}
    names = tmp_path / "names"
    names.write_text("12:cpu,cpuacct:/\n5:memory:/hub/alice\n0::/\n")
    assert control_group.own(write(tmp_path, below), names).memory_kills == 2


def test_a_name_that_is_not_there_means_that_the_group_is_shown_at_the_root(tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("0::/hub/alice\n")
    assert control_group.own(write(tmp_path, VERSION_2), names).memory_kills == 2


class World:
    """A clock and a count of kills that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.kills: int | None = 3
        self.watch = KillWatch(lambda: self.kills, lambda: self.now)


@pytest.mark.parametrize("code", [-9, 137])
def test_a_kill_with_a_risen_count_is_for_memory(code: int) -> None:
    world = World()
    world.kills = 4
    assert world.watch.explains(code)


def test_a_kill_that_was_counted_before_the_process_was_dead_is_for_memory_too() -> None:
    world = World()
    world.kills = 4
    world.watch.look()
    world.now = LONGEST_DEATH - 1
    assert world.watch.explains(-9)


@pytest.mark.parametrize(("kills", "code"), [(3, -9), (4, 1), (4, -15), (None, -9)])
def test_nothing_else_is(kills: int | None, code: int) -> None:
    world = World()
    world.kills = kills
    assert not world.watch.explains(code)


def test_a_kill_long_ago_explains_nothing() -> None:
    world = World()
    world.kills = 4
    world.watch.look()
    world.now = LONGEST_DEATH + 1
    assert not world.watch.explains(-9)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (2_147_483_648, "2 GiB"),
        (2_000_000_000, "2 GB"),
        (2_000_000_000 // 4096 * 4096, "2 GB"),
        (1_610_612_736, "1.5 GiB"),
        (512 << 20, "512 MiB"),
        (400_000_000 // 4096 * 4096, "400 MB"),
        (12_345_678_901, "12.3 GB"),
        (5000, "5 kB"),
        (20_000_000_000_000, "20 TB"),
        (17, "17 bytes"),
        (0, "0 bytes"),
    ],
)
def test_sizes_read_well(size: int, text: str) -> None:
    assert readable(size) == text


def test_the_limit_of_the_variable_is_named_where_the_group_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_group, "own", lambda: control_group.ControlGroup(Path("/nowhere"), Path("/nowhere"), 2))
    monkeypatch.setenv("MEM_LIMIT", "2000000000")
    assert limit_text() == "more than 2 GB of memory, the limit of this server,"
    monkeypatch.delenv("MEM_LIMIT")
    assert limit_text() == "more memory than there is"
