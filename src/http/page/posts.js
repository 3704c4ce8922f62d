// Words and posts as people wrote them: text, and links to where the post stands.

import { el, words } from './dom.js';
import { DASH, count, exact, platform } from './format.js';

/** Hashtags or aliases with their posts. */
export function wordList(named) {
  if (!named?.length) return el('p', { class: 'quiet' }, DASH);
  return el('ul', { class: 'words' }, ...named.map(({ name, posts }) => el('li', { title: `${exact(posts)} posts` },
    words(name), ' ', el('span', { class: 'quiet num' }, count(posts)))));
}

/** Only links that lead to the web are links. */
const isLink = (link) => /^https:\/\//.test(link ?? '');

/** Posts by what they have earned. */
export function postList(posts) {
  if (!posts?.length) return el('p', { class: 'quiet' }, DASH);
  return el('ol', { class: 'posts' }, ...posts.map(({ platform: place, id, link, earned }) => {
    const shown = `${platform(place)} ${id}`;
    return el('li', {},
      isLink(link) ? el('a', { href: link, rel: 'noopener noreferrer', target: '_blank' }, shown) : el('span', {}, shown),
      ' ', el('span', { class: 'quiet num', title: 'Likes, shares and comments gained since the post is known' }, `+${count(earned)}`));
  }));
}
