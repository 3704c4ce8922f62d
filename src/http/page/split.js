// How posts divide: a bar of parts, and a list of bars.

import { el, svg, mark, reconcile, say, words } from './dom.js';
import { byCount, exact, percent, sum } from './format.js';

const WIDTH = 100;

/** A thin bar whose parts are as wide as their counts, in the order of `order`. */
export function bar(cssClass = 'split') {
  return svg('svg', { class: cssClass, viewBox: `0 0 ${WIDTH} 8`, preserveAspectRatio: 'none', role: 'img' });
}

/** Fills a bar. `name` says what a key is called. */
export function fillBar(node, map, order, name) {
  const all = sum(map);
  const parts = order.filter((key) => map?.[key] > 0);
  const told = parts.map((key) => `${name(key)} ${percent(map[key] / all)}`).join(', ') || 'no posts';
  mark(node, 'aria-label', told);
  let x = 0;
  const at = new Map(parts.map((key) => {
    const width = (WIDTH * map[key]) / all;
    const place = [x, width];
    x += width;
    return [key, place];
  }));
  reconcile(node, parts, (key) => key, () => svg('rect', { height: 8, y: 0 }), (rect, key) => {
    const [from, width] = at.get(key);
    mark(rect, 'x', from.toFixed(2));
    mark(rect, 'width', Math.max(0, width - 0.6).toFixed(2));
    mark(rect, 'class', `part-${order.indexOf(key) % 6}`);
  });
  return told;
}

/** A list of bars, most first; `name` says what a key is called. */
export function bars(list, map, name, max = 8) {
  const all = sum(map);
  const rows = byCount(map);
  const shown = rows.length > max ? rows.slice(0, max) : rows;
  const most = shown[0]?.[1] ?? 1;
  reconcile(list, shown, ([key]) => key, () => el('li', {},
    el('span', { class: 'bar-name' }),
    el('span', { class: 'bar-track' }, el('span', { class: 'bar-fill' })),
    el('span', { class: 'bar-part num' }),
    el('span', { class: 'bar-count num' }),
  ), (row, [key, n]) => {
    const [label, track, part, number] = row.children;
    const text = name(key);
    if (label.textContent !== text) label.replaceChildren(words(text));
    track.firstElementChild.style.width = `${(100 * n) / most}%`;
    say(part, percent(n / all));
    say(number, exact(n));
    mark(row, 'data-value', n);
  });
}
