# Only the recurrences are loops; what can wait is done for all steps at once.
import numpy as np


def elman_stack_backward(X, layers, h0, dOut):
    B, T, _ = X.shape
    kept, below = [], X
    for (W, U, b), start in zip(layers, h0):
        H = np.empty((B, T + 1, len(b)))
        H[:, 0] = start
        driven = below @ W + b
        for t in range(T):
            H[:, t + 1] = np.tanh(driven[:, t] + H[:, t] @ U)
        kept.append((below, H))
        below = H[:, 1:]

    grads, g = [], dOut
    for (W, U, b), (below, H) in zip(layers[::-1], kept[::-1]):
        slope = 1 - H[:, 1:] ** 2
        A = np.zeros_like(slope)
        later = np.zeros_like(A[:, 0])
        for t in range(T - 1, -1, -1):
            A[:, t] = (g[:, t] + later) * slope[:, t]
            later = A[:, t] @ U.T
        dW = np.tensordot(below, A, axes=([0, 1], [0, 1]))
        dU = np.tensordot(H[:, :-1], A, axes=([0, 1], [0, 1]))
        grads.append((dW, dU, A.sum(axis=(0, 1))))
        g = A @ W.T
    return g, grads[::-1]
