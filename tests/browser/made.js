// A made campaign in the API's shapes: what no demo has (markup in a name, two thousand titles,
// a lost feed), for the page to be shown. Every answer is of one moment, `at`.

const HOUR = 3_600_000;
const PLATFORMS = ['twitter', 'tiktok', 'instagram'];
const WINDOWS = [['1m', 60, 0, 0, 0], ['5m', 300, 1, 0, 0], ['1h', 3600, 1, 1, 1], ['24h', 86400, 1, 1, 1], ['7d', 604800, 0, 1, 0]];
export const MARKUP = '<img src=x onerror="window.wounded=1">';
const NAMES = ['별빛 소나타', 'ราชินีแห่งน้ำตา', MARKUP, 'Queen of Tears', '<script>window.wounded=1</script>', 'A very long name of a drama that goes on and on until it no longer fits into its column'];

const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
const noise = (n) => { const x = Math.sin(n * 12.9898) * 43758.5453; return x - Math.floor(x); };
const split = (n, parts) => Object.fromEntries(parts.map(([key, part]) => [key, Math.round(n * part)]));

/** The answers about `count` titles; `at` is T, in milliseconds. */
export class Made {
  constructor({ count = 30, at = Date.UTC(2026, 1, 6, 14, 5) } = {}) {
    Object.assign(this, { count, at });
  }

  get head() {
    return { campaign: 'made', time: iso(this.at), now: iso(this.at + 12_000) };
  }

  name(i) {
    return NAMES[i] ?? `Title ${i}`;
  }

  posts(i) {
    return Math.round(4000 / (i + 1) * (1 + 0.1 * noise(i + this.at / 1000)));
  }

  row(i, window) {
    const posts = this.posts(i);
    const hot = i === 0 || i === 2;
    const row = {
      title: `title-${i}`, name: this.name(i), on_air: i === 0, bursting: i === 0, surging: hot,
      premiere: iso(this.at - 2 * HOUR), latest_episode: iso(this.at - 2 * HOUR), next_episode: iso(this.at + 22 * HOUR),
      posts_1h: posts, authors_1h: Math.round(posts * 0.8), posts, platforms: split(posts, [['twitter', 0.6], ['tiktok', 0.3], ['instagram', 0.1]]),
      sparkline: Array.from({ length: 60 }, (_, k) => (i === 5 || k < i ? null : i === 6 ? 0 : Math.round(posts / 2 * (0.3 + noise(i + k) * 0.3 + (hot && k > 54 ? 2 : 0))))),
      rank: i + 1, rank_before: i % 3 ? i + 2 : i + 1,
    };
    if (i % 4 === 3) return row;
    return Object.assign(row, {
      day_ratio: hot ? 8.2 : 0.9, reproduction: { value: 0.62, lower: 0.55, upper: 0.7 }, burst_score: hot ? 12 : 0.4,
      authors: row.authors_1h, average_ratio: posts / 500, share_of_voice: posts / 16000, velocity_per_minute: posts / 60,
      growth_per_hour: hot ? 1.1 : 0.05, growth_standard_error_per_hour: 0.1, amplification: 1.4,
      copies: i === 2 ? 0.46 : 0.04, top_author: 0.02, novelty: 0.6,
      ...(hot ? { doubling_seconds: { value: 2268, lower: 1900, upper: 2800 } } : {}),
      ...(window === '1h' || window === '24h' ? { languages: split(posts, [['ko', 0.4], ['en', 0.35], ['th', 0.2], ['und', 0.05]]) } : {}),
    });
  }

  named(name) {
    return [{ name, posts: 120 }, { name: '별빛소나타', posts: 80 }, { name: 'น้ำตา', posts: 8 }];
  }

  topPosts() {
    return [
      { platform: 'twitter', id: '1890000000000000001', link: 'https://x.com/i/status/1890000000000000001', earned: 12000 },
      { platform: 'tiktok', id: MARKUP, link: 'javascript:window.wounded=1', earned: 300 },
    ];
  }

  title(i) {
    const { platforms, rank, rank_before: before, posts, ...row } = this.row(i, '1h');
    const over = (window) => {
      const { authors, share_of_voice, growth_per_hour, doubling_seconds, copies, average_ratio, velocity_per_minute, languages } = this.row(i, window);
      return JSON.parse(JSON.stringify({
        window, posts, platforms, rank, rank_before: before, authors, share_of_voice, growth_per_hour, doubling_seconds, copies, average_ratio, velocity_per_minute, languages,
        kinds: languages && split(posts, [['original', 0.5], ['share', 0.4], ['quote', 0.05], ['reply', 0.05]]),
        accounts: languages && split(posts, [['organic', 0.96], ['official', 0.01], ['influencer', 0.03]]),
      }));
    };
    return {
      ...row, authors_exact: true, burst_expected_posts: 400, since_premiere: { posts: posts * 2, median_ratio: 3.1, rank: 1 },
      since_episode_posts: posts * 2, windows: WINDOWS.map(([window]) => over(window)),
      hashtags: this.named(MARKUP), aliases: this.named('Starlight Sonata'), top_posts: this.topPosts(),
    };
  }

  bursts() {
    const lost = { title: 'title-4', detector: 'surge', phase: 'end', onset: iso(this.at - 20 * HOUR), at: iso(this.at - 19 * HOUR), posts: 12, evidence: { window_seconds: 3600, platforms: {}, kinds: {}, languages: {}, hashtags: [], posts: [] } };
    return [lost, ...[0, 2].flatMap((i) => [{
      title: `title-${i}`, detector: 'surge', phase: 'onset', onset: iso(this.at - 1.5 * HOUR), at: iso(this.at - 1.4 * HOUR), posts: 900,
      evidence: { window_seconds: 3600, platforms: split(900, [['twitter', 0.8], ['tiktok', 0.2]]), kinds: { original: 500, share: 400 }, languages: { ko: 600, en: 300 }, hashtags: this.named(MARKUP), posts: this.topPosts(), copies: 0.05, top_author: 0.01 },
    }])];
  }

  /** The JSON of a request, or undefined where there is no such path. */
  answer({ pathname, searchParams: asked }) {
    const all = Array.from({ length: this.count }, (_, i) => i);
    if (pathname === '/api/v1/campaigns') return { campaigns: [{ campaign: 'made', name: 'Made', here: true, ...this.head, titles: this.count, windows: WINDOWS.map(([window]) => window) }] };
    const rest = pathname.replace(/^\/api\/v1\/campaigns\/made\/?/, '');
    if (rest === pathname) return undefined;
    if (rest === '') {
      return {
        ...this.head, name: 'Made', revision: 'r1', platforms: PLATFORMS, languages: ['ko', 'en', 'th'],
        windows: WINDOWS.map(([window, seconds, growth, voice, breakdown]) => ({ window, seconds, slide_seconds: 5, growth: !!growth, voice: !!voice, breakdown: !!breakdown })),
        titles: all.map((i) => ({ title: `title-${i}`, name: this.name(i) })),
      };
    }
    if (rest === 'leaderboard') {
      const found = all.filter((i) => this.name(i).toLowerCase().includes((asked.get('q') ?? '').toLowerCase()));
      const window = asked.get('window') ?? '1h';
      return { ...this.head, name: 'Made', window, total: found.length, usual_copies: 0.04, hot: all.filter((i) => i === 0 || i === 2).map((i) => this.row(i, window)), rows: found.slice(0, Number(asked.get('limit') ?? 50)).map((i) => this.row(i, window)) };
    }
    if (rest.startsWith('titles/')) return { ...this.head, title: this.title(Number(rest.replace('titles/title-', ''))) };
    if (rest === 'series') {
      const step = { '1m': 60, '5m': 300 }[asked.get('step')] ?? 300;
      const long = step === 60 ? 180 : 360;
      return {
        ...this.head, measure: asked.get('measure'), start: iso(this.at - long * step * 1000), step_seconds: step,
        series: asked.getAll('title').map((title) => ({ title, name: this.name(Number(title.slice(6))), values: Array.from({ length: long }, (_, k) => (k % 50 === 7 ? null : Math.round(40 + 20 * noise(k) + (k > long - 30 ? 200 : 0)))) })),
      };
    }
    if (rest === 'premieres') {
      return { ...this.head, series: [0, 1, 2].map((i) => ({ title: `title-${i}`, name: this.name(i), premiere: iso(this.at - 30 * HOUR), values: Array.from({ length: 30 - 8 * i }, (_, k) => Math.round((3000 - 500 * i) / (k + 1))) })) };
    }
    if (rest === 'bursts') return { ...this.head, bursts: this.bursts() };
    if (rest === 'health') {
      return {
        ...this.head, lag_seconds: 12, ready: true, mentions: { counted: 90210, duplicate: 412, late: 3 }, dead_letters: { social: 2 },
        feeds: [0, 1, 2].map((partition) => ({ topic: 'social', partition, watermark: iso(this.at + partition * 5000), delay_seconds: 0, stalled: partition === 2, holds_time: partition === 0 })),
      };
    }
    return undefined;
  }
}
