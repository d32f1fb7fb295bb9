# <unk> is decoded as a space.
import re


def build(text):
    tokens = list(re.sub("[^A-Za-z]+", " ", text).lower())
    vocab = {token: i for i, token in enumerate(sorted({*tokens, "<unk>"}))}
    return tokens, vocab


def encode(message, vocab):
    return [vocab.get(character, vocab["<unk>"]) for character in message]


def decode(ids, vocab):
    token_of = {i: token for token, i in vocab.items()}
    return "".join(token_of[i] for i in ids).replace("<unk>", " ")


def char_vocabulary(text, message, ids):
    tokens, vocab = build(text)
    return tokens, vocab, encode(message, vocab), decode(ids.tolist(), vocab)
