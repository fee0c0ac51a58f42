"""Files of data sources are told from one's own."""

from pathlib import Path

import pytest
from carrel_server import remote_folders

MOUNTINFO = r"""
31 23 0:27 / /home/anna rw,nosuid - btrfs /dev/sdb rw
40 31 0:51 / /home/anna/b2drop rw,nosuid,nodev shared:7 - fuse.rclone b2drop rw,user_id=1000
41 31 0:52 / /home/anna/my\040hub rw - fuse.rclone datahub rw
42 31 0:53 / /home/anna/fuse.rclone rw - tmpfs fuse.rclone rw
"""


def test_mounts_of_rclone_are_found() -> None:
    assert remote_folders.mounted(MOUNTINFO) == [Path("/home/anna/b2drop"), Path("/home/anna/my hub")]


def test_a_file_is_remote_by_where_it_really_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"40 31 0:51 / {tmp_path}/b2drop rw - fuse.rclone b2drop rw\n")
    monkeypatch.setattr(remote_folders, "MOUNTS", mounts)
    (tmp_path / "b2drop").mkdir()
    (tmp_path / "link").symlink_to("b2drop")
    assert remote_folders.is_remote(tmp_path / "b2drop")
    assert remote_folders.is_remote(tmp_path / "link/not there/a.ipynb")
    assert not remote_folders.is_remote(tmp_path / "b2drop too")
    assert not remote_folders.is_remote(tmp_path)
