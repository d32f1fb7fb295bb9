# Each window starts from zeros.
import numpy as np


def loss_and_gradients(inputs, targets, h, Wxh, Whh, Why, bh, by):
    hs, ps = {-1: h}, {}
    loss = 0.0
    for t, i in enumerate(inputs):
        hs[t] = np.tanh(Wxh[:, [i]] + Whh @ hs[t - 1] + bh)
        y = Why @ hs[t] + by
        e = np.exp(y - y.max())
        ps[t] = e / e.sum()
        loss -= np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(p) for p in (Wxh, Whh, Why, bh, by))
    dh_next = np.zeros_like(h)
    for t in reversed(range(len(inputs))):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        da = (Why.T @ dy + dh_next) * (1 - hs[t] ** 2)
        dWxh[:, [inputs[t]]] += da
        dWhh += da @ hs[t - 1].T
        dbh += da
        dh_next = Whh.T @ da
    return loss, [dWxh, dWhh, dWhy, dbh, dby], hs[len(inputs) - 1]


def fit(ids, seq, steps, lr, params):
    params = list(params)
    memories = [np.zeros_like(p) for p in params]
    V = len(params[4])
    smoothed = -np.log(1 / V) * seq
    curve = [smoothed]
    h, position = np.zeros_like(params[3]), 0
    for _ in range(steps):
        if len(ids) < seq + 1:
            raise ValueError("the text is too short")
        if position + seq + 1 >= len(ids):
            position, h = 0, np.zeros_like(h)
        inputs = ids[position : position + seq]
        targets = ids[position + 1 : position + seq + 1]
        position += seq
        loss, grads, _ = loss_and_gradients(inputs, targets, h, *params)
        smoothed = 0.999 * smoothed + 0.001 * loss
        for k in range(5):
            g = np.clip(grads[k], -5, 5)
            memories[k] += g**2
            params[k] = params[k] - lr * g / np.sqrt(memories[k] + 1e-8)
        curve.append(smoothed)
    return np.array(curve)
