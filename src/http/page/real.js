// Grown or pushed? Signs that talk is made by few, each with its number. None of them is proof.

import { count, percent, rough, platform, byCount, sum } from './format.js';

/** From where on a number is a sign. */
const COPIES = 0.3;
const TOP_AUTHOR = 0.1;
const POSTS_AN_AUTHOR = 3;
const ACCOUNTS = 0.3;
const ONE_PLATFORM = 0.97;
/** Below so many posts nothing is said. */
const POSTS_MIN = 20;

export const copiesAreMany = (x) => x >= COPIES;

/**
 * What speaks for and against, from what is known: `posts`, `authors`, `copies`, `top_author`,
 * `novelty`, `accounts`, `platforms`. Each: `{ sign, text, rule }`.
 */
export function signs(known) {
  const found = [];
  const add = (sign, text, rule) => found.push({ sign, text, rule });
  const { posts, authors, copies, top_author: top, novelty, accounts, platforms } = known;
  if (authors > 0 && posts > 0) {
    const each = posts / authors;
    add(each >= POSTS_AN_AUTHOR, `${count(authors)} people, ${rough(each)} posts each`,
      `A sign from ${POSTS_AN_AUTHOR} posts an author: few people post much.`);
  }
  if (copies !== undefined) {
    add(copies >= COPIES, `${percent(copies)} copied text`,
      `A sign from ${percent(COPIES)}: posts repeat one another's words.`);
  }
  if (top !== undefined) {
    add(top >= TOP_AUTHOR, `busiest account ${percent(top)}`,
      `A sign from ${percent(TOP_AUTHOR)}: one account makes the talk.`);
  }
  const all = sum(accounts);
  for (const [group, n] of byCount(accounts)) {
    if (group === 'organic' || all < POSTS_MIN) continue;
    add(n / all >= ACCOUNTS, `${percent(n / all)} by ${group} accounts`,
      `A sign from ${percent(ACCOUNTS)}: the campaign's own accounts carry it.`);
  }
  const spread = byCount(platforms);
  if (Object.keys(platforms ?? {}).length > 1 && sum(platforms) >= POSTS_MIN) {
    const [most, n] = spread[0];
    const share = n / sum(platforms);
    add(share >= ONE_PLATFORM, `${percent(share)} on ${platform(most)}`,
      `A sign from ${percent(ONE_PLATFORM)}: what people care about is talked of in more than one place.`);
  }
  if (novelty !== undefined) {
    add(false, `${percent(novelty)} new voices`,
      'Authors of the last hour who had not written of it in the 7 days before. Many: it reaches new people. Few: the same fans.');
  }
  return found;
}

/** The sentence that sums them up. */
export function verdict(known) {
  if ((known.posts ?? 0) < POSTS_MIN) return { tone: 'unknown', text: 'Too few posts to tell' };
  const found = signs(known);
  const against = found.filter((one) => one.sign);
  if (against.length === 0 && known.copies === undefined && known.authors === undefined) {
    return { tone: 'unknown', text: 'Not enough is known to tell' };
  }
  return against.length === 0
    ? { tone: 'good', text: 'No sign of a push' }
    : { tone: 'bad', text: against.length === 1 ? 'A sign of a push' : `${against.length} signs of a push` };
}

/** What the reproduction number says, in words. */
export function spreading({ value, lower, upper }) {
  if (lower !== undefined && lower >= 1) return 'feeds itself: each post brings about more than one';
  if (upper !== undefined && upper < 0.5) return 'mostly told from outside: few posts draw others';
  if (upper !== undefined && upper < 1) return 'spreads, but dies out without news';
  return value >= 1 ? 'perhaps feeds itself' : 'spreads; near to feeding itself';
}
