# verdict: compile_error
# says: train_step
def trainstep(tokens, w_emb, w_h, w_out, h0, lr):
    return w_out.ravel()
