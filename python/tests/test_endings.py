"""What a person is told whose kernel the hub has ended."""

import os
import time
from pathlib import Path

from carrel_server import endings
from carrel_server.provisioner import explanation


def test_the_hubs_word_is_for_the_process_it_was_left_for(tmp_path: Path) -> None:
    (tmp_path / "17").write_text("You left.")
    now = time.time()
    assert endings.word(17, now, tmp_path) == "You left."
    assert endings.word(18, now, tmp_path) is None
    assert endings.word(None, now, tmp_path) is None


def test_a_word_from_before_a_process_was_started_is_for_an_earlier_one_of_its_number(tmp_path: Path) -> None:
    (tmp_path / "17").write_text("You left.")
    os.utime(tmp_path / "17", (1000, 1000))
    assert endings.word(17, time.time(), tmp_path) is None


def test_the_hubs_word_goes_before_memory() -> None:
    assert "You left." in (explanation(True, "You left.") or "")
    assert "memory" in (explanation(True, None) or "")
    assert explanation(False, None) is None
