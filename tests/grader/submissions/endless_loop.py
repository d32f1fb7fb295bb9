# verdict: time_limit_exceeded
# says: 2 s of processor time
def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    while True:
        pass
