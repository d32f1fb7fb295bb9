import numpy as np


def lm_loss(logits, Y):
    """The loss of a language model, and its perplexity.

    logits  (B, T, V)   one score for each token, at each step of each sequence
    Y       (B, T)      the ids of the tokens that came

    Returns (loss, perplexity), two numbers.
    """
    raise NotImplementedError
