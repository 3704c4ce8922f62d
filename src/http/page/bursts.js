// What took off in the last day, when, and what speaks for it.

import { byId, el, mark, reconcile, say, words } from './dom.js';
import { address } from './state.js';
import { clock, count, dayOf, exact, language, length, minuteOf, platform, rough, spelled, timeOf } from './format.js';
import { bars } from './split.js';
import { signs, verdict } from './real.js';
import { postList, wordList } from './posts.js';

const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;
const NARROW = 520;

const keyOf = (b) => `${b.title} ${b.detector} ${b.onset}`;

/**
 * One entry an episode: its onset's record where it is in the list, and its end where it has ended.
 * Newest first.
 */
export function episodes(records) {
  const found = new Map();
  for (const record of records) {
    const one = found.get(keyOf(record)) ?? { key: keyOf(record), title: record.title, detector: record.detector, onset: record.onset };
    if (record.phase === 'onset') one.record = record;
    else one.end = record.at;
    found.set(one.key, one);
  }
  return [...found.values()].sort((a, b) => Date.parse(b.onset) - Date.parse(a.onset));
}

function evidence(record, usual) {
  const { evidence: seen } = record;
  const split = (head, map, name) => {
    const list = el('ul', { class: 'bars' });
    bars(list, map, name, 6);
    return el('div', {}, el('h4', {}, head), list);
  };
  const over = length(seen.window_seconds);
  const fine = `last ${length(seen.fine_window_seconds ?? DAY_SECONDS)}`;
  const known = { posts: record.posts, copies: seen.copies, top_author: seen.top_author, top_over: `the ${fine}`, platforms: seen.platforms, usual: usual(seen.window_seconds) };
  const judged = verdict(known);
  const found = signs(known).map((one) => el('li', { 'data-sign': String(one.sign), title: one.rule }, one.text));
  const compared = record.expected_posts === undefined ? '' : `, where ${rough(record.expected_posts)} are usual`;
  const late = (Date.parse(record.at) - Date.parse(record.onset)) / 1000;
  const score = record.score === undefined ? '' : `; ${rough(record.score)} standard deviations above the usual`;
  return el('div', { class: 'evidence' },
    el('p', {}, `${count(record.posts)} posts in the hour before`, compared, score, '. Found ', timeOf(record.at), `${late < 60 ? '' : `, ${length(late)} after it began`}.`),
    el('div', { class: 'columns' },
      el('div', {}, el('h4', {}, `Is it real? Last ${over}`), el('p', { class: 'verdict', 'data-tone': judged.tone }, judged.text), el('ul', { class: 'signs' }, ...found)),
      split(`Where, last ${over}`, seen.platforms, platform),
      split(`Language, last ${over}`, seen.languages, language),
      split(`Kind, last ${over}`, seen.kinds, (kind) => kind),
      el('div', {}, el('h4', {}, `Hashtags, ${fine}`), wordList(seen.hashtags)),
      el('div', {}, el('h4', {}, `Earned the most, ${fine}`), postList(seen.posts)),
    ));
}

function make(one, context) {
  const body = el('div');
  const node = el('details', {},
    el('summary', {},
      el('span', { class: 'badge' }),
      el('span', { class: 'burst-title' }),
      el('span', { class: 'burst-when quiet' }),
      el('span', { class: 'track', 'aria-hidden': 'true' }, el('span', { class: 'span' }))),
    body);
  node.addEventListener('toggle', () => {
    if (!node.open) return;
    body.replaceChildren(node.record ? evidence(node.record, node.usual) : el('p', { class: 'quiet' }, 'It began before this list, and what spoke for it then with it.'),
      el('p', {}, el('a', { href: address({ ...context.state, title: one.title }), 'data-title': one.title }, 'The title in detail')));
  });
  return el('li', {}, node);
}

function fill(item, one, { names, usual, from, to }) {
  const node = item.firstElementChild;
  node.record = one.record;
  node.usual = usual;
  const [badge, name, when, track] = node.firstElementChild.children;
  mark(badge, 'class', `badge ${one.detector}`);
  say(badge, one.detector);
  const called = names.get(one.title) ?? one.title;
  if (name.textContent !== called) name.replaceChildren(words(called));
  const lasted = !one.record ? `began before, ${clock(one.onset)}` : one.end ? `${minuteOf(one.onset)} to ${minuteOf(one.end)}` : `since ${minuteOf(one.onset)}`;
  say(when, one.record ? `${lasted}, at ${count(one.record.posts)} posts an hour` : lasted);
  mark(when, 'title', spelled(one.onset));
  const begin = Math.max(0, (Date.parse(one.onset) - from) / (to - from));
  const end = Math.min(1, ((one.end ? Date.parse(one.end) : to) - from) / (to - from));
  const span = track.firstElementChild;
  mark(span, 'class', `span ${one.detector}`);
  span.style.left = `${100 * begin}%`;
  span.style.width = `${100 * Math.max(0.004, end - begin)}%`;
  mark(item, 'data-onset', one.onset);
  mark(item, 'data-title', one.title);
  mark(item, 'data-detector', one.detector);
}

/** The hours along the top of the day. */
function showRuler(from, to) {
  const step = (byId('ruler').clientWidth < NARROW ? 6 : 3) * HOUR_MS;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) ticks.push(at);
  reconcile(byId('ruler'), ticks, String, () => el('span'), (tick, at) => {
    tick.style.left = `${(100 * (at - from)) / (to - from)}%`;
    const hours = new Date(at).getHours();
    say(tick, hours * HOUR_MS < step ? `${minuteOf(at)} ${dayOf(at)}` : minuteOf(at));
  });
}

/** `answer` of bursts; `context`: `names` (title → name), `state`, `usual` (copies of the others
 * now, by a window's seconds). */
export function showBursts(answer, context) {
  const to = Date.parse(answer.time);
  const from = to - DAY_MS;
  const found = episodes(answer.bursts).filter((one) => !one.end || Date.parse(one.end) > from);
  showRuler(from, to);
  const placed = { ...context, from, to };
  reconcile(byId('bursts'), found, (one) => one.key, (one) => make(one, context), (item, one) => fill(item, one, placed));
  mark(byId('bursts'), 'data-count', found.length);
  byId('ruler').hidden = found.length === 0;
  say(byId('bursts-none'), found.length ? '' : 'No title has burst or surged in the last day.');
}

/** A sentence for who listens. */
export const announce = (view, names) =>
  `${view.detector === 'burst' ? 'Burst' : 'Surge'} ${view.phase === 'onset' ? 'began' : 'ended'}: ${names.get(view.title) ?? view.title}, ${exact(view.posts)} posts in the last hour`;

