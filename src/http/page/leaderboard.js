// The ranked titles: what is now, then why, over the chosen window.

import { byId, el, mark, reconcile, say, svg, words } from './dom.js';
import { address } from './state.js';
import { DASH, count, decimal, exact, length, lengths, percent, platform, rough, spelled, times } from './format.js';
import { why } from './absent.js';
import { sparkline, drawSparkline } from './sparkline.js';
import { bar, fillBar } from './split.js';
import { copiesAreMany } from './real.js';

/** A cell of a number: what is read, a smaller line under it, the raw number for programs. */
function put(td, { text, below, value, hint, tone }) {
  const [main, sub] = td.children;
  say(main, text);
  say(sub, below ?? '');
  mark(td, 'title', hint);
  mark(td, 'data-value', value);
  mark(td, 'data-tone', tone);
}

/** The same where there is no number: a dash that says why. */
function putAbsent(td, measure, shape) {
  put(td, { text: DASH, hint: why(measure, shape), tone: 'absent' });
}

/** A column of one number. */
function number(id, head, hint, show, kind = 'window') {
  return {
    id, head, hint, kind,
    make: () => el('td', { class: 'num', 'data-measure': id }, el('span', { class: 'main' }), el('small')),
    show(td, row, context) {
      if (row[id] === undefined) putAbsent(td, id, kind === 'now' ? undefined : context.shape);
      else put(td, { value: JSON.stringify(row[id]), ...show(row[id], row, context) });
    },
  };
}

/** Hours to the next episode or since the latest, whichever is nearer. */
function episode(row, time) {
  const at = Date.parse(time);
  const since = row.latest_episode && (at - Date.parse(row.latest_episode)) / 1000;
  const until = row.next_episode && (Date.parse(row.next_episode) - at) / 1000;
  if (row.on_air) return { text: 'on air', when: row.latest_episode };
  if (until !== undefined && (since === undefined || until < since)) return { text: `episode in ${length(until)}`, when: row.next_episode };
  if (since !== undefined) return { text: `episode ${length(since)} ago`, when: row.latest_episode };
  return undefined;
}

function growth(g, row) {
  const se = row.growth_standard_error_per_hour;
  const hint = `Growth ${decimal(g)} an hour${se === undefined ? '' : `, standard error ${decimal(se)}`}`;
  if (row.doubling_seconds) {
    return { text: `▲ doubles in ${length(row.doubling_seconds.value)}`, below: lengths(row.doubling_seconds), tone: 'up', hint };
  }
  if (row.half_life_seconds) {
    return { text: `▼ halves in ${length(row.half_life_seconds.value)}`, below: lengths(row.half_life_seconds), tone: 'down', hint };
  }
  return { text: 'level', tone: 'level', hint };
}

const rank = {
  id: 'rank', head: 'Rank', hint: 'Place by posts over the window, and its change from the window before', kind: 'first',
  make: () => el('td', { class: 'num rank', 'data-measure': 'rank' }, el('span', { class: 'main' }), el('small')),
  show(td, row, { shape }) {
    if (row.rank === undefined) return putAbsent(td, 'rank', shape);
    const moved = row.rank_before === undefined ? undefined : row.rank_before - row.rank;
    const below = moved === undefined ? '' : moved > 0 ? `▲${moved}` : moved < 0 ? `▼${-moved}` : '';
    const hint = row.rank_before === undefined ? why('rank_before', shape) : `Place ${row.rank_before} in the window before`;
    put(td, { text: exact(row.rank), below, value: row.rank, hint });
    mark(td, 'data-before', row.rank_before);
  },
};

const title = {
  id: 'title', head: 'Title', kind: 'first',
  make: () => el('th', { scope: 'row', class: 'title' },
    el('a', {}), el('span', { class: 'badges' }, el('span', { class: 'badge' }), el('span', { class: 'badge air' }, 'on air')),
    el('time', { class: 'episode' })),
  show(th, row, { state, time }) {
    const [link, badges, when] = th.children;
    if (link.textContent !== row.name) link.replaceChildren(words(row.name));
    mark(link, 'href', address({ ...state, title: row.title }));
    mark(link, 'data-title', row.title);
    mark(link, 'aria-current', row.title === state.title ? 'true' : undefined);
    const [hot, air] = badges.children;
    const kind = row.bursting ? 'burst' : row.surging ? 'surge' : '';
    say(hot, kind);
    mark(hot, 'class', `badge ${kind}`);
    hot.hidden = !kind;
    air.hidden = !row.on_air;
    const near = row.on_air ? undefined : episode(row, time);
    say(when, near?.text ?? '');
    mark(when, 'datetime', near?.when);
    mark(when, 'title', near && spelled(near.when));
  },
};

const spark = {
  id: 'sparkline', head: '30 hours', hint: 'Posts of each half hour; each title by its own scale', kind: 'first',
  make: () => el('td', { class: 'spark-cell' }, sparkline()),
  show: (td, row) => drawSparkline(td.firstElementChild, row.sparkline),
};

const where = {
  id: 'platforms', head: 'Where', hint: 'Posts by platform over the window', kind: 'window',
  make: () => el('td', { class: 'where-cell' }, bar()),
  show(td, row, { platforms }) {
    mark(td, 'title', fillBar(td.firstElementChild, row.platforms, platforms, platform));
  },
};

const plain = (show) => (x) => ({ text: show(x) });
const counted = (n) => ({ text: count(n), hint: exact(n) });

const COLUMNS = [
  rank,
  title,
  spark,
  number('posts', 'Posts', 'Posts over the window, as they are ranked', counted, 'size'),
  number('authors', 'Authors', 'Distinct authors over the window', counted, 'size'),
  number('posts_1h', 'Posts', 'Posts of the last hour, to the full minute', counted, 'now'),
  number('authors_1h', 'Authors', 'Distinct authors of the last hour', counted, 'now'),
  number('day_ratio', '× day before', 'Posts of the last hour over those of the same hour a day before',
    (x) => ({ text: times(x), tone: x >= 1.5 ? 'up' : x <= 1 / 1.5 ? 'down' : undefined }), 'now'),
  number('average_ratio', '× average', "Posts over the mean of the campaign's comparable titles", plain(times)),
  number('share_of_voice', 'Share', "Share of voice: its part of all mentions of the campaign's titles", plain(percent)),
  number('velocity_per_minute', 'Posts/min', 'Posts a minute over the window', plain(rough)),
  number('growth_per_hour', 'Growth', 'Posts of the window against the window before; below, the 95 % interval', growth),
  number('reproduction', 'Reproduction', 'Shares, quotes and replies that a post brings about, last hour; below, the 95 % interval. From 1 on talk feeds itself.',
    ({ value, lower, upper }) => ({
      text: decimal(value), value,
      below: lower === undefined || upper === undefined ? '' : `${decimal(lower)} to ${decimal(upper)}`,
      tone: lower >= 1 ? 'up' : undefined,
    })),
  number('copies', 'Copies', "Longer posts that repeat another's text. Bold: clearly more than the others' over the same window; more talk alone brings more.",
    (x, row, { usual }) => ({ text: percent(x), tone: copiesAreMany(x, usual) ? 'much' : undefined, hint: usual === undefined ? undefined : `Others now ${percent(usual)}` })),
  where,
];

/** What the window of an hour says twice. */
const TWICE_AT_1H = ['posts_1h', 'authors_1h'];

/** The head: two rows, once a window. */
function showHead(head, window) {
  const spans = { first: '', size: `Over ${window}`, now: 'Last hour', window: `Why, over ${window}` };
  const shown = columnsOf(window);
  const groups = ['first', 'size', 'now', 'window'].map((kind) => [kind, shown.filter((column) => column.kind === kind)]);
  head.replaceChildren(
    el('tr', { class: 'groups' }, ...groups.map(([kind, columns]) => (kind === 'first'
      ? el('td', { colspan: columns.length })
      : el('th', { scope: 'colgroup', colspan: columns.length, class: `col-${columns[0].kind}-${columns[0].id}` }, spans[kind])))),
    el('tr', {}, ...shown.map(({ id, kind, head: text, hint }) =>
      el('th', { scope: 'col', class: `col-${kind}-${id}`, title: hint }, text))),
  );
}

function columnsOf(window) {
  return COLUMNS.filter(({ id }) => window !== '1h' || !TWICE_AT_1H.includes(id));
}

let headOf;

/**
 * Shows one answer. `context`: `state`, `shape` (the window's), `platforms`, `time`,
 * `usual` (copies of the others over the same window).
 */
export function showLeaderboard(answer, context) {
  const table = byId('leaderboard');
  showKey(context.platforms);
  const body = table.tBodies[0];
  const shown = columnsOf(answer.window);
  if (headOf !== answer.window) {
    headOf = answer.window;
    body.replaceChildren();
    showHead(table.tHead, answer.window);
  }
  mark(table, 'data-time', answer.time);
  mark(table, 'data-window', answer.window);
  say(byId('leaderboard-caption'), `Titles of ${answer.name} by posts over ${answer.window}`);
  reconcile(body, answer.rows, (row) => row.title,
    () => el('tr', {}, ...shown.map((column) => {
      const cell = column.make();
      cell.classList.add(`col-${column.kind}-${column.id}`);
      return cell;
    })),
    (tr, row) => {
      mark(tr, 'data-title', row.title);
      mark(tr, 'class', [row.title === context.state.title && 'chosen', (row.bursting || row.surging) && 'hot'].filter(Boolean).join(' ') || undefined);
      shown.forEach((column, i) => column.show(tr.children[i], row, context));
    });
}

/** Which colour is which platform, where there is more than one. */
function showKey(platforms) {
  reconcile(byId('key'), platforms.length > 1 ? platforms : [], String,
    (id) => el('li', {}, svg('svg', { viewBox: '0 0 8 8', 'aria-hidden': 'true' }, svg('rect', { width: 8, height: 8, class: `part-${platforms.indexOf(id) % 6}` })), platform(id)), () => {});
}

/** Arrow keys go from title to title. */
export function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const link = event.target.closest?.('th.title a');
  if (!step || !link) return;
  const links = [...byId('leaderboard').querySelectorAll('th.title a')];
  const next = links[links.indexOf(link) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
