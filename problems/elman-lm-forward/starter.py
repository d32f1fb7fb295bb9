import numpy as np


def elman_lm_forward(ids, params):
    """The logits of the next token, for every token.

    ids     (B, T)                integers
    params  (W_emb, layers, W_out, b_out)
        W_emb   (V, d)            the embedding
        layers  [(W, U, b), ...]  the lowest first; layer l has
                                  W (n below, n_l), U (n_l, n_l), b (n_l,)
        W_out   (n_L, V)          n_L: width of the highest layer
        b_out   (V,)

    Every layer starts from zeros. Returns the logits (B, T, V).
    Raises IndexError if an id is negative or not below V.
    """
    W_emb, layers, W_out, b_out = params
    raise NotImplementedError
