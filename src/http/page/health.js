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

function feedState(feed, time) {
  if (feed.stalled) return { state: 'bad', text: 'stalled: left out' };
  if (!feed.watermark) return { state: 'warn', text: 'nothing heard yet' };
  const ahead = (Date.parse(feed.watermark) - Date.parse(time)) / 1000;
  const trails = feed.delay_seconds >= 60 ? `${length(feed.delay_seconds)} behind the world by design` : '';
  const text = feed.holds_time ? 'sets the data’s time' : `${length(ahead)} ahead of it`;
  return { state: 'good', text: [text, trails].filter(Boolean).join('; ') };
}

/** `answer` of the campaign's health. */
export function showHealth(answer) {
  const { feeds, mentions, dead_letters: dead, time } = answer;
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
  reconcile(byId('feeds'), feeds, (feed) => `${feed.topic} ${feed.partition}`,
    () => el('li', {}, el('span', { class: 'feed-name' }), ' ', el('span', { class: 'feed-state' })),
    (item, feed) => {
      const { state, text } = feedState(feed, time);
      const [name, told] = item.children;
      say(name, `${feed.topic} ${feed.partition}`);
      say(told, text);
      mark(item, 'data-state', state);
      mark(item, 'title', feed.watermark && `Read up to ${spelled(feed.watermark)}`);
    });
  const rows = [
    ...Object.entries(mentions).map(([outcome, n]) => [outcome, ...(OUTCOMES[outcome] ?? [outcome, '']), n]),
    ...Object.entries(dead ?? {}).map(([feed, n]) => [`dead ${feed}`, `unreadable, ${feed}`, 'Records that could not be read, set aside as dead letters by this process', n]),
  ];
  reconcile(byId('outcomes'), rows, ([key]) => key, () => el('div', {}, el('dt'), el('dd', { class: 'num' })), (item, [, text, hint, n]) => {
    say(item.children[0], text);
    say(item.children[1], exact(n));
    mark(item, 'title', hint);
    mark(item, 'data-value', n);
  });
}
