// Asking the service: answers are kept with their ETag, so that what has not changed is not sent
// again. Its stream of events says when to ask; while it is silent, a clock does.

const BASE = '/api/v1';
const KEPT_MAX = 40;
const WAIT_MAX_MS = 15_000;
const POLL_MS = 5_000;
const STREAM_AGAIN_MS = 20_000;

const kept = new Map();

/** What the service refused, in its own words. */
export class Refused extends Error {
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** No answer came: the clock of the freshness badge tells it. */
export class Unanswered extends Error {}

/** A path under the API with its query; what is undefined is left out. */
export function url(path, query = {}) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== '') asked.append(name, one);
  }
  const tail = asked.toString();
  return `${BASE}${path}${tail ? `?${tail}` : ''}`;
}

/** A campaign's path. */
export const of = (campaign, ...rest) =>
  ['', 'campaigns', campaign, ...rest].map(encodeURIComponent).join('/');

/** The answer, the same object as before if the service says that it has not changed. */
export async function ask(path, query) {
  const at = url(path, query);
  const before = kept.get(at);
  const headers = before?.etag ? { 'If-None-Match': before.etag } : {};
  const asking = fetch(at, { headers, cache: 'no-store', signal: AbortSignal.timeout(WAIT_MAX_MS) });
  const answer = await asking.catch((error) => {
    throw new Unanswered(error.message);
  });
  if (answer.status === 304 && before) {
    // A body left unread, even an empty one, counts as a broken off request.
    await answer.arrayBuffer().catch(() => undefined);
    return before.body;
  }
  const body = await answer.json().catch(() => undefined);
  if (answer.ok && body === undefined) throw new Unanswered('broken off');
  if (!answer.ok) throw new Refused(answer.status, body?.error ?? `the service answered ${answer.status}`, body);
  kept.delete(at);
  kept.set(at, { etag: answer.headers.get('etag'), body });
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
  return body;
}

/**
 * Calls `moved()` when the campaign has, `burst(view)` on a new one, and `heard(live)` when the
 * stream opens or is lost. Stands still while nobody looks at the page. Returns how to end it.
 */
export function follow(campaign, { moved, burst, heard }) {
  let stream;
  let polling;
  let again;

  const poll = (on) => {
    if (on && !polling) polling = setInterval(moved, POLL_MS);
    if (!on) polling = clearInterval(polling);
  };
  const close = () => {
    stream?.close();
    stream = undefined;
    again = clearTimeout(again);
    poll(false);
  };
  const open = () => {
    close();
    if (document.hidden) return;
    poll(true);
    stream = new EventSource(url(of(campaign, 'events')));
    stream.addEventListener('open', () => {
      poll(false);
      heard(true);
      moved();
    });
    stream.addEventListener('tick', moved);
    stream.addEventListener('burst', (event) => burst(JSON.parse(event.data)));
    stream.addEventListener('error', () => {
      heard(false);
      poll(true);
      // The browser reconnects by itself, unless it was refused.
      if (stream?.readyState === EventSource.CLOSED && !again) again = setTimeout(open, STREAM_AGAIN_MS);
    });
  };
  const seen = () => {
    if (document.hidden) close();
    else open();
  };
  document.addEventListener('visibilitychange', seen);
  open();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}
