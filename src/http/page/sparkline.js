// Thirty hours of posts in a word's space: the shape, and where it stands now.

import { svg, mark } from './dom.js';

const WIDTH = 120;
const HEIGHT = 28;

export function sparkline() {
  return svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    svg('path', { class: 'spark-area' }),
    svg('path', { class: 'spark-line', 'vector-effect': 'non-scaling-stroke' }),
  );
}

/** The runs of what is known: from where to where. */
function runs(values) {
  const found = [];
  values.forEach((n, i) => {
    if (n === null) return;
    if (i > 0 && values[i - 1] !== null) found.at(-1)[1] = i;
    else found.push([i, i]);
  });
  return found;
}

/** Counts, oldest first, null where nobody counted. Each by its own scale: it is the shape that compares. */
export function drawSparkline(node, values) {
  const drawn = JSON.stringify(values);
  if (node.drawn === drawn) return;
  node.drawn = drawn;
  const most = Math.max(0, ...values);
  const x = (i) => ((i * WIDTH) / Math.max(values.length - 1, 1)).toFixed(1);
  const y = (n) => (HEIGHT - 1.5 - ((HEIGHT - 4) * n) / Math.max(most, 1)).toFixed(1);
  const lines = runs(values).map(([from, to]) => ({
    from, to, line: values.slice(from, to + 1).map((n, i) => `${i ? 'L' : 'M'}${x(from + i)} ${y(n)}`).join(''),
  }));
  const [area, stroke] = node.children;
  mark(stroke, 'd', lines.map(({ line }) => `${line}h.1`).join(''));
  mark(area, 'd', most > 0 ? lines.map(({ from, to, line }) => `${line}L${x(to)} ${HEIGHT}L${x(from)} ${HEIGHT}Z`).join('') : '');
  mark(node, 'aria-label', lines.length ? `Last 30 hours: at most ${most} posts in half an hour, now ${values.at(-1) ?? 'not known'}` : 'Not watched in the last 30 hours');
}
