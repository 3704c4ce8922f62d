// Grown or pushed? Signs that talk is made by few, each with its number. None of them is proof.

import { count, percent, rough, platform, byCount, sum } from './format.js';

/** From where on a number is a sign. Copies: so much, and so many times those of the others now. */
const COPIES = 0.3;
const COPIES_ABOVE = 1.5;
const TOP_AUTHOR = 0.1;
const POSTS_AN_AUTHOR = 3;
const ACCOUNTS = 0.3;
const ONE_PLATFORM = 0.97;
const NEW_VOICES = 0.2;
/** Below so many posts nothing is said. */
const POSTS_MIN = 20;

/** From which part of copies on they are many; `usual` is the median of all titles over the same window. */
const copiesMax = (usual) => Math.max(COPIES, Math.min(0.95, usual * COPIES_ABOVE));

export const copiesAreMany = (x, usual) => usual !== undefined && x >= copiesMax(usual);

/** The median part of copies among titles: as the leaderboard tells it, or of its rows. */
export function usualCopies({ usual_copies: told, rows }) {
  if (told !== undefined) return told;
  const known = rows.map((row) => row.copies).filter((x) => x !== undefined).sort((a, b) => a - b);
  return known.length < 3 ? undefined : known[Math.floor(known.length / 2)];
}

/**
 * What speaks for and against, from what is known: `posts`, `authors`, `copies`, `top_author`,
 * `novelty`, `accounts`, `platforms`, `usual` (copies of the others now, over the same window),
 * `top_over` (the busiest account's time, in words). Each: `{ id, sign, text, rule }`.
 *
 * The more is written, the more of it is alike: copies alone accuse nobody, nor does one platform or
 * few new voices. They are signs beside one another or beside talk that few accounts make.
 */
export function signs(known) {
  const found = [];
  const add = (id, sign, text, rule, weight = 'few') => found.push({ id, sign, text, rule, weight });
  const { posts, authors, copies, top_author: top, novelty, accounts, platforms, usual, top_over: over = '' } = known;
  if (authors > 0 && posts > 0) {
    const each = posts / authors;
    add('authors', each >= POSTS_AN_AUTHOR, `${count(authors)} people, ${rough(each)} ${rough(each) === '1' ? 'post' : 'posts'} each`,
      `A sign from ${POSTS_AN_AUTHOR} posts an author: few people post much.`);
  }
  if (copies !== undefined) {
    const many = copiesAreMany(copies, usual);
    const others = usual === undefined ? '' : `others now ${percent(usual)}`;
    add('copies', many, many ? `copied text higher than others (${percent(copies)}, ${others})` : `${percent(copies)} copied text${others && ` (${others})`}`,
      usual === undefined ? 'No other titles to compare with.' : `With a second sign, a sign from ${percent(copiesMax(usual))}. Much talk brings more of it by itself.`, 'copies');
  }
  if (top !== undefined) {
    add('top_author', top >= TOP_AUTHOR, `busiest account ${percent(top)}${over && ` of ${over}`}`,
      `A sign from ${percent(TOP_AUTHOR)}: one account makes the talk.`);
  }
  const all = sum(accounts);
  for (const [group, n] of byCount(accounts)) {
    if (group === 'organic' || all < POSTS_MIN) continue;
    add(`accounts ${group}`, n / all >= ACCOUNTS, `${percent(n / all)} by ${group} accounts`,
      `A sign from ${percent(ACCOUNTS)}: the campaign's own accounts carry it.`);
  }
  const spread = byCount(platforms);
  if (Object.keys(platforms ?? {}).length > 1 && sum(platforms) >= POSTS_MIN) {
    const [most, n] = spread[0];
    const share = n / sum(platforms);
    add('platforms', share >= ONE_PLATFORM, `${percent(share)} on ${platform(most)}`,
      `A sign from ${percent(ONE_PLATFORM)}: what people care about is talked of in more than one place. Only with a second sign.`, 'support');
  }
  if (novelty !== undefined) {
    add('novelty', novelty < NEW_VOICES, `${percent(novelty)} new voices`,
      `Authors of the last hour who had not written of it in the 7 days before. Many: it reaches new people. Below ${percent(NEW_VOICES)}: the same fans, a sign only with a second one.`, 'support');
  }
  const has = (weight) => found.some((one) => one.sign && one.weight === weight);
  const carried = has('few') || (has('copies') && has('support'));
  for (const one of found) one.sign &&= carried;
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
