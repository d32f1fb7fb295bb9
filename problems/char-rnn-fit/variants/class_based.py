# A model that holds its parameters and moves them in place; a list comes back.
import math

import numpy as np


class Model:
    def __init__(self, params):
        self.params = [p.copy() for p in params]
        self.memories = [0.0 * p for p in params]
        self.forget()

    def forget(self):
        self.h = np.zeros((len(self.params[3]), 1))

    def learn(self, window, lr):
        Wxh, Whh, Why, bh, by = self.params
        trace, loss = [], 0.0
        for i, k in zip(window, window[1:]):
            before = self.h
            self.h = np.tanh(Wxh[:, i, None] + Whh @ before + bh)
            y = Why @ self.h + by
            top = float(y.max())
            total = float(np.exp(y - top).sum())
            loss += top + math.log(total) - float(y[k, 0])
            dy = np.exp(y - top) / total
            dy[k, 0] -= 1
            trace.append((i, before, self.h, dy))
        grads = [np.zeros(p.shape) for p in self.params]
        back = np.zeros(self.h.shape)
        while trace:
            i, before, h, dy = trace.pop()
            da = (Why.T @ dy + back) * (1 - h * h)
            back = Whh.T @ da
            grads[0][:, i] += da[:, 0]
            for g, more in zip(grads[1:], (da @ before.T, dy @ h.T, da, dy)):
                g += more
        for p, m, g in zip(self.params, self.memories, grads):
            g = np.minimum(np.maximum(g, -5), 5)
            m += g**2
            p -= lr * g / (m + 1e-8) ** 0.5
        return loss


def fit(ids, seq, steps, lr, params):
    model, text, at = Model(params), ids.tolist(), 0
    if steps > 0 and len(text) - seq < 1:
        raise ValueError(f"{len(text)} ids, and windows of {seq}")
    curve = [math.log(len(params[4])) * seq]
    while len(curve) <= steps:
        if at + seq + 1 >= len(text):
            at = 0
            model.forget()
        curve.append(0.999 * curve[-1] + 0.001 * model.learn(text[at : at + seq + 1], lr))
        at += seq
    return curve
