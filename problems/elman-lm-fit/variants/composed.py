# As a course would do it: a class with its parameters in one flat list, updated in place.
import numpy as np


def forward(params, X):
    W_emb, layers, W_out, b_out = params
    read = [W_emb[X]]
    for W, U, b in layers:
        h = np.zeros((len(X), len(b)))
        H = np.zeros((*X.shape, len(b)))
        for t in range(X.shape[1]):
            h = np.tanh(read[-1][:, t] @ W + h @ U + b)
            H[:, t] = h
        read.append(H)
    return read, read[-1] @ W_out + b_out


def loss_of(logits, Y, ignore_index):
    kept = Y != ignore_index
    targets = np.where(kept, Y, 0)[..., None]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    loss = -(np.take_along_axis(log_p, targets, -1)[..., 0] * kept).sum()
    count = kept.sum()
    p = np.exp(log_p)
    np.put_along_axis(p, targets, np.take_along_axis(p, targets, -1) - 1, -1)
    return loss, count, p * kept[..., None] / max(count, 1)


def gradients(params, X, read, dlogits):
    W_emb, layers, W_out, b_out = params
    dW_out = np.einsum("btn,btv->nv", read[-1], dlogits)
    db_out = dlogits.sum(axis=(0, 1))
    dH = dlogits @ W_out.T
    dlayers = []
    for l in reversed(range(len(layers))):
        W, U, b = layers[l]
        below, H = read[l], read[l + 1]
        dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
        dbelow = np.zeros_like(below)
        dh_next = np.zeros_like(H[:, 0])
        for t in reversed(range(X.shape[1])):
            da = (dH[:, t] + dh_next) * (1 - H[:, t] ** 2)
            dW += below[:, t].T @ da
            if t > 0:
                dU += H[:, t - 1].T @ da
            db += da.sum(axis=0)
            dbelow[:, t] = da @ W.T
            dh_next = da @ U.T
        dlayers.insert(0, (dW, dU, db))
        dH = dbelow
    dW_emb = np.zeros_like(W_emb)
    np.add.at(dW_emb, X, dH)
    return dW_emb, dlayers, dW_out, db_out


class Model:
    def __init__(self, params):
        self.params = params
        W_emb, layers, W_out, b_out = params
        self.flat = [W_emb, *(p for layer in layers for p in layer), W_out, b_out]

    def measure(self, X, Y, ignore_index):
        self.X = X
        self.read, logits = forward(self.params, X)
        loss, self.count, self.dlogits = loss_of(logits, Y, ignore_index)
        return loss

    def step(self, lr):
        dW_emb, dlayers, dW_out, db_out = gradients(self.params, self.X, self.read, self.dlogits)
        for p, g in zip(self.flat, [dW_emb, *(g for layer in dlayers for g in layer), dW_out, db_out]):
            p -= lr * g


def elman_lm_fit(params, train, val, lr, epochs, ignore_index):
    model = Model(params)
    history = []
    for _ in range(epochs):
        row = []
        for split in (train, val):
            losses, counts = [], []
            for X, Y in split:
                losses.append(model.measure(X, Y, ignore_index))
                counts.append(model.count)
                if split is train:
                    model.step(lr)
            row.append(np.exp(np.sum(losses) / np.sum(counts)))
        history.append(row)
    return tuple(np.array(history).T)
