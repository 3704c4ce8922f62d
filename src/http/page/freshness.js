// How old the numbers are, said first and said plainly.

import { byId, mark, say } from './dom.js';
import { clock, length, spelled } from './format.js';

/** From here on the service itself withholds title gauges: these are no longer numbers of now. */
const OLD_SECONDS = 600;
/** So long without an answer, and the page says so. */
const SILENT_MS = 15_000;

let last;
let heardAt = 0;
let problem;

/** An answer came: what it says of its own time. */
export function heard({ time, now }) {
  if (last && Date.parse(time) < Date.parse(last.time) && Date.parse(now) < Date.parse(last.now)) return;
  last = { time, now };
  heardAt = Date.now();
  problem = undefined;
  show();
}

/** Nothing to show, and why; `undefined` takes it back. */
export function trouble(text) {
  problem = text;
  show();
}

/** Another campaign: nothing is known of it yet. */
export function forget() {
  last = problem = undefined;
  heardAt = 0;
  show();
}

export function show() {
  const badge = byId('freshness');
  const text = byId('freshness-text');
  const notice = byId('notice');
  const silent = last && Date.now() - heardAt > SILENT_MS;
  let state = 'waiting';
  let said = 'waiting for data';
  let warning = problem ?? '';
  if (last) {
    const behind = (Date.parse(last.now) - Date.parse(last.time)) / 1000;
    said = `Data as of ${clock(last.time)}, ${length(Math.max(0, behind))} behind`;
    state = 'fresh';
    mark(badge, 'title', spelled(last.time));
    mark(badge, 'data-time', last.time);
    mark(badge, 'data-behind', behind);
    if (behind > OLD_SECONDS) {
      state = 'old';
      warning ||= `These numbers are of ${length(behind)} ago: the service is catching up, or a feed stands still. Do not read them as now.`;
    }
    if (silent) {
      state = 'lost';
      said = `Data as of ${clock(last.time)}`;
      warning ||= `The service has not answered for ${length((Date.now() - heardAt) / 1000)}. What you see stands still.`;
    }
  }
  if (problem) state = 'lost';
  mark(badge, 'data-state', state);
  say(text, said);
  say(notice, warning);
  notice.hidden = !warning;
}
