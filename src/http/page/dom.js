// Making and changing elements. Text only ever enters as text: nothing here reads markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with properties, attributes (`data-…`, `aria-…`, `role`, `scope` …) and children. */
export function el(tag, set = {}, ...children) {
  return fill(document.createElement(tag), set, children);
}

/** The same for SVG. */
export function svg(tag, set = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), set, children);
}

function fill(node, set, children) {
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name === 'class' ? 'class' : name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Changes the text only if it differs, so that a reader's selection stays. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or takes away an attribute, only if it differs. */
export function mark(node, name, value) {
  if (value === undefined || value === null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

/**
 * Makes the children of `parent` those of `items`, in their order: the node of a key stays the same
 * node, and only what is out of place is moved. `make(item)` makes a node, `update(node, item)`
 * fills it.
 */
export function reconcile(parent, items, key, make, update) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const known = new Map();
  for (const node of [...parent.children]) known.set(node.dataset.key, node);
  const wanted = items.map((item) => {
    const id = key(item);
    const node = known.get(id) ?? make(item);
    known.delete(id);
    node.dataset.key = id;
    update(node, item);
    return node;
  });
  for (const node of known.values()) node.remove();
  let at = parent.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  if (focused?.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
}

const SCRIPTS = [
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Thai}/u, 'th'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Arabic}/u, 'ar'],
];

/** The language that a text's script gives away, so that it is drawn and read out as such. */
export function langOf(text) {
  return SCRIPTS.find(([script]) => script.test(text))?.[1];
}

/** Text that a post or a person wrote, in a span of its own language and direction. */
export function words(text, set = {}) {
  return el('bdi', { lang: langOf(text), ...set }, text);
}
