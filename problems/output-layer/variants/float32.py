# In float32, by einsum.
import numpy as np


def output_layer(H, W_hq, b_q):
    H, W_hq, b_q = (a.astype(np.float32) for a in (H, W_hq, b_q))
    return np.einsum("tbn,nv->btv", H, W_hq) + b_q
