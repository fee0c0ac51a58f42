"""Frames between the kernel and Jython, however the pipe cuts them."""

import pytest
from jython_kernel.frames import Decoder, encode, joined

FRAMES = [["run", "1", "print 'ü'"], ["done"], ["error", "", "two\nlines", "🙂"], []]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_frames_come_out_as_they_went_in(size: int) -> None:
    data = b"".join(encode(frame) for frame in FRAMES)
    decoder, found = Decoder(), []
    for place in range(0, len(data), size):
        found += decoder.feed(data[place : place + size])
    assert found == FRAMES


def test_text_that_looks_like_a_frame_stays_text() -> None:
    lookalike = encode(["error", "no", "none"]).decode("latin-1")
    assert Decoder().feed(encode(["stdout", lookalike])) == [["stdout", lookalike]]


def test_half_of_a_character_is_sent_as_a_question_mark() -> None:
    assert Decoder().feed(encode(["run", "\ud83d"])) == [["run", "?"]]


def test_pieces_of_one_stream_are_joined_and_nothing_else() -> None:
    frames = [["stdout", "a"], ["stdout", "b"], ["stderr", "c"], ["stdout", "d"], ["done"], ["done"]]
    assert joined(frames) == [["stdout", "ab"], ["stderr", "c"], ["stdout", "d"], ["done"], ["done"]]
