# Only the recurrences are loops; parameters, gradients and memories move as one long vector.
import numpy as np


def fit(ids, seq, steps, lr, params):
    shapes = [p.shape for p in params]
    ends = np.cumsum([p.size for p in params])[:-1]
    theta = np.concatenate([p.ravel() for p in params])
    memory = np.zeros(theta.size)
    V, n = shapes[2]
    curve = np.full(steps + 1, np.log(V) * seq)
    if steps and len(ids) <= seq:
        raise ValueError("no window fits")
    H = np.zeros((n, seq + 1))
    begin = 0
    for k in range(steps):
        H[:, 0] = H[:, seq]
        if not begin + seq + 1 < len(ids):
            begin = 0
            H[:, 0] = 0
        window = ids[begin : begin + seq + 1]
        begin += seq
        Wxh, Whh, Why, bh, by = (part.reshape(shape) for part, shape in zip(np.split(theta, ends), shapes))
        A = Wxh[:, window[:-1]] + bh
        for t in range(seq):
            H[:, t + 1] = np.tanh(A[:, t] + Whh @ H[:, t])
        Y = Why @ H[:, 1:] + by
        Y -= Y.max(axis=0)
        log_p = Y - np.log(np.exp(Y).sum(axis=0))
        hit = np.eye(V)[:, window[1:]]
        curve[k + 1] = 0.999 * curve[k] - 0.001 * (hit * log_p).sum()
        D = np.exp(log_p) - hit
        G = Why.T @ D
        later = np.zeros(n)
        for t in reversed(range(seq)):
            G[:, t] = (G[:, t] + later) * (1 - H[:, t + 1] ** 2)
            later = Whh.T @ G[:, t]
        X = np.eye(V)[:, window[:-1]]
        found = (G @ X.T, G @ H[:, :-1].T, D @ H[:, 1:].T, G.sum(axis=1), D.sum(axis=1))
        g = np.clip(np.concatenate([part.ravel() for part in found]), -5, 5)
        memory += g * g
        theta = theta - lr * g * (memory + 1e-8) ** -0.5
    return curve
