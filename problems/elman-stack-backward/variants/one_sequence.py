# One sequence at a time, vectors and outer products; the sequences' gradients are added at the end.
import numpy as np


def one(x, layers, starts, dout):
    T = len(x)
    states = []
    for (W, U, b), h in zip(layers, starts):
        states.append([h])
        for t in range(T):
            u = x[t] if len(states) == 1 else states[-2][t + 1]
            states[-1].append(np.tanh(W.T @ u + U.T @ states[-1][t] + b))
    grads = [[np.zeros(p.shape) for p in layer] for layer in layers]
    g = list(dout)
    for l in range(len(layers) - 1, -1, -1):
        W, U, b = layers[l]
        later = 0.0
        for t in range(T - 1, -1, -1):
            u = x[t] if l == 0 else states[l - 1][t + 1]
            h = states[l][t + 1]
            da = (g[t] + later) * (1 - h * h)
            for total, part in zip(grads[l], (np.outer(u, da), np.outer(states[l][t], da), da)):
                total += part
            later = U @ da
            g[t] = W @ da
    return np.array(g), grads


def elman_stack_backward(X, layers, h0, dOut):
    found = [one(X[i], layers, [h[i] for h in h0], dOut[i]) for i in range(len(X))]
    sums = [
        tuple(sum(grads[l][k] for _, grads in found) for k in range(3)) for l in range(len(layers))
    ]
    return np.stack([dx for dx, _ in found]), sums
