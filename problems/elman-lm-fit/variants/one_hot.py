# Sequence by sequence and place by place, with one-hot rows for ids; gradients are added up over a batch.
import numpy as np


def run(flat, depth, x):
    rows = [x @ flat[0]]
    for l in range(depth):
        W, U, b = flat[1 + 3 * l : 4 + 3 * l]
        states = [np.zeros(len(b))]
        for v in rows[-1]:
            states.append(np.tanh(v @ W + states[-1] @ U + b))
        rows.append(np.array(states[1:]))
    return rows, rows[-1] @ flat[-2] + flat[-1]


def back(flat, depth, x, rows, dz):
    grads = [None] * len(flat)
    grads[-1], grads[-2] = dz.sum(axis=0), rows[-1].T @ dz
    g = dz @ flat[-2].T
    for l in reversed(range(depth)):
        W, U, b = flat[1 + 3 * l : 4 + 3 * l]
        H = rows[l + 1]
        A = np.zeros_like(H)
        later = np.zeros(len(b))
        for t in reversed(range(len(H))):
            A[t] = (g[t] + later) * (1 - H[t] * H[t])
            later = U @ A[t]
        before = np.vstack([np.zeros(len(b)), H[:-1]])
        grads[1 + 3 * l : 4 + 3 * l] = rows[l].T @ A, before.T @ A, A.sum(axis=0)
        g = A @ W.T
    grads[0] = x.T @ g
    return grads


def measure(flat, depth, X, Y, ignore_index, want_gradients):
    V = len(flat[0])
    m = int((Y != ignore_index).sum())
    total, sums = 0.0, [np.zeros_like(p) for p in flat]
    for ids, targets in zip(X, Y):
        x = np.eye(V)[ids]
        rows, z = run(flat, depth, x)
        norm = np.logaddexp.reduce(z, axis=1)
        dz = np.zeros_like(z)
        for t, y in enumerate(targets):
            if y != ignore_index:
                total += norm[t] - z[t, y]
                dz[t] = (np.exp(z[t] - norm[t]) - np.eye(V)[y]) / m
        if want_gradients:
            sums = [s + g for s, g in zip(sums, back(flat, depth, x, rows, dz))]
    return total, m, sums


def elman_lm_fit(params, train, val, lr, epochs, ignore_index):
    W_emb, layers, W_out, b_out = params
    flat = [W_emb, *(p for layer in layers for p in layer), W_out, b_out]
    found = ([], [])
    for _ in range(epochs):
        for split, out in zip((train, val), found):
            losses = tokens = 0
            for X, Y in split:
                loss, m, grads = measure(flat, len(layers), X, Y, ignore_index, split is train)
                losses, tokens = losses + loss, tokens + m
                if split is train:
                    flat = [p - lr * g for p, g in zip(flat, grads)]
            out.append(float(np.exp(losses / tokens)))
    return found
