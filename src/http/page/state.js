// What is looked at stands in the address, so that a view can be shared.

const KEYS = ['campaign', 'window', 'title', 'q', 'measure', 'span', 'with'];

/** What the address says. */
export function read() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? '']));
}

/** The address of a view. */
export function address(state) {
  const query = new URLSearchParams(KEYS.filter((key) => state[key]).map((key) => [key, state[key]]));
  const tail = query.toString();
  return tail ? `/?${tail}` : '/';
}

/** Puts a view into the address; `push` makes a step to go back to. */
export function write(state, push = false) {
  const to = address(state);
  if (to === location.pathname + location.search) return;
  history[push ? 'pushState' : 'replaceState'](null, '', to);
}
