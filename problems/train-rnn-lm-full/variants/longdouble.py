# A class, long double inside, and the walk back as a recursive method.
import numpy as np


class Net:
    def __init__(self, *weights):
        self.emb, self.wh, self.wo = (np.asarray(w, dtype=np.longdouble) for w in weights)
        self.grads = [np.zeros_like(w) for w in (self.emb, self.wh, self.wo)]
        self.loss = np.longdouble(0)

    def walk(self, ids, h, n):
        """From here to the end and back; returns what the step before has to hear."""
        if len(ids) == 1:
            return np.zeros_like(h)
        here, there = ids[0], ids[1]
        c = np.r_[self.emb[here], h]
        h = np.tanh(c @ self.wh)
        z = h @ self.wo
        z = z - np.max(z)
        log_p = z - np.log(np.sum(np.exp(z)))
        self.loss -= log_p[there] / n
        heard = self.walk(ids[1:], h, n)
        dz = np.exp(log_p)
        dz[there] -= 1
        dz = dz / n
        da = (self.wo @ dz + heard) * (1 - h * h)
        dc = self.wh @ da
        emb, wh, wo = self.grads
        emb[here] += dc[: emb.shape[1]]
        wh += np.multiply.outer(c, da)
        wo += np.multiply.outer(h, dz)
        return dc[emb.shape[1] :]


def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    net = Net(w_emb, w_h, w_out)
    net.walk([int(t) for t in tokens], h0.astype(np.longdouble), len(tokens) - 1)
    stepped = [w - lr * g for w, g in zip((net.emb, net.wh, net.wo), net.grads)]
    return (float(net.loss), *stepped)
