// Titles side by side, hour by hour since each one's premiere.

import { byId, el, mark } from './dom.js';
import { of, url } from './api.js';
import { chart } from './charts.js';
import { count, exact } from './format.js';

const SHOWN_MAX = 8;
const LABELS = { hour: 'an hour', all: 'in all' };

let plot;
let last;
let way = 'all';

const added = (values) => {
  let all = 0;
  return values.map((n) => (all += n));
};

function draw() {
  const { answer, state } = last;
  const known = answer.series.filter((one) => one.values.length > 0);
  const section = byId('premieres-section');
  section.hidden = known.length === 0;
  if (section.hidden) return;
  plot ??= chart(byId('premieres'), 240);
  const most = [...known].sort((a, b) => b.values.reduce((x, y) => x + y, 0) - a.values.reduce((x, y) => x + y, 0));
  const chosen = most.some((one) => one.title === state.title) ? state.title : most[0].title;
  const shown = most.filter((one, i) => i < SHOWN_MAX || one.title === chosen);
  const long = Math.max(...shown.map((one) => one.values.length));
  const x = Array.from({ length: long }, (_, i) => i + 1);
  const series = shown.map(({ title, name, values }) => {
    const drawn = way === 'all' ? added(values) : values;
    return { key: title, name, strong: title === chosen, values: x.map((_, i) => drawn[i] ?? null) };
  });
  // The one that matters is drawn last, on top.
  series.sort((a, b) => Number(a.strong) - Number(b.strong));
  const label = `Posts ${LABELS[way]} by hours since the premiere: ${shown.map(({ name, values }) => `${name} ${exact(values.reduce((a, b) => a + b, 0))} in ${values.length} h`).join(', ')}`;
  plot.draw({ x, series, hours: true, log: byId('premieres-log').checked, show: count, label });
}

/** The two ways to add up, once. */
export function prepare() {
  byId('premieres-sum').append(...Object.entries(LABELS).map(([value, text]) => el('label', {},
    el('input', {
      type: 'radio', name: 'premieres-sum', value, checked: value === way,
      onchange: () => { way = value; if (last) draw(); },
    }), el('span', {}, text))));
  byId('premieres-log').addEventListener('change', () => last && draw());
}

export function showPremieres(answer, state) {
  last = { answer, state };
  mark(byId('premieres-csv'), 'href', url(of(state.campaign, 'premieres'), { format: 'csv' }));
  draw();
}
