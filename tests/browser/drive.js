// Drives the live page in a real headless Chromium: against a running demo, and against made
// answers for what no demo has. DAEBAK_URL is the demo's address, SHOTS where pictures go.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { MARKUP, Made } from './made.js';

const BASE = process.env.DAEBAK_URL;
const SHOTS = process.env.SHOTS;
assert.ok(BASE && SHOTS, 'set DAEBAK_URL and SHOTS; tests/browser/run does');

const PATIENCE_MS = 30_000;
const SURGE_MS = 90_000;
const DESKTOP = { width: 1440, height: 1000 };
const PHONE = { width: 360, height: 780 };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  timeout: PATIENCE_MS,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** What a page must never have: errors of its own, and requests to anywhere else. */
class Watched {
  static async open({ viewport = DESKTOP, colorScheme = 'light', query = '', made, expectErrors = false } = {}) {
    const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'Asia/Seoul' });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const self = Object.assign(new Watched(), { context, page, faults: [], answers: new Map() });
    page.on('console', (said) => said.type() === 'error' && !expectErrors && self.faults.push(`console: ${said.text()}`));
    page.on('pageerror', (error) => self.faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== BASE && !request.url().startsWith('data:')) self.faults.push(`a request to ${request.url()}`);
    });
    page.on('response', async (response) => {
      const at = new URL(response.url());
      if (response.status() !== 200 || !/leaderboard|titles\//.test(at.pathname)) return;
      const body = await response.json().catch(() => undefined);
      if (body) self.answers.set(`${at.pathname}?${at.searchParams.get('window') ?? ''} ${body.time}`, body);
    });
    if (made) await self.serve(made);
    await page.goto(`${BASE}/${query}`);
    return self;
  }

  /** Answers the API's paths itself. */
  async serve(made) {
    await this.page.route('**/api/v1/**', (route) => {
      const at = new URL(route.request().url());
      if (at.pathname.endsWith('/events')) return route.fulfill({ contentType: 'text/event-stream', body: ': made\n\n' });
      const answer = made.answer(at);
      return answer ? route.fulfill({ json: answer }) : route.fulfill({ status: 404, json: { error: 'nothing there' } });
    });
  }

  rows() {
    return this.page.locator('#leaderboard tbody tr');
  }

  async shown() {
    await this.rows().first().waitFor();
  }

  async close() {
    const { faults } = this;
    await this.context.close();
    assert.deepEqual(faults, []);
  }
}

/** Polls until `get` gives something true. */
async function until(what, get, limit = PATIENCE_MS) {
  const deadline = Date.now() + limit;
  for (;;) {
    const got = await get();
    if (got) return got;
    assert.ok(Date.now() < deadline, `not within ${limit / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const results = [];
async function check(name, body) {
  const started = Date.now();
  await body();
  results.push(name);
  console.log(`ok   ${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${name}`);
}

/** The raw numbers of the table, all of one T. */
const tableOf = (page) => page.evaluate(() => {
  const table = document.querySelector('#leaderboard');
  return {
    time: table.dataset.time,
    window: table.dataset.window,
    rows: [...table.tBodies[0].rows].map((row) => ({
      title: row.dataset.title,
      name: row.querySelector('th a').textContent,
      badge: row.querySelector('.badge').hidden ? '' : row.querySelector('.badge').textContent,
      cells: Object.fromEntries([...row.querySelectorAll('[data-measure]')].map((cell) => [cell.dataset.measure, { value: cell.dataset.value, text: cell.querySelector('.main').textContent, why: cell.title }])),
    })),
  };
});

function compare(table, answer) {
  assert.deepEqual(table.rows.map((row) => row.title), answer.rows.map((row) => row.title), 'the order of titles');
  let numbers = 0;
  for (const [i, { name, badge, cells }] of table.rows.entries()) {
    const row = answer.rows[i];
    assert.equal(name, row.name);
    assert.equal(badge, row.bursting ? 'burst' : row.surging ? 'surge' : '');
    for (const [measure, { value, text, why }] of Object.entries(cells)) {
      const told = row[measure]?.value ?? row[measure];
      if (told === undefined) {
        assert.equal(text, '–', `${row.title} ${measure} is absent`);
        assert.ok(why.length > 10, `${row.title} ${measure} says why`);
        assert.equal(value, undefined);
      } else {
        assert.equal(Number(value), told, `${row.title} ${measure}`);
        assert.notEqual(text, '–');
        numbers += 1;
      }
    }
  }
  return numbers;
}

/** Three boards in a row: each number shown is the answer's, at least `least` of them a row. */
async function sameNumbers({ page, answers }, least) {
  let last;
  for (let seen = 0; seen < 3; seen += 1) {
    const [table, answer] = await until('an answer of the shown T', async () => {
      const shown = await tableOf(page);
      const path = new URL(await page.getAttribute('#leaderboard-csv', 'href'), BASE).pathname;
      const told = answers.get(`${path}?${shown.window} ${shown.time}`);
      return told && shown.time !== last && [shown, told];
    });
    last = table.time;
    const numbers = compare(table, answer);
    assert.ok(numbers > least * table.rows.length, `${numbers} numbers in ${table.rows.length} rows`);
  }
}

const faultsOf = async (page) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
};

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function againstTheDemo() {
  const watched = await Watched.open();
  const { page } = watched;
  await watched.shown();

  await check('the freshness is said first', async () => {
    await until('a time is told', async () => /^Data as of .*behind$/.test(await page.locator('#freshness-text').textContent()));
  });

  await check('the numbers are those of the API at the same T', () => sameNumbers(watched, 2));

  await check('a surge appears: badge, headline, timeline, and it is said', async () => {
    await page.locator('#headline li .badge').first().waitFor({ timeout: SURGE_MS });
    await page.locator('#bursts li').first().waitFor();
    const told = await page.evaluate(async (at) => (await fetch(at)).json(), (await page.getAttribute('#bursts-csv', 'href')).split('?')[0]);
    const titles = new Set(told.bursts.map((burst) => burst.title));
    for (const title of await page.locator('#bursts li').evaluateAll((all) => all.map((one) => one.dataset.title))) assert.ok(titles.has(title), title);
    await until('the surge is said', async () => /^(Surge|Burst) began: /.test(await page.locator('#said').textContent()));
    const summary = page.locator('#bursts summary').first();
    await summary.click();
    await page.locator('.evidence').first().waitFor();
    await summary.click();
  });

  await check('and with all measures known', () => sameNumbers(watched, 5));

  await check('the keyboard goes to a title, opens it, and comes back', async () => {
    const link = page.locator('#leaderboard th.title a');
    await link.first().focus();
    await page.keyboard.press('ArrowDown');
    const title = await page.evaluate(() => document.activeElement.dataset.title);
    assert.ok(title, 'an arrow leads to the next title');
    await page.keyboard.press('Enter');
    await page.locator('#detail-name').waitFor();
    await until('the focus is in the detail', () => page.evaluate(() => document.querySelector('#detail').contains(document.activeElement)));
    assert.equal(new URL(page.url()).searchParams.get('title'), title);
    await page.locator('#course-chart canvas').first().waitFor();
    const [detail, answer] = await until('an answer of the shown T', async () => {
      const shown = await page.evaluate(() => ({
        time: document.querySelector('#detail').dataset.time,
        facts: Object.fromEntries([...document.querySelectorAll('#now [data-measure]')].map((one) => [one.dataset.measure, one.dataset.value])),
      }));
      const told = [...watched.answers.entries()].find(([key]) => key.includes(`/titles/${title}?`) && key.endsWith(shown.time))?.[1];
      return told && [shown, told];
    });
    assert.equal(Number(detail.facts.posts), answer.title.windows.find((over) => over.window === '1h').posts);
    await page.keyboard.press('Escape');
    await page.locator('#detail').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.title), title);
  });

  await check('focus and rows stay the same nodes while numbers move', async () => {
    const link = page.locator('#leaderboard th.title a').first();
    await link.focus();
    await page.evaluate(() => { globalThis.kept = document.activeElement; });
    const before = await page.getAttribute('#leaderboard', 'data-time');
    await until('T moves', async () => (await page.getAttribute('#leaderboard', 'data-time')) !== before);
    assert.ok(await page.evaluate(() => globalThis.kept === document.activeElement && globalThis.kept.isConnected));
  });
  await watched.close();
}

async function sharedViews() {
  const first = await Watched.open();
  await first.shown();
  const title = await first.page.locator('#leaderboard tbody tr').first().getAttribute('data-title');
  await first.close();
  await check('an address holds the view', async () => {
    const watched = await Watched.open({ query: `?window=24h&title=${title}&measure=authors` });
    await watched.page.locator('#detail-name').waitFor();
    assert.equal(await watched.page.locator('input[name=window]:checked').inputValue(), '24h');
    assert.equal(await watched.page.getAttribute('#leaderboard', 'data-window'), '24h');
    assert.equal(await watched.page.locator('#detail-measure').inputValue(), 'authors');
    await watched.close();
  });
  await check('without the stream it asks every five seconds, and takes it up again', async () => {
    const watched = await Watched.open({ expectErrors: true });
    const { page } = watched;
    await until('the stream is open', async () => (await page.getAttribute('body', 'data-live')) === 'true');
    await page.route('**/events', (route) => route.abort());
    await page.reload();
    await until('the stream is lost', async () => (await page.getAttribute('body', 'data-live')) === 'false');
    const before = await until('a T', () => page.getAttribute('#leaderboard', 'data-time'));
    await until('T moves', async () => (await page.getAttribute('#leaderboard', 'data-time')) !== before);
    await page.unroute('**/events');
    await until('the stream is back', async () => (await page.getAttribute('body', 'data-live')) === 'true', 2 * PATIENCE_MS);
    await watched.close();
  });
  for (const [name, viewport, colorScheme] of [['desktop-light', DESKTOP, 'light'], ['desktop-dark', DESKTOP, 'dark'], ['phone-light', PHONE, 'light'], ['phone-dark', PHONE, 'dark']]) {
    await check(`${name}: no serious fault, no sideways scroll, pictures`, async () => {
      const watched = await Watched.open({ viewport, colorScheme });
      const { page } = watched;
      await watched.shown();
      await page.locator('#headline li').first().waitFor();
      await page.locator('#feeds li').first().waitFor();
      assert.ok((await wide(page)) <= 0, 'the page scrolls sideways');
      assert.deepEqual(await faultsOf(page), []);
      await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
      await page.locator('#leaderboard th.title a').first().click();
      await page.locator('#course-chart canvas').first().waitFor();
      assert.ok((await wide(page)) <= 0, 'the page with a title scrolls sideways');
      assert.ok(await page.evaluate(() => document.querySelector('#detail').scrollWidth <= document.querySelector('#detail').clientWidth), 'the title scrolls sideways');
      assert.deepEqual(await faultsOf(page), []);
      await page.screenshot({ path: `${SHOTS}/${name}-title.png` });
      await watched.close();
    });
  }
}

async function againstMadeAnswers() {
  await check('markup in names, hashtags and ids stays text', async () => {
    const watched = await Watched.open({ made: new Made(), query: '?title=title-2' });
    const { page } = watched;
    await watched.shown();
    await page.locator('#detail-hashtags li').first().waitFor();
    await page.locator('#bursts summary').first().click();
    await page.locator('.evidence').first().waitFor();
    assert.equal(await page.locator('#detail-name').textContent(), MARKUP);
    assert.ok((await page.locator('#detail-hashtags').textContent()).includes(MARKUP));
    assert.ok((await page.locator('.evidence').textContent()).includes(MARKUP));
    assert.equal(await page.evaluate(() => globalThis.wounded), undefined);
    assert.equal(await page.locator('img, main script, aside script').count(), 0);
    const links = await page.locator('#detail-posts a, .evidence .posts a').evaluateAll((all) => all.map(({ href, rel }) => ({ href, rel })));
    assert.ok(links.length > 0);
    for (const { href, rel } of links) assert.ok(href.startsWith('https://x.com/') && rel === 'noopener noreferrer', href);
    await watched.close();
  });
  await check('a lost feed, old numbers and a service that is not ready are said', async () => {
    const made = new Made();
    const watched = await Watched.open({ made, expectErrors: true });
    const { page } = watched;
    await watched.shown();
    await page.locator('#feeds [data-state=bad]').waitFor();
    assert.match(await page.locator('#health-summary').textContent(), /1 of 3 feed partitions are stalled/);
    assert.ok(await page.locator('#notice').isHidden());
    Object.defineProperty(made, 'head', { get: () => ({ campaign: 'made', time: '2026-02-06T14:05:00Z', now: '2026-02-06T14:35:00Z' }) });
    await until('old numbers are said', async () => /30 min ago/.test(await page.locator('#notice').textContent()));
    made.answer = () => undefined;
    await page.unroute('**/api/v1/**');
    await page.route('**/api/v1/**', (route) => route.fulfill({ status: 503, json: { error: 'not ready: replaying the mention log' } }));
    await until('why it is not ready', async () => /replaying the mention log/.test(await page.locator('#notice').textContent()));
    await watched.close();
  });
  await check('much copied text alone accuses nobody; an end is not its onset; not watched is not drawn', async () => {
    const watched = await Watched.open({ made: new Made() });
    const { page } = watched;
    await watched.shown();
    const real = page.locator('#headline li').filter({ hasText: 'onerror' }).locator('.head-real');
    assert.match(await real.textContent(), /^No sign of a push:.*copied text higher than others \(46%, others now 4%\)/);
    await until('the burst whose onset is not told', async () => /^began before, /.test(await page.locator('#bursts li[data-title=title-4] .burst-when').textContent()));
    assert.equal(await page.locator('tr[data-title=title-5] .spark-line').getAttribute('d'), '');
    assert.equal(await page.locator('tr[data-title=title-6] .spark-area').getAttribute('d'), '');
    await watched.close();
  });
  await check('an address of what is not there says so once; back leads to the title before', async () => {
    const watched = await Watched.open({ made: new Made(), query: '?campaign=gone&title=title-999&with=title-998&window=9h' });
    const { page } = watched;
    await watched.shown();
    const said = await page.locator('#remark').textContent();
    for (const what of ['campaign gone', 'title-999', 'title-998', 'window 9h']) assert.ok(said.includes(what), said);
    assert.ok(await page.locator('#detail').isHidden());
    for (const title of ['title-0', 'title-1']) {
      await page.locator(`#leaderboard a[data-title=${title}]`).click();
      await page.locator(`#detail[data-title=${title}]`).waitFor();
    }
    await page.goBack();
    await page.locator('#detail[data-title=title-0]').waitFor();
    await page.goBack();
    await page.locator('#detail').waitFor({ state: 'hidden' });
    await watched.close();
  });
  await check('two thousand titles: fifty at first, more when asked, all by name', async () => {
    const watched = await Watched.open({ made: new Made({ count: 2000 }) });
    const { page } = watched;
    await watched.shown();
    assert.equal(await watched.rows().count(), 50);
    await page.locator('#more').click();
    await until('fifty more', async () => (await watched.rows().count()) === 100);
    await page.locator('#query').fill('Title 1777');
    await until('the one asked for', async () => (await watched.rows().count()) === 1);
    assert.equal(await watched.rows().first().getAttribute('data-title'), 'title-1777');
    await watched.close();
  });
  for (const [viewport, colorScheme] of [[DESKTOP, 'light'], [PHONE, 'dark']]) {
    await check(`Korean, Thai and long names, ${viewport.width} px, ${colorScheme}`, async () => {
      const watched = await Watched.open({ made: new Made(), viewport, colorScheme, query: '?title=title-0' });
      const { page } = watched;
      await page.locator('#course-chart canvas').first().waitFor();
      assert.equal(await page.locator('#detail-name bdi').getAttribute('lang'), 'ko');
      assert.equal(await page.locator('#leaderboard [lang=th]').count(), 1);
      assert.ok((await wide(page)) <= 0, 'the page scrolls sideways');
      assert.deepEqual(await faultsOf(page), []);
      await page.locator('#course .as-table summary').click();
      await until('the values as a table', async () => (await page.locator('#course .as-table tbody tr').count()) > 100);
      await watched.close();
    });
  }
}

try {
  await againstTheDemo();
  await sharedViews();
  await againstMadeAnswers();
  console.log(`browser: ${results.length} checks`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
