# A list of steps that are walked in both directions, and einsum for the products.
import numpy as np


def backward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by):
    steps = []
    h = h_prev[:, 0]
    for i, k in zip(inputs, targets):
        new = np.tanh(Wxh[:, i] + np.einsum("ab,b->a", Whh, h) + bh[:, 0])
        y = np.einsum("va,a->v", Why, new) + by[:, 0]
        y = np.exp(y - y.max())
        dy = y / y.sum() - (np.arange(len(y)) == k)
        steps.append((i, h, new, dy))
        h = new
    grads = [np.zeros_like(p) for p in (Wxh, Whh, Why, bh, by)]
    carried = np.zeros(len(bh))
    for i, before, h, dy in steps[::-1]:
        da = (np.einsum("va,v->a", Why, dy) + carried) * (1 - h) * (1 + h)
        carried = np.einsum("ab,a->b", Whh, da)
        grads[0][:, i] += da
        grads[1] += np.einsum("a,b->ab", da, before)
        grads[2] += np.einsum("v,a->va", dy, h)
        grads[3][:, 0] += da
        grads[4][:, 0] += dy
    for g in grads:
        g[g > 5] = 5
        g[g < -5] = -5
    return grads
