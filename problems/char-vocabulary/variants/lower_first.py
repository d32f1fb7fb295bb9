# Small letters first, and words joined again.
import re
from collections import Counter, defaultdict


def build(text):
    plain = " ".join(re.split("[^a-z]+", text.lower()))
    counted = Counter(plain)
    counted["<unk>"] += 0
    return [*plain], dict(zip(sorted(counted), range(len(counted))))


def encode(message, vocab):
    lookup = defaultdict(lambda: vocab["<unk>"], vocab)
    return [lookup[c] for c in message]


def decode(ids, vocab):
    return "".join(token for i in ids for token, own in vocab.items() if own == i)


def char_vocabulary(text, message, ids):
    tokens, vocab = build(text)
    return tokens, vocab, encode(message, vocab), decode(ids.tolist(), vocab)
