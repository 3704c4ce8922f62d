// Lines over time (or over hours since a premiere), drawn by uPlot, with a table beside each for
// who does not see it.

import uPlot from '/assets/uPlot.esm.js';
import { el, say, words } from './dom.js';
import { DASH, clock, dayOf, minuteOf } from './format.js';

const LEFT = 52;
const RIGHT = 122;
const NARROW_RIGHT = 12;
const NARROW = 520;
const TABLE_ROWS_MAX = 400;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const font = () => `12px ${getComputedStyle(document.body).fontFamily}`;

/** Ticks of time: minutes, and the day where it begins. */
function timeTicks(_, splits) {
  let day = '';
  return splits.map((at) => {
    const now = dayOf(at * 1000);
    const text = now === day ? minuteOf(at * 1000) : `${minuteOf(at * 1000)}\n${now}`;
    day = now;
    return text;
  });
}

/** Shaded spans and upright lines: bursts, episodes. */
function drawMarks(u, { spans = [], lines = [] }) {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to, kind } of spans) {
    const [a, b] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
    ctx.fillStyle = color(`${kind}-wash`);
    ctx.fillRect(a, bbox.top, Math.max(b - a, 2 * ratio), bbox.height);
  }
  ctx.font = font().replace('12px', `${11 * ratio}px`);
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const { at, text, y } of lines) {
    ctx.strokeStyle = ctx.fillStyle = color('quiet');
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    if (y === undefined) {
      const x = Math.round(u.valToPos(at, 'x', true));
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      const wide = ctx.measureText(text).width;
      const left = x + wide + 6 * ratio > bbox.left + bbox.width;
      ctx.fillText(text, left ? x - wide - 4 * ratio : x + 4 * ratio, bbox.top + 2 * ratio);
    } else {
      const level = Math.round(u.valToPos(y, 'y', true));
      ctx.moveTo(bbox.left, level);
      ctx.lineTo(bbox.left + bbox.width, level);
      ctx.fillText(text, bbox.left + 4 * ratio, level + 2 * ratio);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** Each line's name at its end, moved apart where they would touch. */
function drawNames(u, series) {
  if (u.width < NARROW || series.length < 2) return;
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  const ends = series.flatMap(({ name, strong }, i) => {
    const values = u.data[i + 1];
    const last = values.findLastIndex((value) => value !== null && value !== undefined);
    if (last < 0) return [];
    return [{ name, strong, x: u.valToPos(u.data[0][last], 'x', true), y: u.valToPos(values[last], 'y', true) }];
  });
  ends.sort((a, b) => a.y - b.y);
  const apart = 14 * ratio;
  ends.forEach((end, i) => {
    if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + apart);
  });
  const over = (ends.at(-1)?.y ?? 0) - (bbox.top + bbox.height);
  if (over > 0) for (const end of ends) end.y -= over;
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { name, strong, x, y } of ends) {
    ctx.font = font().replace('12px', `${strong ? '600 ' : ''}${12 * ratio}px`);
    ctx.fillStyle = color(strong ? 'accent' : 'quiet');
    const shown = name.length > 15 ? `${name.slice(0, 14)}…` : name;
    ctx.fillText(shown, Math.min(x, bbox.left + bbox.width) + 5 * ratio, y);
  }
  ctx.restore();
}

/**
 * A chart in `host`. `draw({ x, series, marks, hours, log, show, label, least })` draws it:
 * `x` seconds since 1970, or hours if `hours`; `series` of `{ key, name, values, strong }` with null
 * where there is none; `show` writes a value; `label` says in a sentence what is to be seen.
 */
// A fast clock leaps over a point or two: so short a gap is drawn through, a longer one is a gap.
const LEAPT_MAX = 2;

function spanned(values) {
  let last = -1;
  const drawn = [...values];
  values.forEach((value, at) => {
    if (value === null || value === undefined) return;
    // What the plot finds undefined it passes over; null ends the line.
    if (last >= 0 && at - last - 1 <= LEAPT_MAX) drawn.fill(undefined, last + 1, at);
    last = at;
  });
  return drawn;
}

export function chart(host, height = 220) {
  const readout = el('p', { class: 'readout' });
  const canvas = el('div', { class: 'chart', role: 'img' });
  const table = el('details', { class: 'as-table' }, el('summary', {}, 'As a table'), el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Values of the chart' }));
  host.replaceChildren(readout, canvas, table);
  let plot;
  let shape = '';
  let last;

  const at = (x) => (last.hours ? `hour ${x}` : clock(x * 1000));
  const tell = (index) => {
    if (!last) return;
    const parts = last.series.slice(0, 6).map(({ name, values }) => {
      const value = values[index];
      return `${name} ${value === null || value === undefined ? DASH : last.show(value)}`;
    });
    say(readout, last.x.length ? `${at(last.x[index])}   ${parts.join('   ')}` : '');
  };
  const latest = () => {
    const ends = last.series.map(({ values }) => values.findLastIndex((value) => value !== null));
    return Math.max(0, ...ends);
  };
  const fillTable = () => {
    if (!table.open || !last) return;
    const from = Math.max(0, last.x.length - TABLE_ROWS_MAX);
    const head = el('tr', {}, el('th', { scope: 'col' }, last.hours ? 'Hour' : 'Time'),
      ...last.series.map(({ name }) => el('th', { scope: 'col' }, words(name))));
    const rows = last.x.slice(from).map((x, i) => el('tr', {}, el('th', { scope: 'row' }, at(x)),
      ...last.series.map(({ values }) => {
        const value = values[from + i];
        return el('td', { class: 'num' }, value === null || value === undefined ? DASH : last.show(value));
      })));
    table.lastElementChild.replaceChildren(el('table', {}, el('caption', { class: 'unseen' }, last.label), el('thead', {}, head), el('tbody', {}, ...rows.reverse())));
  };
  table.addEventListener('toggle', fillTable);

  const build = (width) => {
    plot?.destroy();
    const narrow = width < NARROW;
    const axis = { stroke: () => color('quiet'), font: font(), grid: { stroke: () => color('line'), width: 1 }, ticks: { show: false } };
    plot = new uPlot({
      width, height,
      padding: [8, narrow || last.series.length < 2 ? NARROW_RIGHT : RIGHT, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { time: !last.hours },
        y: {
          distr: last.log ? 3 : 1,
          dir: last.down ? -1 : 1,
          range: (_, low, high) => {
            if (last.log) return [Math.max(0.5, low ?? 1), Math.max(2, (high ?? 10) * 1.2)];
            if (last.down) return [1, Math.max(5, (high ?? 5) + 1)];
            return [Math.min(0, low ?? 0), Math.max(last.least ?? 1, (high ?? 1) * 1.08)];
          },
        },
      },
      axes: [
        { ...axis, size: 38, space: 70, values: last.hours ? (_, splits) => splits.map((h) => `${h} h`) : timeTicks },
        { ...axis, size: LEFT, space: 36, values: (_, splits) => splits.map((v) => (v === null ? '' : last.show(v))) },
      ],
      series: [{}, ...last.series.map(({ strong }) => ({
        stroke: () => color(strong ? 'accent' : 'faint-line'),
        fill: strong && !last.log && !last.down && last.series.length === 1 ? () => color('accent-wash') : undefined,
        width: strong ? 2 : 1.25,
        points: { show: last.x.length < 3 },
      }))],
      hooks: {
        drawClear: [(u) => drawMarks(u, last.marks ?? {})],
        draw: [(u) => drawNames(u, last.series)],
        setCursor: [(u) => tell(u.cursor.idx ?? latest())],
      },
    }, values(), canvas);
  };
  const values = () => [last.x, ...last.series.map((one) => spanned(last.log ? one.values.map((v) => (v > 0 ? v : null)) : one.values))];
  const show = () => {
    const width = Math.floor(canvas.clientWidth);
    if (!last || width < 50) return;
    const wanted = JSON.stringify([width, last.x.length < 3, last.hours, last.log, last.down, last.series.map((one) => [one.key, one.strong])]);
    if (wanted === shape && plot) plot.setData(values());
    else build(width);
    shape = wanted;
    if (!plot.cursor.idx) tell(latest());
    canvas.setAttribute('aria-label', last.label);
    fillTable();
  };
  new ResizeObserver(show).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot?.redraw(false));
  return {
    draw(next) {
      last = next;
      show();
    },
  };
}
