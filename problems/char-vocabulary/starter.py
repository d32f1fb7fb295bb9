def build(text):
    """The characters of a text made plain, and a vocabulary of them.

    Returns (tokens, vocab): a list of characters, and a dict from each different token to its id.
    """
    raise NotImplementedError


def encode(message, vocab):
    """The id of each character of the message, as a list; unknown ones get that of "<unk>"."""
    raise NotImplementedError


def decode(ids, vocab):
    """The tokens of these ids, a list of whole numbers, as one text."""
    raise NotImplementedError


def char_vocabulary(text, message, ids):
    """Calls your three functions. Leave this one as it is."""
    tokens, vocab = build(text)
    return tokens, vocab, encode(message, vocab), decode(ids.tolist(), vocab)
