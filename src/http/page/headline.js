// The first ten seconds: what takes off, where, and whether it is real.

import { byId, el, mark, reconcile, say, words } from './dom.js';
import { address } from './state.js';
import { byCount, count, language, length, percent, platform, sum, timeOf, times, minuteOf } from './format.js';
import { bar, fillBar } from './split.js';
import { signs, verdict } from './real.js';

/** More than these are only named. */
const SHOWN_MAX = 3;
const LANGUAGES_MAX = 3;

/** Rising, level or falling, where that is sure. */
export function movement(row) {
  if (row.doubling_seconds) return { tone: 'up', text: `still rising, doubles in ${length(row.doubling_seconds.value)}` };
  if (row.half_life_seconds) return { tone: 'down', text: `now falling, halves in ${length(row.half_life_seconds.value)}` };
  if (row.growth_per_hour !== undefined) return { tone: 'level', text: 'no longer rising' };
  return undefined;
}

/** A rise that is sure to double posts in so long stands here too, without a burst or a surge. */
const DOUBLES_SECONDS = 7_200;
const climbs = (row) => row.doubling_seconds?.upper <= DOUBLES_SECONDS;

const rises = (row) => (row.doubling_seconds ? 0 : row.half_life_seconds ? 2 : 1);
/** Grows, or is too young to tell. */
const stillRises = (row) => Boolean(row.doubling_seconds) || row.growth_per_hour === undefined;

/**
 * Titles in a burst or surge, or surely climbing: the rising first, then by posts. The service says
 * which of all they are; one that does not yet is read by its rows.
 */
export function takingOff({ hot, rows }) {
  return [...(hot ?? rows.filter((row) => row.bursting || row.surging || climbs(row)))]
    .sort((a, b) => rises(a) - rises(b) || b.posts - a.posts);
}

/** When the title's open burst or surge began, by the burst records. */
function began(bursts, title) {
  const ended = new Set(bursts.filter((b) => b.phase === 'end').map((b) => `${b.title} ${b.detector} ${b.onset}`));
  const open = bursts.filter((b) => b.title === title && !ended.has(`${b.title} ${b.detector} ${b.onset}`));
  return open.map((b) => b.onset).sort()[0];
}

function make() {
  return el('li', {},
    el('p', { class: 'head-name' }, el('a', { class: 'head-link' }), ' ', el('span', { class: 'badge' })),
    el('p', { class: 'head-what' }),
    el('div', { class: 'head-where' }, bar(), el('p')),
    el('p', { class: 'head-real' }, el('strong'), ' ', el('span')),
  );
}

function fill(node, row, context) {
  const [name, what, where, real] = node.children;
  mark(node, 'class', stillRises(row) ? 'rising' : undefined);
  const [link, badge] = name.children;
  if (link.textContent !== row.name) link.replaceChildren(words(row.name));
  mark(link, 'href', address({ ...context.state, title: row.title }));
  mark(link, 'data-title', row.title);
  const since = row.bursting || row.surging ? began(context.bursts, row.title) : undefined;
  const kind = row.bursting ? 'burst' : row.surging ? 'surge' : 'climbing';
  mark(badge, 'class', `badge ${kind}`);
  const badgeText = since ? `${kind} since ${minuteOf(since)}` : kind;
  if (badge.textContent !== badgeText) {
    badge.replaceChildren(...(since ? [`${kind} since `, timeOf(since, minuteOf)] : [kind]));
  }
  const move = movement(row);
  const told = [
    `${count(row.posts)} posts in the last ${context.hour}`,
    row.authors === undefined ? undefined : `by ${count(row.authors)} people`,
  ].filter(Boolean).join(' ');
  const compared = [
    row.day_ratio === undefined ? undefined : `${times(row.day_ratio)} the same hour a day before`,
    row.burst_expected_posts ? `usually ${count(row.burst_expected_posts)}` : undefined,
    move?.text,
  ].filter(Boolean).join('; ');
  const text = compared ? `${told}: ${compared}.` : `${told}.`;
  say(what, text);
  mark(what, 'data-tone', move?.tone);
  const spread = fillBar(where.firstElementChild, row.platforms, context.platforms, platform);
  const tongues = byCount(row.languages).filter(([code]) => code !== 'und' && code !== 'other').slice(0, LANGUAGES_MAX);
  const spoken = tongues.map(([code, n]) => `${language(code)} ${percent(n / sum(row.languages))}`).join(', ');
  say(where.lastElementChild, [spread, spoken].filter(Boolean).join(' · '));
  const known = { ...row, usual: context.usual };
  const judged = verdict(known);
  const [sentence, reasons] = real.children;
  mark(real, 'data-tone', judged.tone);
  say(sentence, `${judged.text}:`);
  const found = signs(known);
  const listed = found.sort((a, b) => Number(b.sign) - Number(a.sign)).slice(0, 3);
  say(reasons, `${listed.map((one) => one.text).join(', ') || 'no author and no text is known'}.`);
}

/** `answer`: the leaderboard over one hour. `context`: `state`, `bursts`, `platforms`, `usual`
 * (copies of the others over it), `hour` (how its window is called). */
export function showHeadline(answer, context) {
  const { rows, total } = answer;
  const hot = takingOff(answer);
  reconcile(byId('headline'), hot.slice(0, SHOWN_MAX), (row) => row.title, make,
    (node, row) => fill(node, row, context));
  say(byId('headline-head'), hot.length && !hot.some(stillRises) ? 'Took off earlier, no longer rising' : 'Taking off now');
  const none = byId('headline-none');
  none.hidden = hot.length > 0 && hot.length <= SHOWN_MAX;
  const riser = rows.filter((row) => row.doubling_seconds).sort((a, b) => (b.growth_per_hour ?? 0) - (a.growth_per_hour ?? 0))[0];
  if (hot.length > SHOWN_MAX) say(none, `And ${hot.slice(SHOWN_MAX).map((row) => row.name).join(', ')}.`);
  else if (hot.length > 0) return;
  else if (rows.length === 0) say(none, 'No title has been counted yet.');
  else if (riser) say(none, `No title is in a burst or a surge. The fastest riser${rows.length < total ? ` of the ${count(rows.length)} with the most posts` : ''}: ${riser.name}, ${count(riser.posts)} posts in the last ${context.hour}, doubles in ${length(riser.doubling_seconds.value)}.`);
  else say(none, 'No title is in a burst or a surge: talk is as it usually is.');
}
