// What this browser remembers of a page. Where it may not or has no room, it remembers nothing.
export function recall(name) {
  try {
    return localStorage.getItem(`handgrad.${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`handgrad.${name}`, value);
  } catch {
    // The page works as well, until it is left.
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(`handgrad.${name}`);
  } catch {
    // Nothing was remembered.
  }
}
