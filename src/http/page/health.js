// Whether to believe the numbers: how fresh each feed is, and what became of its posts.

import { byId, el, mark, reconcile, say } from './dom.js';
import { count, exact, length, percent, spelled, sum } from './format.js';

const OUTCOMES = {
  counted: ['counted', 'Mentions that are in the numbers'],
  duplicate: ['delivered again', 'Mentions that came more than once and were counted once'],
  late: ['too late', 'Mentions that came after the campaign\'s allowed lateness: not counted'],
  future: ['from the future', 'Mentions whose time lies ahead of the clock: not counted'],
  unknown_title: ['of a title not in the campaign', 'Mentions of a title that left the campaign file'],
  retracted: ['taken back', 'Mentions whose post was deleted: they left the windows'],
};

/** The partitions of a topic as one: the worst of them speaks. */
function topics(feeds) {
  const found = new Map();
  for (const feed of feeds) found.set(feed.topic, [...(found.get(feed.topic) ?? []), feed]);
  return [...found];
}

function feedState(partitions, now) {
  const stalled = partitions.filter((feed) => feed.stalled);
  if (stalled.length) return { state: 'bad', text: `stalled and left out: partition ${stalled.map((feed) => feed.partition).join(', ')}` };
  if (partitions.some((feed) => !feed.watermark)) return { state: 'warn', text: 'nothing heard yet' };
  const oldest = Math.min(...partitions.map((feed) => Date.parse(feed.watermark)));
  const delay = Math.max(...partitions.map((feed) => feed.delay_seconds));
  const parts = [
    `${length(Math.max(0, (Date.parse(now) - oldest) / 1000))} behind`,
    partitions.some((feed) => feed.holds_time) ? 'all wait for it' : '',
    delay >= 60 ? `its source trails by ${length(delay)}` : '',
  ];
  return { state: 'good', text: parts.filter(Boolean).join('; '), oldest };
}

/** `answer` of the campaign's health. */
export function showHealth(answer) {
  const { feeds, mentions, dead_letters: dead, now } = answer;
  const stalled = feeds.filter((feed) => feed.stalled).length;
  const deadAll = dead === undefined ? undefined : sum(dead);
  const all = sum(mentions);
  const lost = (mentions.late ?? 0) + (mentions.future ?? 0);
  const parts = [
    stalled === 0 ? `All ${feeds.length} feed partitions are read.` : `${stalled} of ${feeds.length} feed partitions are stalled: their posts are missing.`,
    all ? `${lost ? percent(lost / all) : 'None'} of the mentions came too late or from the future.` : 'No mention has been counted by this process.',
    deadAll === undefined ? '' : `${count(deadAll)} ${deadAll === 1 ? 'record' : 'records'} could not be read.`,
  ];
  const summary = byId('health-summary');
  say(summary, parts.filter(Boolean).join(' '));
  mark(summary, 'data-tone', stalled ? 'bad' : 'good');
  reconcile(byId('feeds'), topics(feeds), ([topic]) => topic,
    () => el('li', {}, el('span', { class: 'feed-name' }), ' ', el('span', { class: 'feed-state' })),
    (item, [topic, partitions]) => {
      const { state, text, oldest } = feedState(partitions, now);
      const [name, told] = item.children;
      say(name, topic);
      say(told, text);
      mark(item, 'data-state', state);
      mark(item, 'title', oldest && `Read up to ${spelled(oldest)}`);
    });
  const rows = [
    ...Object.entries(mentions).filter(([outcome, n]) => n > 0 || outcome === 'counted').map(([outcome, n]) => [outcome, ...(OUTCOMES[outcome] ?? [outcome, '']), n]),
    ...Object.entries(dead ?? {}).filter(([, n]) => n > 0).map(([feed, n]) => [`dead ${feed}`, `unreadable, ${feed}`, 'Records that could not be read, set aside as dead letters by this process', n]),
  ];
  reconcile(byId('outcomes'), rows, ([key]) => key, () => el('div', {}, el('dt'), el('dd', { class: 'num' })), (item, [, text, hint, n]) => {
    say(item.children[0], text);
    say(item.children[1], exact(n));
    mark(item, 'title', hint);
    mark(item, 'data-value', n);
  });
}
