# verdict: runtime_error
# says: ZeroDivisionError
ratio = 1 / 0


def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    return w_out.ravel()
