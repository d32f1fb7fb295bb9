# One id at a time, with plain lists.
def next_window(ids, seq, position, h):
    if seq >= len(ids):
        raise ValueError("no room for a window of " + str(seq))
    last = position + seq
    if not last < len(ids) - 1:
        position = 0
        for row in h:
            row[0] = 0.0
    inputs, targets = [], []
    for t in range(seq):
        inputs.append(int(ids[position + t]))
        targets.append(int(ids[position + t + 1]))
    return inputs, targets, h, position + seq
