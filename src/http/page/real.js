// Grown or pushed? Signs that talk is made by few, each with its number. None of them is proof.

import { count, percent, rough, platform, byCount, sum } from './format.js';

/** From where on a number is a sign. */
const COPIES = 0.3;
/** … and so many times what is usual: short posts of one drama are alike anyway. */
const COPIES_ABOVE = 1.5;
const TOP_AUTHOR = 0.1;
const POSTS_AN_AUTHOR = 3;
const ACCOUNTS = 0.3;
const ONE_PLATFORM = 0.97;
/** Below so many posts nothing is said. */
const POSTS_MIN = 20;

/** From which part of copies on they are a sign; `usual` is the median of the campaign's titles. */
const copiesMax = (usual = 0) => Math.max(COPIES, Math.min(0.95, usual * COPIES_ABOVE));

export const copiesAreMany = (x, usual) => x >= copiesMax(usual);

/** The median part of copies among titles. */
export function usualCopies(rows) {
  const known = rows.map((row) => row.copies).filter((x) => x !== undefined).sort((a, b) => a - b);
  return known.length < 3 ? undefined : known[Math.floor(known.length / 2)];
}

/**
 * What speaks for and against, from what is known: `posts`, `authors`, `copies`, `top_author`,
 * `novelty`, `accounts`, `platforms`, `usual` (the campaign's usual copies). Each: `{ id, sign, text, rule }`.
 */
export function signs(known) {
  const found = [];
  const add = (id, sign, text, rule) => found.push({ id, sign, text, rule });
  const { posts, authors, copies, top_author: top, novelty, accounts, platforms, usual } = known;
  if (authors > 0 && posts > 0) {
    const each = posts / authors;
    add('authors', each >= POSTS_AN_AUTHOR, `${count(authors)} people, ${rough(each)} ${rough(each) === '1' ? 'post' : 'posts'} each`,
      `A sign from ${POSTS_AN_AUTHOR} posts an author: few people post much.`);
  }
  if (copies !== undefined) {
    add('copies', copiesAreMany(copies, usual), `${percent(copies)} copied text${usual === undefined ? '' : ` (usually ${percent(usual)})`}`,
      `A sign from ${percent(copiesMax(usual))}: posts repeat one another's words more than those of the campaign's other titles.`);
  }
  if (top !== undefined) {
    add('top_author', top >= TOP_AUTHOR, `busiest account ${percent(top)}`,
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
      `A sign from ${percent(ONE_PLATFORM)}: what people care about is talked of in more than one place.`);
  }
  if (novelty !== undefined) {
    add('novelty', false, `${percent(novelty)} new voices`,
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
