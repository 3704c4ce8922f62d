// What looking costs with two thousand titles: first paint and updates in a real Chromium, bytes
// sent, and the server's share of a core while fifty viewers look. DAEBAK_URL is the server's
// address, SERVER_PID the process.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { chromium } from 'playwright-core';

const BASE = process.env.DAEBAK_URL;
const PID = process.env.SERVER_PID;
const VIEWERS = 50;
const SECONDS = 20;
const TICKS_A_SECOND = 100;

/** Seconds of a core that the server has used. */
function cpu() {
  const fields = readFileSync(`/proc/${PID}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Seconds of a core a second, while `body` goes on for a while. */
async function rate(seconds) {
  const [before, started] = [cpu(), performance.now()];
  await pause(seconds * 1000);
  return (cpu() - before) / ((performance.now() - started) / 1000);
}

const path = `/api/v1/campaigns/${JSON.parse(await get('/api/v1/campaigns')).campaigns[0].campaign}`;

/** A plain answer, gzipped as a browser would have it, as text. */
async function get(at) {
  const answer = await fetch(`${BASE}${at}`, { signal: AbortSignal.timeout(20_000) });
  assert.equal(answer.status, 200, at);
  return answer.text();
}

/** One viewer: the stream, and at each tick what the page asks for. */
function viewer(counted) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let busy = false;
  const ask = (at) => new Promise((done) => {
    const request = http.get(`${BASE}${at}`, { agent, headers: { 'accept-encoding': 'gzip' }, timeout: 20_000 }, (answer) => {
      answer.on('data', (bytes) => { counted.bytes += bytes.length; });
      answer.on('end', () => { counted.answers += answer.statusCode === 200 ? 1 : 0; done(); });
      answer.on('error', done);
    });
    request.on('error', () => { counted.failed += 1; done(); });
  });
  const stream = http.get(`${BASE}${path}/events`, (answer) => answer.on('data', (bytes) => {
    counted.bytes += bytes.length;
    if (!bytes.includes('event: tick') || busy) return;
    busy = true;
    counted.ticks += 1;
    ask(`${path}/leaderboard?window=1h&limit=50`).then(() => (counted.ticks % 5 ? undefined : ask(`${path}/health`))).then(() => { busy = false; });
  }));
  stream.on('error', () => { counted.failed += 1; });
  return () => { stream.destroy(); agent.destroy(); };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', timeout: 30_000,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  page.setDefaultTimeout(30_000);
  let sent = 0;
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  wire.on('Network.loadingFinished', ({ encodedDataLength }) => { sent += encodedDataLength; });
  const started = performance.now();
  await page.goto(BASE);
  await page.locator('#leaderboard tbody tr').first().waitFor();
  const rows = performance.now() - started;
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  await pause(2_000);
  const loaded = sent;
  for (let shown = 50; shown < 500; shown += 50) {
    await page.locator('#more').click();
    await page.waitForFunction((n) => document.querySelectorAll('#leaderboard tbody tr').length >= n, shown + 50);
  }
  const updates = async () => page.evaluate(() => new Promise((done) => {
    const found = [];
    new PerformanceObserver((list) => found.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
    let frames = 0;
    let longest = 0;
    let last = performance.now();
    const frame = (now) => {
      longest = Math.max(longest, now - last);
      last = now;
      frames += 1;
      if (frames < 300) requestAnimationFrame(frame);
      else done({ longest, tasks: found.length, worst: Math.max(0, ...found) });
    };
    requestAnimationFrame(frame);
  }));
  const many = await updates();
  await page.goto(BASE);
  await page.locator('#leaderboard tbody tr').first().waitFor();
  const [before, since] = [sent, performance.now()];
  const few = await updates();
  await pause(5_000);
  const flow = (sent - before) / ((performance.now() - since) / 1000);
  await page.close();
  const ms = (x) => `${x.toFixed(0)} ms`;
  console.log(`first paint ${ms(paint)}, first rows ${ms(rows)}, ${(loaded / 1000).toFixed(0)} kB until then`);
  console.log(`updates, 50 rows: longest frame ${ms(few.longest)}, ${few.tasks} tasks over 50 ms, worst ${ms(few.worst)}; ${(flow / 1000).toFixed(1)} kB a second`);
  console.log(`updates, 500 rows: longest frame ${ms(many.longest)}, ${many.tasks} tasks over 50 ms, worst ${ms(many.worst)}`);

  const idle = await rate(SECONDS / 2);
  const counted = { bytes: 0, answers: 0, ticks: 0, failed: 0 };
  const ends = Array.from({ length: VIEWERS }, () => viewer(counted));
  await pause(2_000);
  Object.assign(counted, { bytes: 0, answers: 0, ticks: 0 });
  const busy = await rate(SECONDS);
  for (const end of ends) end();
  console.log(`${VIEWERS} viewers: ${(100 * (busy - idle)).toFixed(1)} % of a core (${(100 * idle).toFixed(1)} % without), ${(counted.answers / SECONDS).toFixed(0)} answers and ${(counted.bytes / SECONDS / 1000).toFixed(0)} kB a second, ${counted.failed} failed`);
  assert.equal(counted.failed, 0);
  assert.ok(counted.answers > VIEWERS * SECONDS / 2, 'viewers were answered at each tick');
} finally {
  await browser.close();
}
