// One title in detail: its course, whether it is real, where, and what people write.

import { byId, el, mark, reconcile, say, words } from './dom.js';
import { ask, of, url } from './api.js';
import { why } from './absent.js';
import { chart } from './charts.js';
import { bars } from './split.js';
import { signs, spreading, verdict } from './real.js';
import { episodes } from './bursts.js';
import { postList, wordList } from './posts.js';
import { DASH, count, decimal, exact, language, length, lengths, percent, platform, rough, setTime, times } from './format.js';

/** What the chart can show: how it is written, and what a level line says. */
const MEASURES = {
  posts: { name: 'Posts', show: count },
  authors: { name: 'Authors, 1h', show: count },
  share_of_voice: { name: 'Share of voice, 1h', show: percent, least: 0.05 },
  growth_per_hour: { name: 'Growth an hour', show: decimal, lines: [{ y: 0, text: 'no change' }] },
  reproduction: { name: 'Reproduction', show: decimal, least: 1.1, lines: [{ y: 1, text: 'feeds itself from here' }] },
  burst_score: { name: 'Burst score', show: rough, least: 8, lines: [{ y: 7, text: 'a burst from here' }] },
  copies: { name: 'Copies, 1h', show: percent, least: 0.4 },
  rank: { name: 'Rank, 1h', show: exact, down: true },
};
const SPANS = { '30h': ['30 hours', '5m'], '3h': ['3 hours', '1m'] };
const COMPARED_MAX = 5;

let drawn;

/** A number with its name; absent, a dash that says why. */
const fact = (id, head, hint, of) => ({ id, head, hint, of });
const NOW = [
  fact('posts', 'Posts, last hour', 'Over the window of an hour', (t) => [count(t.posts), t.posts]),
  fact('authors', 'Authors, last hour', 'Distinct', (t) => [count(t.authors), t.authors]),
  fact('day_ratio', 'Against the day before', 'The same hour', (t) => [times(t.day_ratio), t.day_ratio]),
  fact('burst_score', 'Above the usual', 'Standard deviations above what is usual; a burst from 7', (t) => [`${rough(t.burst_score)} σ`, t.burst_score, t.burst_expected_posts === undefined ? '' : `usually ${rough(t.burst_expected_posts)} an hour`]),
  fact('reproduction', 'Reproduction', 'Shares, quotes and replies that a post brings about', ({ reproduction: r }) => [decimal(r.value), r.value, `${r.lower === undefined ? '' : `${decimal(r.lower)} to ${decimal(r.upper)}: `}${spreading(r)}`]),
  fact('since_premiere', 'Since the premiere', 'Posts, and against the other titles at the same hour since theirs', ({ since_premiere: s }) => [count(s.posts), s.posts, [s.median_ratio === undefined ? '' : `${times(s.median_ratio)} the median of the others then`, s.rank === undefined ? '' : `place ${s.rank}`].filter(Boolean).join(', ')]),
  fact('since_episode_posts', 'Since the latest episode', 'Posts', (t) => [count(t.since_episode_posts), t.since_episode_posts, t.same_phase_ratio === undefined ? '' : `${times(t.same_phase_ratio)} the episode before at this point`]),
];
const OVER = [
  fact('posts', 'Posts', 'Over the window', (w) => [count(w.posts), w.posts]),
  fact('authors', 'Authors', 'Distinct', (w) => [count(w.authors), w.authors]),
  fact('rank', 'Rank', 'By posts', (w) => [exact(w.rank), w.rank, w.rank_before === undefined ? '' : `${w.rank_before} in the window before`]),
  fact('average_ratio', '× average', 'Of the comparable titles', (w) => [times(w.average_ratio), w.average_ratio]),
  fact('share_of_voice', 'Share of voice', 'Part of all mentions', (w) => [percent(w.share_of_voice), w.share_of_voice]),
  fact('velocity_per_minute', 'Posts a minute', 'Over the window', (w) => [rough(w.velocity_per_minute), w.velocity_per_minute]),
  fact('growth_per_hour', 'Growth', 'Against the window before', (w) => [
    w.doubling_seconds ? `doubles in ${length(w.doubling_seconds.value)}` : w.half_life_seconds ? `halves in ${length(w.half_life_seconds.value)}` : 'level',
    w.growth_per_hour, lengths(w.doubling_seconds ?? w.half_life_seconds ?? {}) ?? 'no sure change']),
  fact('amplification', 'Shares an original', 'On platforms that mark shares', (w) => [decimal(w.amplification), w.amplification]),
  fact('reach', 'Potential reach', 'Followers of the authors, an upper bound', (w) => [count(w.reach), w.reach]),
];

function facts(list, all, from, shape) {
  reconcile(list, all, ({ id }) => id,
    ({ head, hint }) => el('div', { title: hint }, el('dt', {}, head), el('dd', {}, el('span', { class: 'main' }), el('small'))),
    (item, { id, hint, of: read }) => {
      const value = item.children[1];
      const [main, sub] = value.children;
      const [text, raw, below] = from[id] === undefined ? [DASH] : read(from);
      say(main, text);
      say(sub, below ?? '');
      mark(value, 'data-measure', id);
      mark(value, 'data-value', raw);
      mark(item, 'title', raw === undefined ? why(id, shape) : hint);
    });
}

/** The frame, once a title. */
function build(panel, title, on) {
  const choose = (name, options, chosen, text, change) => el('p', { class: 'field' },
    el('label', { for: `detail-${name}` }, text),
    el('select', { id: `detail-${name}`, onchange: (event) => change(event.target.value) },
      ...options.map(([value, shown]) => el('option', { value, selected: value === chosen }, shown))));
  const part = (id, head, ...children) => el('section', { 'aria-labelledby': `${id}-head`, id }, el('h3', { id: `${id}-head` }, head), ...children);
  const split = (id, head) => el('div', { id: `split-${id}` }, el('h4', {}, head), el('ul', { class: 'bars' }), el('p', { class: 'quiet' }));
  panel.replaceChildren(
    el('header', { class: 'detail-head' },
      el('h2', { id: 'detail-name', dir: 'auto' }), el('span', { class: 'badges', id: 'detail-badges' }),
      el('button', { type: 'button', id: 'detail-close', onclick: on.close }, 'Close')),
    el('p', { class: 'quiet', id: 'detail-when' }),
    part('now', 'Now', el('dl', { class: 'facts' })),
    part('course', 'Course',
      el('div', { class: 'bar' },
        choose('measure', Object.entries(MEASURES).map(([id, { name }]) => [id, name]), on.state.measure || 'posts', 'Measure', (value) => on.change({ measure: value === 'posts' ? '' : value })),
        choose('span', Object.entries(SPANS).map(([id, [name]]) => [id, name]), on.state.span || '30h', 'Span', (value) => on.change({ span: value === '30h' ? '' : value })),
        choose('with', [], '', 'Beside', (value) => on.change({ with: value })),
        el('p', { class: 'end' }, el('a', { class: 'csv', id: 'series-csv', href: '/', download: true }, 'CSV'))),
      el('div', { id: 'course-chart' }), el('p', { class: 'quiet', id: 'course-note' })),
    part('real', 'Is it real?', el('p', { class: 'verdict' }), el('ul', { class: 'signs' }), el('details', { class: 'as-table' }, el('summary', {}, 'Signs, not proof: by which rules'), el('ul', { class: 'rules' }))),
    part('where', 'Where and who', el('p', { class: 'quiet', id: 'where-note' }),
      el('div', { class: 'columns' }, split('platforms', 'Platform'), split('languages', 'Language'), split('kinds', 'Kind'), split('accounts', 'Accounts'), split('facets', 'About'), split('engagement', 'Gained'))),
    part('words', 'What they write', el('div', { class: 'columns' },
      el('div', {}, el('h4', {}, 'Hashtags'), el('div', { id: 'detail-hashtags' })),
      el('div', {}, el('h4', {}, 'Named as'), el('div', { id: 'detail-aliases' })),
      el('div', {}, el('h4', {}, 'Posts that earned the most'), el('div', { id: 'detail-posts' })))),
    part('over', 'Over the window', el('dl', { class: 'facts' })),
  );
  drawn = { title, chart: chart(byId('course-chart'), 220), lists: {} };
}

/** Lists are made anew only if they changed, so that a link being read stays. */
function list(id, items, make) {
  const written = JSON.stringify(items);
  if (drawn.lists[id] === written) return;
  drawn.lists[id] = written;
  byId(id).replaceChildren(make(items));
}

/** The window asked for, or the nearest one that tells how posts divide. */
function telling(view, shapes, window) {
  const at = shapes.findIndex((shape) => shape.window === window);
  const order = shapes.map((shape, i) => [Math.abs(i - at), shape]).filter(([, shape]) => shape.breakdown);
  order.sort((a, b) => a[0] - b[0]);
  const shape = order[0]?.[1] ?? shapes[at];
  return view.windows.find((over) => over.window === shape?.window);
}

const engagement = (over) => Object.fromEntries(Object.entries(over.engagement ?? {}).flatMap(([place, gained]) =>
  Object.entries(gained).filter(([action]) => action !== 'view').map(([action, n]) => [`${platform(place)} ${action}s`, n])));

function showSplits(view, shapes, window) {
  const over = telling(view, shapes, window);
  if (!over) return;
  say(byId('where-note'), `Posts over ${over.window}${over.window === window ? '' : `, for ${window} does not tell it`}.`);
  const splits = [
    ['platforms', over.platforms, platform], ['languages', over.languages, language],
    ['kinds', over.kinds, (kind) => kind], ['accounts', over.accounts, (group) => group],
    ['facets', over.facets ?? view.windows.find((one) => one.facets)?.facets, (facet) => facet],
    ['engagement', engagement(over), (action) => action],
  ];
  for (const [id, map, name] of splits) {
    const [, rows, none] = byId(`split-${id}`).children;
    bars(rows, map, name);
    say(none, rows.childElementCount ? '' : DASH);
  }
}

function showReal(view, shapes, window, usual) {
  const hour = view.windows.find((over) => over.window === '1h') ?? telling(view, shapes, window) ?? {};
  const top = hour.top_author === undefined ? view.windows.find((over) => over.top_author !== undefined) : hour;
  const known = {
    posts: hour.posts, authors: hour.authors, copies: hour.copies, top_author: top?.top_author, top_over: top === hour ? '' : `the last ${top?.window}`,
    novelty: view.novelty, accounts: hour.accounts, platforms: hour.platforms, usual: usual(hour.window),
  };
  const judged = verdict(known);
  const [, sentence, found, rules] = byId('real').children;
  say(sentence, judged.text);
  mark(sentence, 'data-tone', judged.tone);
  const rows = signs(known);
  if (view.reproduction) rows.push({ id: 'reproduction', sign: false, text: `reproduction ${decimal(view.reproduction.value)}: ${spreading(view.reproduction)}`, rule: 'Shares, quotes and replies that a post brings about. From 1 on talk feeds itself.' });
  for (const [id, name] of [['copies', 'copied text'], ['novelty', 'new voices']]) {
    if (known[id] === undefined) rows.push({ id, sign: 'absent', text: `${name} ${DASH}`, rule: why(id) });
  }
  reconcile(rules.lastElementChild, rows, (one) => one.id, () => el('li'), (item, one) => say(item, `${one.text}. ${one.rule}`));
  reconcile(found, rows, (one) => one.id, () => el('li'), (item, one) => {
    say(item, one.text);
    mark(item, 'title', one.rule);
    mark(item, 'data-sign', String(one.sign));
  });
}

/** `context`: `state`, `shapes`, `usual` (copies of the others over a window), `on` (`close`, `change`). */
export function showTitle(answer, context) {
  const { title: view, time } = answer;
  const panel = byId('detail');
  if (drawn?.title !== view.title || !panel.firstElementChild) build(panel, view.title, { ...context.on, state: context.state });
  mark(panel, 'data-time', time);
  mark(panel, 'data-title', view.title);
  const name = byId('detail-name');
  if (name.textContent !== view.name) name.replaceChildren(words(view.name));
  const badges = [view.bursting && 'burst', view.surging && 'surge', view.on_air && 'on air'].filter(Boolean);
  reconcile(byId('detail-badges'), badges, String, (badge) => el('span', { class: `badge ${badge === 'on air' ? 'air' : badge}` }, badge), () => {});
  const when = [['data as of', time], ['premiere', view.premiere], ['latest episode', view.latest_episode], ['next episode', view.next_episode]].filter(([, at]) => at);
  reconcile(byId('detail-when'), when, ([what]) => what, ([what]) => el('span', {}, `${what} `, el('time')), (node, [, at]) => setTime(node.lastElementChild, at));
  const { window } = context.state;
  const hour = view.windows.find((over) => over.window === '1h');
  facts(panel.querySelector('#now .facts'), NOW, { ...view, posts: hour?.posts ?? view.posts_1h, authors: hour ? hour.authors : view.authors_1h });
  const shape = context.shapes.find((one) => one.window === window);
  say(byId('over-head'), `Over ${window}`);
  facts(panel.querySelector('#over .facts'), OVER, view.windows.find((over) => over.window === window) ?? {}, shape);
  showReal(view, context.shapes, window, context.usual);
  showSplits(view, context.shapes, window);
  list('detail-hashtags', view.hashtags, wordList);
  list('detail-aliases', view.aliases, wordList);
  list('detail-posts', view.top_posts, postList);
  drawn.view = view;
}

/** What to draw beside the title: nothing, the others with the most posts, or one of them. */
function beside(state, rows) {
  const others = rows.filter((row) => row.title !== state.title).map((row) => row.title);
  if (state.with === 'top') return others.slice(0, COMPARED_MAX);
  return state.with && state.with !== state.title ? [state.with] : [];
}

function showBeside(state, rows) {
  const options = [['', 'nothing'], ['top', `the ${COMPARED_MAX} with most posts`], ...rows.filter((row) => row.title !== state.title).map((row) => [row.title, row.name])];
  if (state.with && !options.some(([value]) => value === state.with)) options.push([state.with, state.with]);
  const select = byId('detail-with');
  if (document.activeElement !== select) {
    reconcile(select, options, ([value]) => `v${value}`, ([value]) => el('option', { value }), (option, [, text]) => say(option, text));
    if (select.value !== state.with) select.value = state.with;
  }
}

/** Asks for the course and draws it. `rows`: the titles of the table; `usual`: copies of the others over an hour. */
export async function showCourse(state, rows, records, usual) {
  if (drawn?.title !== state.title) return;
  const id = MEASURES[state.measure] ? state.measure : 'posts';
  const measure = MEASURES[id];
  const step = id === 'posts' ? (SPANS[state.span] ?? SPANS['30h'])[1] : '5m';
  const query = { title: [state.title, ...beside(state, rows)], measure: id, step };
  showBeside(state, rows);
  mark(byId('series-csv'), 'href', url(of(state.campaign, 'series'), { ...query, format: 'csv' }));
  byId('detail-span').disabled = id !== 'posts';
  const answer = await ask(of(state.campaign, 'series'), query);
  if (drawn?.title !== state.title) return;
  const start = Date.parse(answer.start) / 1000;
  const long = Math.max(0, ...answer.series.map((one) => one.values.length));
  const x = Array.from({ length: long }, (_, i) => start + i * answer.step_seconds);
  const series = answer.series.map(({ title, name, values }) => ({ key: title, name, values, strong: title === state.title }));
  series.sort((a, b) => Number(a.strong) - Number(b.strong));
  const [from, to] = [x[0] ?? 0, x.at(-1) ?? 0];
  const seconds = (at) => Date.parse(at) / 1000;
  const { view } = drawn;
  const spans = episodes(records).filter((one) => one.title === state.title)
    .map((one) => ({ kind: one.detector, from: Math.max(from, seconds(one.onset)), to: one.end ? seconds(one.end) : to }))
    .filter((one) => one.to > from);
  const marks = [['premiere', view.premiere], ['episode', view.latest_episode]].filter(([, at]) => at && seconds(at) >= from && seconds(at) <= to);
  const upright = marks.filter(([what, at]) => what === 'premiere' || at !== view.premiere).map(([text, at]) => ({ text, at: seconds(at) }));
  const level = id === 'copies' && usual !== undefined ? [{ y: usual, text: `others now ${percent(usual)}` }] : measure.lines ?? [];
  const own = series.at(-1)?.values.filter((value) => value !== null) ?? [];
  const known = own.length > 0;
  const label = known
    ? `${measure.name} of ${view.name}, each ${length(answer.step_seconds)}: most ${measure.show(Math.max(...own))}, least ${measure.show(Math.min(...own))}, now ${measure.show(own.at(-1))}`
    : `${measure.name} of ${view.name}: none known yet`;
  const note = [
    id === 'posts' ? `Posts of each ${length(answer.step_seconds)}.` : 'A point each 5 minutes, kept since this process began.',
    known ? '' : 'None is known yet.', spans.length ? 'Shaded: burst or surge.' : ''];
  say(byId('course-note'), note.filter(Boolean).join(' '));
  drawn.chart.draw({ x, series, marks: { spans, lines: [...upright, ...level] }, show: measure.show, least: measure.least, down: measure.down, label });
}

/** Nothing is open. */
export function closeTitle() {
  const panel = byId('detail');
  panel.hidden = true;
  panel.replaceChildren();
  drawn = undefined;
}
