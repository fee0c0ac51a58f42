"""What goes through the pipes: frames, each a few texts; the first one says what kind it is.

A frame is the number of its texts, then each text's length in bytes and the text in UTF-8; numbers have four bytes, the
greatest first. Code that prints what looks like a frame can't be taken for one: all it prints is inside a frame.
"""

import struct

NUMBER = struct.Struct(">I")
Frame = list[str]


def encode(texts: Frame) -> bytes:
    """The bytes of a frame."""
    parts = [NUMBER.pack(len(texts))]
    for text in texts:
        data = text.encode("utf-8", "replace")  # half a surrogate pair can't be sent
        parts += [NUMBER.pack(len(data)), data]
    return b"".join(parts)


class Decoder:
    """Takes frames out of bytes, however these were cut."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are whole now."""
        self._kept += data
        frames = []
        while (found := self._first()) is not None:
            frame, length = found
            del self._kept[:length]
            frames.append(frame)
        return frames

    def _first(self) -> tuple[Frame, int] | None:
        """The first frame that was kept, and its length; None until it is whole."""
        place = NUMBER.size
        if len(self._kept) < place:
            return None
        frame = []
        for _ in range(NUMBER.unpack_from(self._kept)[0]):
            begin = place + NUMBER.size
            if len(self._kept) < begin:
                return None
            place = begin + NUMBER.unpack_from(self._kept, begin - NUMBER.size)[0]
            if len(self._kept) < place:
                return None
            frame.append(self._kept[begin:place].decode("utf-8", "replace"))
        return frame, place


def joined(frames: list[Frame]) -> list[Frame]:
    """The same frames, with pieces of one stream that follow each other put together."""
    result: list[Frame] = []
    for frame in frames:
        if result and frame[0] in {"stdout", "stderr"} and result[-1][0] == frame[0]:
            result[-1] = [frame[0], result[-1][1] + frame[1]]
        else:
            result.append(frame)
    return result
