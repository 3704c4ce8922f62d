// Numbers in the reader's locale, times in the reader's zone, lengths in words.

import { el } from './dom.js';

/** What stands where there is no number. */
export const DASH = '–';

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const two = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const twice = new Intl.NumberFormat(undefined, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });
const fixed2 = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const part = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const smallPart = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayTime = new Intl.DateTimeFormat(undefined, {
  day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit',
});
const longTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const dayOnly = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

export const count = (n) => (n < 100_000 ? whole.format(n) : short.format(n));
export const exact = (n) => whole.format(n);
/** 0.07 → 7 %, with a decimal where it matters. */
export const percent = (x) => (x > 0 && x < 0.1 ? smallPart : part).format(x);
/** ×8.2, ×12 */
export const times = (x) => `×${x >= 10 ? count(x) : twice.format(x)}`;
export const decimal = (x) => fixed2.format(x);
/** Two digits that matter, and no more than whole numbers from 100. */
export const rough = (x) => (Math.abs(x) >= 100 ? whole : two).format(x);

/** 42 s, 12 min, 3 h 20 min, 2 d 4 h */
export function length(seconds) {
  const s = Math.round(Math.abs(seconds));
  if (s < 60) return `${whole.format(s)} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 60) return `${whole.format(minutes)} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  const [days, left] = [Math.floor(hours / 24), hours % 24];
  return left && days < 10 ? `${days} d ${left} h` : `${whole.format(days)} d`;
}

/** The two ends of an interval of lengths, in words. */
export function lengths({ lower, upper }) {
  if (lower === undefined && upper === undefined) return undefined;
  if (upper === undefined) return `${length(lower)} or more`;
  if (lower === undefined) return `up to ${length(upper)}`;
  return `${length(lower)} to ${length(upper)}`;
}

const isToday = (date) => date.toDateString() === new Date().toDateString();

/** By the reader's clock; with the day unless it is today. */
export function clock(time) {
  const date = new Date(time);
  return (isToday(date) ? clockTime : dayTime).format(date);
}

/** Hours and minutes alone. */
export const minuteOf = (time) => clockTime.format(new Date(time));
export const dayOf = (time) => dayOnly.format(new Date(time));

/** The time in UTC and in the reader's zone, for who hovers. */
export function spelled(time) {
  const date = new Date(time);
  const utc = date.toISOString().replace('T', ' ').replace(/\.\d+Z$/, '');
  return `${utc} UTC (${longTime.format(date)})`;
}

/** A <time>, shown by `show`, with UTC on hover. */
export function timeOf(time, show = clock) {
  return el('time', { datetime: new Date(time).toISOString(), title: spelled(time) }, show(time));
}

/** Changes a <time> in place. */
export function setTime(node, time, text = clock(time)) {
  node.dateTime = new Date(time).toISOString();
  node.title = spelled(time);
  if (node.textContent !== text) node.textContent = text;
}

const PLATFORMS = { twitter: 'X', tiktok: 'TikTok', instagram: 'Instagram' };
export const platform = (id) => PLATFORMS[id] ?? id;

/** The English name of a language; `und` and `other` are the service's words. */
export function language(code) {
  if (code === 'und') return 'not told';
  if (code === 'other') return 'other';
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

/** From most to least, what is 0 left out. */
export function byCount(map = {}) {
  return Object.entries(map).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
}

export const sum = (map = {}) => Object.values(map).reduce((all, n) => all + n, 0);
