import numpy as np


def elman_lm_fit(params, train, val, lr, epochs, ignore_index):
    """Train the Elman language model, and measure it.

    params        (W_emb, layers, W_out, b_out)
                  as elman_lm_forward takes them
    train         [(X, Y), ...], batches to learn from:
                  ids (B, T), and the target of each, (B, T)
    val           [(X, Y), ...], batches to measure on
    lr            a number; may be zero or negative
    epochs        int, at least 1
    ignore_index  int, a target that does not count

    Returns (train_perplexities, val_perplexities),
    two arrays (epochs,).
    """
    train_perplexities, val_perplexities = [], []
    for _ in range(epochs):
        # For each batch of train: the loss, the gradients, a step

        # For each batch of val: the loss
        pass
    return np.array(train_perplexities), np.array(val_perplexities)
