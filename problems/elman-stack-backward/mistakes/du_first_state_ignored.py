# The first step contributes nothing to U.
import numpy as np


def elman_stack_backward(X, layers, h0, dOut):
    inputs, hiddens = [], []
    below = X
    for (W, U, b), h in zip(layers, h0):
        H = np.zeros((X.shape[0], X.shape[1], len(b)))
        for t in range(X.shape[1]):
            h = np.tanh(below[:, t] @ W + h @ U + b)
            H[:, t] = h
        inputs.append(below)
        hiddens.append(H)
        below = H

    grads = []
    dH = dOut
    for index in reversed(range(len(layers))):
        W, U, b = layers[index]
        below, H, start = inputs[index], hiddens[index], h0[index]
        dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
        dbelow = np.zeros_like(below)
        dh_next = np.zeros_like(start)
        for t in reversed(range(X.shape[1])):
            before = H[:, t - 1] if t > 0 else start
            dh = dH[:, t] + dh_next
            da = dh * (1 - H[:, t] ** 2)
            dW += below[:, t].T @ da
            if t > 0:
                dU += before.T @ da
            db += da.sum(axis=0)
            dbelow[:, t] = da @ W.T
            dh_next = da @ U.T
        grads.insert(0, (dW, dU, db))
        dH = dbelow
    return dH, grads
