# One number after another.
import numpy as np


def output_layer(H, W_hq, b_q):
    T, B, n = H.shape
    logits = np.empty((B, T, len(b_q)))
    for t in range(T):
        for b in range(B):
            for v in range(len(b_q)):
                logits[b, t, v] = sum(H[t, b, j] * W_hq[j, v] for j in range(n)) + b_q[v]
    return logits
