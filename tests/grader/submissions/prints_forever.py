# verdict: output_limit_exceeded
# says: printed
def train_step(tokens, w_emb, w_h, w_out, h0, lr):
    while True:
        print("step", tokens)
