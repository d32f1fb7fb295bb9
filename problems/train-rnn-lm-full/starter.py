import numpy as np


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    """One training step of an RNN language model, every gradient by hand.

    tokens (T,)                 ids as floats: cast them
    w_emb  (V, d_emb)           one row for each token
    w_h    (d_emb + d_h, d_h)
    w_out  (d_h, V)
    h0     (d_h,)               the hidden state before the first step
    lr     a number

    Returns (loss, w_emb, w_h, w_out): the loss before the step, and the parameters after it.
    """
    loss = None

    # Forward: h[t] = tanh(concat(x[t], h[t-1]) @ w_h), logits[t] = h[t] @ w_out
    # The loss is the mean of -log softmax(logits[t])[target]

    # Backward: from the last step to the first

    # Update: p -= lr * dp, for each of the three parameters, when all gradients are known

    return loss, w_emb, w_h, w_out
