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

/** Counts, oldest first. Each title is drawn by its own scale: it is the shape that compares. */
export function drawSparkline(node, values) {
  const drawn = values.join(' ');
  if (node.drawn === drawn) return;
  node.drawn = drawn;
  const most = Math.max(...values, 1);
  const x = (i) => ((i * WIDTH) / Math.max(values.length - 1, 1)).toFixed(1);
  const y = (n) => (HEIGHT - 1.5 - ((HEIGHT - 4) * n) / most).toFixed(1);
  // Before the first post nothing is drawn: nobody may have counted yet.
  const first = Math.max(0, values.findIndex((n) => n > 0));
  const line = values.slice(first).map((n, i) => `${i ? 'L' : 'M'}${x(first + i)} ${y(n)}`).join('');
  const [area, stroke] = node.children;
  mark(stroke, 'd', line);
  mark(area, 'd', line ? `${line}L${WIDTH} ${HEIGHT}L${x(first)} ${HEIGHT}Z` : '');
  mark(node, 'aria-label', `Last 30 hours: at most ${most} posts in half an hour, now ${values.at(-1) ?? 0}`);
}
