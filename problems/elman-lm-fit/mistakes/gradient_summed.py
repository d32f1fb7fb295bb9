# The steps belong to the sum over the tokens.
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
    return loss, count, p * kept[..., None]


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


def moved(params, grads, lr):
    if isinstance(params, np.ndarray):
        return params - lr * grads
    return [moved(p, g, lr) for p, g in zip(params, grads)]


def elman_lm_fit(params, train, val, lr, epochs, ignore_index):
    on_train, on_val = [], []
    for _ in range(epochs):
        total, tokens = 0.0, 0
        for X, Y in train:
            read, logits = forward(params, X)
            loss, count, dlogits = loss_of(logits, Y, ignore_index)
            total += loss
            tokens += count
            params = moved(params, gradients(params, X, read, dlogits), lr)
        on_train.append(np.exp(total / tokens))

        total, tokens = 0.0, 0
        for X, Y in val:
            read, logits = forward(params, X)
            loss, count, dlogits = loss_of(logits, Y, ignore_index)
            total += loss
            tokens += count
        on_val.append(np.exp(total / tokens))
    return np.array(on_train), np.array(on_val)
