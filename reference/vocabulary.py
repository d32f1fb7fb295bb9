"""Text as characters, and characters as ids: what a character model reads and writes.

The text is first made plain: every run of characters that are not English letters becomes a single space, and
all letters small. That leaves 26 letters and the space, and "<unk>" stands for everything else.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

UNKNOWN = "<unk>"


def normalise(text: str) -> str:
    """Small English letters, with single spaces where anything else stood."""
    return re.sub("[^A-Za-z]+", " ", text).lower()


def build(text: str) -> tuple[list[str], dict[str, int]]:
    """The characters of the normalised text, and an id for each different one and for "<unk>".

    Ids follow the sorted order, so that 0 is the space where there is one, and "<unk>" comes before "a".
    """
    tokens = list(normalise(text))
    vocab = {token: i for i, token in enumerate(sorted({*tokens, UNKNOWN}))}
    return tokens, vocab


def encode(tokens: str | Sequence[str], vocab: dict[str, int]) -> list[int]:
    """The id of each token as it stands, that of "<unk>" for one that is not in the vocabulary."""
    return [vocab.get(token, vocab[UNKNOWN]) for token in tokens]


def decode(ids: Sequence[int], vocab: dict[str, int]) -> str:
    """The tokens of these ids, joined. Raises KeyError for an id that is not in the vocabulary."""
    token_of = {i: token for token, i in vocab.items()}
    return "".join(token_of[int(i)] for i in ids)


def char_vocabulary(text: str, message: str, ids: Array) -> tuple[list[str], dict[str, int], Array, str]:
    """All three in one call: what a text builds, a message encoded by its vocabulary, and ids decoded.

    Returns tokens, vocab, the ids of the message's characters (M,), and the decoded text.
    """
    tokens, vocab = build(text)
    return tokens, vocab, np.array(encode(message, vocab), dtype=np.int64), decode(ids.tolist(), vocab)
