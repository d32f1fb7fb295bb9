def vocabulary(text):
    """The characters of a text, and an id for each.

    text   any text, possibly empty

    Returns (characters, ids):
      characters   a list: every character that occurs, once each, sorted
      ids          a dict: from each of these characters to its place in the list
    """
    raise NotImplementedError
