import numpy as np


def fit(params, batches, lr, theta, epochs):
    """Train an RNN language model, and report how well it expected each epoch's tokens.

    params    a tuple: W_xh (V, n), W_hh (n, n), b_h (n,), W_hq (n, V), b_q (V,)
    batches   a list of tuples (X, Y), each (B, T) of token ids; B and T may differ from batch to batch
    lr        a number: the learning rate
    theta     a number: the largest global norm of the gradients
    epochs    how often to go through the batches

    Returns (epochs,): the perplexity of each epoch.
    """
    perplexities = []

    return perplexities
