"""Code on its way between a form and what is stored, which may be no text at all."""


def as_text(source: bytes) -> str:
    """What a page can show of it."""
    return source.decode(errors="replace").replace("\0", "\ufffd")


def as_bytes(source: str) -> bytes:
    """What was typed; browsers send line ends as CR LF, which nobody typed."""
    return source.replace("\r\n", "\n").encode(errors="replace")
