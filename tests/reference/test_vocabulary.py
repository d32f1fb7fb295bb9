"""Characters and their ids, against d2l.ai's rule written another way.

No library fixes this rule, so nothing is recorded. d2l.ai's is ``re.sub('[^A-Za-z]+', ' ', text).lower()``;
the oracle here walks the text letter by letter, without a regular expression.
"""

import string
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.vocabulary import build, char_vocabulary, decode, encode, normalise


def by_walking(text: str) -> str:
    lower = dict(zip(string.ascii_uppercase, string.ascii_lowercase, strict=True))
    plain = []
    for is_letter, run in groupby(text, key=lambda character: character in string.ascii_letters):
        plain += [lower.get(letter, letter) for letter in run] if is_letter else [" "]
    return "".join(plain)


@given(st.text() | st.text(alphabet="aZé .\n_9-"))
def test_normalises_as_walking_does(text: str) -> None:
    assert normalise(text) == by_walking(text)


@given(st.text(alphabet="abzAZ .\n_9é"))
def test_ids_number_the_sorted_tokens(text: str) -> None:
    tokens, vocab = build(text)
    assert "".join(tokens) == by_walking(text)
    assert set(vocab) == {*by_walking(text), "<unk>"}
    assert list(vocab.values()) == list(range(len(vocab)))
    assert list(vocab) == sorted(vocab)


@given(st.text(alphabet="abzAZ .\n_9é"))
def test_decoding_undoes_encoding(text: str) -> None:
    tokens, vocab = build(text)
    assert decode(encode(tokens, vocab), vocab) == "".join(tokens)


def test_the_title_of_a_book() -> None:
    tokens, vocab = build("The Time Machine, by H. G. Wells [1898]")
    assert "".join(tokens) == "the time machine by h g wells "
    assert vocab == {token: i for i, token in enumerate([" ", "<unk>", *"abceghilmnstwy"])}


def test_unknown_characters_share_an_id() -> None:
    _, vocab = build("to be or not to be")
    assert encode("To é", vocab) == [1, vocab["o"], 0, 1]
    assert decode([1, vocab["o"], 0, 1], vocab) == "<unk>o <unk>"


def test_nothing_at_all_has_a_vocabulary() -> None:
    assert build("") == ([], {"<unk>": 0})


def test_no_token_has_an_id_out_of_range() -> None:
    _, vocab = build("ab")
    for wrong in (-1, len(vocab)):
        with pytest.raises(KeyError):
            decode([wrong], vocab)


def test_all_three_in_one_call() -> None:
    tokens, vocab, encoded, decoded = char_vocabulary("Abba!", "bab?", np.array([2, 0, 1]))
    assert tokens == ["a", "b", "b", "a", " "]
    assert vocab == {" ": 0, "<unk>": 1, "a": 2, "b": 3}
    np.testing.assert_array_equal(encoded, [3, 2, 3, 1])
    assert decoded == "a <unk>"
