# Column by column: all layers of a step, from above to below, before the step before it.
import numpy as np


def elman_stack_backward(X, layers, h0, dOut):
    T, L = X.shape[1], len(layers)
    grid = [list(h0)]
    for t in range(T):
        x, now = X[:, t], []
        for (W, U, b), h in zip(layers, grid[-1]):
            x = np.tanh(x @ W + h @ U + b)
            now.append(x)
        grid.append(now)

    grads = [tuple(np.zeros_like(p) for p in layer) for layer in layers]
    dX = np.zeros_like(X)
    carried = [np.zeros_like(h) for h in h0]
    for t in reversed(range(T)):
        g = dOut[:, t]
        for l in reversed(range(L)):
            W, U, b = layers[l]
            h = grid[t + 1][l]
            below = grid[t + 1][l - 1] if l else X[:, t]
            da = (g + carried[l]) * (1 - h) * (1 + h)
            dW, dU, db = grads[l]
            dW += np.einsum("bi,bj->ij", below, da)
            dU += np.einsum("bi,bj->ij", grid[t][l], da)
            db += np.einsum("bj->j", da)
            carried[l] = np.einsum("bj,ij->bi", da, U)
            g = np.einsum("bj,ij->bi", da, W)
        dX[:, t] = g
    return dX, grads
