# Character by character, without regular expressions; ids as an array.
import numpy as np

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def build(text):
    tokens = []
    between = False
    for c in text:
        if c in LETTERS:
            tokens.append(c.lower())
            between = False
        elif not between:
            tokens.append(" ")
            between = True
    vocab = {}
    for token in sorted(set(tokens) | {"<unk>"}):
        vocab[token] = len(vocab)
    return tokens, vocab


def encode(message, vocab):
    ids = []
    for c in message:
        if c in vocab:
            ids.append(vocab[c])
        else:
            ids.append(vocab["<unk>"])
    return np.array(ids, dtype=int)


def decode(ids, vocab):
    tokens = list(vocab)
    text = ""
    for i in ids:
        text += tokens[i]
    return text


def char_vocabulary(text, message, ids):
    tokens, vocab = build(text)
    return tokens, vocab, encode(message, vocab), decode(ids, vocab)
