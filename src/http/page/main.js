// The page: which campaign, window and title are looked at, and when to ask again.

import { byId, el, mark, reconcile, say } from './dom.js';
import { Refused, Unanswered, ask, follow, of, url } from './api.js';
import * as address from './state.js';
import * as freshness from './freshness.js';
import { showHeadline } from './headline.js';
import { showLeaderboard, walk } from './leaderboard.js';
import { announce, showBursts } from './bursts.js';
import { prepare, showPremieres } from './premieres.js';
import { showHealth } from './health.js';
import { closeTitle, showCourse, showTitle } from './title.js';
import { usualCopies } from './real.js';
import { count } from './format.js';

const PAGE_ROWS = 50;
const ROWS_MAX = 500;
const FIRST_WINDOW = '1h';
const AGAIN_MS = 5_000;
/** What changes slowly is asked for less often than at each tick. */
const SLOW_MS = { bursts: 5_000, health: 5_000, series: 3_000, premieres: 60_000, campaigns: 30_000, facts: 30_000 };

let state = address.read();
let facts;
let limit = PAGE_ROWS;
let end = () => {};
let bursts = [];
let rows = [];
/** Copies of the titles now, by window. */
const usual = new Map();
const names = new Map();
const asked = new Map();

/** Whether it is time to ask again for something slow. */
function due(what) {
  const now = performance.now();
  if (now - (asked.get(what) ?? -Infinity) < SLOW_MS[what]) return false;
  asked.set(what, now);
  return true;
}

let running = false;
let again = false;

/** Asks for all that is shown; never twice at once. */
async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    await once();
  } catch (error) {
    complain(error);
  } finally {
    running = false;
    if (again) {
      again = false;
      setTimeout(refresh, 0);
    }
  }
}

function complain(error) {
  if (error instanceof Unanswered) return;
  if (!(error instanceof Refused)) throw error;
  // What was asked for is gone: the campaign file has changed.
  if ([400, 404].includes(error.status)) facts = undefined;
  const { owner } = error.body ?? {};
  freshness.trouble(owner ? `${error.message} Its owner: ${owner}` : error.message);
}

async function once() {
  if (!facts) await begin();
  if (!facts) return;
  const { campaign, window } = state;
  const leaderboard = (over) => ask(of(campaign, 'leaderboard'), { window: over, limit, q: over === window ? state.q : undefined });
  const [answer, hour] = await Promise.all([
    leaderboard(window),
    window === FIRST_WINDOW && !state.q ? undefined : ask(of(campaign, 'leaderboard'), { window: hourWindow(), limit: PAGE_ROWS }),
  ]);
  if (campaign !== state.campaign || window !== state.window) {
    again = true;
    return;
  }
  if (due('bursts')) bursts = (await ask(of(campaign, 'bursts'))).bursts;
  freshness.heard(answer);
  const shape = facts.windows.find((one) => one.window === window);
  for (const one of [answer, hour].filter(Boolean)) usual.set(one.window, usualCopies(one));
  const context = { state, shape, platforms: facts.platforms, time: answer.time, bursts, names, usual: usual.get(window) };
  const overHour = { ...context, usual: usual.get(hourWindow()), hour: hourWindow() === FIRST_WINDOW ? 'hour' : hourWindow() };
  rows = answer.rows;
  for (const row of rows) names.set(row.title, row.name);
  for (const row of hour?.rows ?? []) names.set(row.title, row.name);
  showLeaderboard(answer, context);
  showHeadline(hour ?? answer, overHour);
  showBursts({ time: answer.time, bursts }, { ...context, usual: (seconds) => usual.get(facts.windows.find((one) => one.seconds === seconds)?.window) });
  showMore(answer);
  await Promise.all([state.title ? openTitle() : undefined, slow()]);
}

/** Says once that the address asks for what is not there; nothing takes it back until the next choice. */
function remark(text = '') {
  const line = byId('remark');
  say(line, [line.hidden ? '' : line.textContent, text].filter(Boolean).join(' '));
  line.hidden = !line.textContent;
}

function forgetRemark() {
  byId('remark').hidden = true;
}

/** Drops from the view what this campaign does not have. */
function dropUnknown() {
  const titles = new Set(facts.titles.map((one) => one.title));
  if (state.window && !facts.windows.some((one) => one.window === state.window)) {
    remark(`The window ${state.window} is not counted here.`);
    state.window = '';
  }
  state.window ||= hourWindow();
  if (state.title && !titles.has(state.title)) {
    remark(`The title ${state.title} is not in this campaign.`);
    state.title = '';
    closePanel();
  }
  if (state.with && state.with !== 'top' && !titles.has(state.with)) {
    remark(`The title ${state.with} is not in this campaign, so nothing is beside.`);
    state.with = '';
  }
  address.write(state);
}

function closePanel() {
  closeTitle();
  document.body.classList.remove('opened');
}

/** The window of the headline: an hour, or what comes nearest to it. */
function hourWindow() {
  const hour = facts.windows.find((one) => one.window === FIRST_WINDOW) ?? facts.windows.find((one) => one.breakdown);
  return (hour ?? facts.windows[0]).window;
}

async function slow() {
  const { campaign } = state;
  const wanted = [];
  if (due('health')) wanted.push(ask(of(campaign, 'health')).then(showHealth));
  if (due('premieres')) wanted.push(ask(of(campaign, 'premieres')).then((answer) => showPremieres(answer, state)));
  if (due('facts')) wanted.push(ask(of(campaign)).then((found) => campaign === state.campaign && isOther(found) && learn(found)));
  if (due('campaigns')) wanted.push(ask('/campaigns').then(showCampaigns));
  await Promise.all(wanted);
}

function showMore({ total, rows: shown }) {
  byId('more').hidden = shown.length >= total || limit >= ROWS_MAX;
  say(byId('shown'), shown.length < total ? `${count(shown.length)} of ${count(total)} titles${limit >= ROWS_MAX ? ': find the others by name' : ''}` : state.q && !total ? 'No title of this name.' : '');
}

async function openTitle(focus = false) {
  const { campaign, title } = state;
  const panel = byId('detail');
  const other = panel.hidden || panel.dataset.title !== title;
  try {
    const answer = await ask(of(campaign, 'titles', title));
    if (title !== state.title || campaign !== state.campaign) return;
    names.set(title, answer.title.name);
    panel.hidden = false;
    document.body.classList.add('opened');
    showTitle(answer, { state, usual: (over) => usual.get(over), shapes: facts.windows, on: { state, close, change: changeCourse } });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
    remark(`The title ${title} is not in this campaign any more.`);
    state.title = '';
    address.write(state);
    closePanel();
    asked.delete('facts');
    return;
  }
  if (focus) panel.focus({ preventScroll: true });
  if (focus || other || due('series')) await showCourse(state, rows, bursts, usual.get(FIRST_WINDOW));
}

function changeCourse(change) {
  Object.assign(state, change);
  address.write(state);
  showCourse(state, rows, bursts, usual.get(FIRST_WINDOW)).catch(complain);
}

function open(title) {
  const before = state.title;
  state.title = title;
  address.write(state, title !== before);
  if (facts) openTitle(true).catch(complain);
  markChosen();
}

function close() {
  const from = state.title;
  state.title = '';
  address.write(state);
  closePanel();
  markChosen();
  [...document.querySelectorAll('#leaderboard a[data-title]')].find((link) => link.dataset.title === from)?.focus();
}

/** At once, not at the next tick. */
function markChosen() {
  for (const tr of byId('leaderboard').tBodies[0].rows) {
    tr.classList.toggle('chosen', tr.dataset.title === state.title);
    mark(tr.querySelector('a'), 'aria-current', tr.dataset.title === state.title ? 'true' : undefined);
  }
}

function showCampaigns({ campaigns }) {
  byId('campaign-field').hidden = campaigns.length < 2;
  const select = byId('campaign');
  if (document.activeElement === select) return;
  reconcile(select, campaigns, (one) => one.campaign, (one) => el('option', { value: one.campaign }),
    (option, one) => say(option, one.here || !one.owner ? one.name : `${one.name} (at ${new URL(one.owner).host})`));
  select.value = state.campaign;
}

function showWindows() {
  reconcile(byId('windows'), [{ window: '' }, ...facts.windows], ({ window }) => window,
    ({ window }) => (window === '' ? el('legend', {}, 'Window') : el('label', {},
      el('input', { type: 'radio', name: 'window', value: window, onchange: () => choose({ window }) }), el('span', {}, window))),
    (node, { window }) => {
      if (window !== '') node.firstElementChild.checked = window === state.window;
    });
  showLinks();
}

function showLinks() {
  mark(byId('leaderboard-csv'), 'href', url(of(state.campaign, 'leaderboard'), { window: state.window, limit, q: state.q, format: 'csv' }));
  mark(byId('bursts-csv'), 'href', url(of(state.campaign, 'bursts'), { format: 'csv' }));
}

function choose(change) {
  forgetRemark();
  Object.assign(state, change);
  address.write(state);
  if (facts) showLinks();
  refresh();
}

/** Which campaigns there are, and the facts of the chosen one. */
async function begin() {
  const { campaigns } = await ask('/campaigns');
  if (campaigns.length === 0) {
    const { ready, reason } = await ask('/health');
    throw new Refused(503, ready ? 'No campaign is counted here yet.' : `Not ready: ${reason}`);
  }
  if (!campaigns.some((one) => one.campaign === state.campaign)) {
    if (state.campaign) remark(`There is no campaign ${state.campaign} here.`);
    state.campaign = (campaigns.find((one) => one.here && one.time) ?? campaigns[0]).campaign;
  }
  showCampaigns({ campaigns });
  learn(await ask(of(state.campaign)));
  end();
  end = follow(state.campaign, {
    moved: refresh,
    heard: (live) => mark(document.body, 'data-live', String(live)),
    burst: (view) => {
      say(byId('said'), announce(view, names));
      asked.delete('bursts');
      refresh();
    },
  });
}

/** Whether the campaign file has been read anew, or the windows are others. */
const isOther = ({ revision, windows }) =>
  revision !== facts?.revision || JSON.stringify(windows) !== JSON.stringify(facts.windows);

/** Takes in the campaign's facts. */
function learn(found) {
  facts = found;
  due('facts');
  for (const { title, name } of facts.titles) names.set(title, name);
  dropUnknown();
  say(byId('campaign-name'), facts.name);
  document.title = `${facts.name} – daebak`;
  showWindows();
}

function changeCampaign(campaign) {
  end();
  facts = undefined;
  rows = bursts = [];
  names.clear();
  usual.clear();
  asked.clear();
  limit = PAGE_ROWS;
  closePanel();
  freshness.forget();
  choose({ campaign, title: '', q: '', with: '' });
}

function listen() {
  byId('campaign').addEventListener('change', (event) => changeCampaign(event.target.value));
  let typed;
  byId('query').value = state.q;
  byId('query').addEventListener('input', (event) => {
    clearTimeout(typed);
    typed = setTimeout(() => choose({ q: event.target.value.trim() }), 200);
  });
  byId('more').addEventListener('click', () => {
    limit = Math.min(ROWS_MAX, limit + PAGE_ROWS);
    choose({});
  });
  // A link to a title opens it here, unless it is to be opened elsewhere.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-title]');
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open(link.dataset.title);
    } else if (!event.target.closest('a, button, input, select')) {
      const row = event.target.closest('#leaderboard tbody tr');
      if (row && getSelection().isCollapsed) open(row.dataset.title);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.title) close();
    else walk(event);
  });
  addEventListener('popstate', () => {
    const before = state;
    state = address.read();
    state.window ||= before.window;
    if (state.campaign !== before.campaign) return changeCampaign(state.campaign);
    forgetRemark();
    if (!state.title) closePanel();
    byId('query').value = state.q;
    if (facts) {
      dropUnknown();
      showWindows();
    }
    markChosen();
    refresh();
  });
}

prepare();
listen();
refresh();
setInterval(() => {
  freshness.show();
  // The stream says when to ask; before there is one, time does.
  if (!facts) refresh();
}, AGAIN_MS);
