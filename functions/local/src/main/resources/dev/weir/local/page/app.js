'use strict';

/* The page reads the public API with a read token and writes nothing. What strangers wrote is put
   in as text nodes only. */
const REFRESH_MS = 3000;
const HOURS = 24;
/* What needs a person changes slowly: asked with every so many refreshes, and so many are shown. */
const TROUBLES_EVERY = 10;
const TROUBLES_MAX = 20;
const state = {token: '', language: 'en', data: null, at: null, error: null, turn: 0, troubles: []};
const $ = id => document.getElementById(id);

function word(key, values = {}) {
  const text = WORDS[state.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

const locale = () => (state.language === 'zh' ? 'zh-CN' : 'en-GB');
const format = {
  number: n => new Intl.NumberFormat(locale(), {maximumFractionDigits: 1}).format(n),
  time: d => new Intl.DateTimeFormat(locale(), {timeStyle: 'medium'}).format(d),
  hour: d => new Intl.DateTimeFormat(locale(), {hour: '2-digit', minute: '2-digit', hour12: false}).format(d),
  day: d => new Intl.DateTimeFormat(locale(), {month: 'short', day: 'numeric'}).format(d),
  dayHour: d => new Intl.DateTimeFormat(locale(), {dateStyle: 'medium', timeStyle: 'short'}).format(d),
  percent: n => new Intl.NumberFormat(locale(), {style: 'percent', maximumFractionDigits: 1}).format(n),
  /* 10^-6 of the minor unit; narrower than a cent where a channel earned less than one. */
  money: (micros, currency) => {
    const options = {style: 'currency', currency, currencyDisplay: 'narrowSymbol'};
    const digits = new Intl.NumberFormat(locale(), options).resolvedOptions().maximumFractionDigits;
    const amount = micros / 10 ** (6 + digits);
    const small = amount !== 0 && Math.abs(amount) < 10 ** -digits;
    return new Intl.NumberFormat(locale(), small ? {...options, maximumFractionDigits: digits + 4} : options).format(amount);
  },
};

async function get(path) {
  const response = await fetch(path, {headers: {authorization: `Bearer ${state.token}`}, cache: 'no-store'});
  if (response.status === 401 || response.status === 403) throw new Error('refused');
  if (!response.ok) throw new Error(`${path} ${response.status}`);
  return response.json();
}

async function usageBetween(from, to) {
  const span = `from=${from.toISOString()}&to=${to.toISOString()}`;
  return (await get(`/control/v1/usage?by=channel&meter=calls&${span}`)).items;
}

/* The last day; where nothing happened in it, the last day in which something did. */
async function usageUntil(from, to) {
  const items = await usageBetween(from, to);
  if (items.length) return {from, items};
  // Asked once an hour: a month of hours is much to read.
  if (state.quiet === to.getTime()) return {from: state.quietFrom, items: state.quietItems};
  const month = await usageBetween(new Date(to.getTime() - 31 * 24 * 3600e3), to);
  const last = Math.max(...month.map(item => new Date(item.hour).getTime()));
  state.quiet = to.getTime();
  state.quietFrom = month.length ? new Date(last - (HOURS - 1) * 3600e3) : from;
  state.quietItems = month;
  return {from: state.quietFrom, items: month};
}

async function readTroubles(month) {
  const [incidents, open, alerts] = await Promise.all([
    get('/control/v1/incidents'),
    get('/control/v1/dunning'),
    get(`/control/v1/budget-alerts?month=${month}`),
  ]);
  const highest = new Map();
  for (const alert of alerts.items) {
    if (alert.percent > (highest.get(alert.limitId)?.percent ?? 50)) highest.set(alert.limitId, alert);
  }
  return [
    ...incidents.items.filter(i => !i.resolvedAt).map(i => ({
      kind: i.kind, bad: true, name: i.subject, at: i.at, detail: () => i.detail,
      command: i.kind === 'REFUSED_FACTS' ? `weir incidents replay ${i.id}` : `weir incidents resolve ${i.id} --how …`})),
    ...open.items.map(o => ({...o, last: o.steps.at(-1)}))
      .filter(o => ['OVERDUE', 'SUSPENDED', 'WRITTEN_OFF'].includes(o.last.state))
      .map(o => ({
        kind: o.last.state, bad: o.last.state !== 'OVERDUE', name: `${o.issuer} ${o.number}`, at: o.last.at,
        detail: () => word('owes', {agreement: o.agreementId, month: o.month, currency: o.currency}),
        command: `weir invoice show ${o.number}`})),
    ...[...highest.values()].map(a => ({
      kind: 'BUDGET', bad: a.percent >= 100, name: a.limitId, at: a.at,
      detail: () => word('spent', {percent: a.percent, of: a.of, on: a.on}), command: `weir budgets show ${a.limitId}`})),
  ].sort((a, b) => new Date(b.at) - new Date(a.at));
}

async function refresh() {
  if (!state.token) {
    state.error = 'needsToken';
    render();
    return;
  }
  try {
    const overview = await get('/control/v1/overview');
    const to = new Date(Math.ceil((new Date(overview.at).getTime() + 1) / 3600e3) * 3600e3);
    const from = new Date(to.getTime() - HOURS * 3600e3);
    const [usage, talks, jobs] = await Promise.all([
      usageUntil(from, to),
      get('/control/v1/conversations?limit=20'),
      get('/control/v1/jobs?limit=5'),
    ]);
    if (state.turn++ % TROUBLES_EVERY === 0) state.troubles = await readTroubles(overview.at.slice(0, 7));
    state.data = {overview, usage: usage.items, talks: talks.items, jobs: jobs.items, from: usage.from};
    state.at = new Date(overview.at);
    state.error = null;
  } catch (error) {
    state.error = error.message === 'refused' ? 'refused' : 'unreachable';
  }
  render();
}

function render() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word);
  $('lang-en').setAttribute('aria-pressed', state.language === 'en');
  $('lang-zh').setAttribute('aria-pressed', state.language === 'zh');
  $('dot').className = state.error ? 'dot bad' : state.data ? 'dot good' : 'dot';
  $('live').textContent = state.error
    ? word('stale')
    : state.at ? word('live', {time: format.time(state.at)}) : word('loading');
  $('notice').hidden = !state.error;
  $('notice').textContent = state.error
    ? word(state.error, {time: state.at ? format.time(state.at) : '–'})
    : '';
  document.body.classList.toggle('loading', !state.data && !state.error);
  document.body.classList.toggle('stale', Boolean(state.error));
  if (state.data) {
    renderTiles(state.data.overview);
    renderTroubles(state.troubles);
    renderChannels(state.data.overview);
    renderUsage(state.data);
    renderTalks(state.data.talks);
    renderJobs(state.data.jobs);
  } else {
    renderEmpty();
  }
}

function renderEmpty() {
  const text = state.error ? '–' : word('loading');
  $('tiles').replaceChildren(...['revenue', 'margin', 'calls', 'customers'].map(key => tile(word(key), ['–'])));
  $('channels').tBodies[0].replaceChildren(el('tr', {}, el('td', {colspan: 7, class: 'empty'}, text)));
  $('channels').tFoot.replaceChildren();
  for (const id of ['chart', 'talks', 'jobs']) $(id).replaceChildren(empty(id, text));
  $('legend').replaceChildren();
}

function empty(id, text) {
  return el(id === 'chart' ? 'p' : 'li', {class: 'empty'}, text);
}

function tile(label, values, note) {
  return el('div', {class: 'tile'},
    el('h3', {}, label),
    ...values.map(value => el('p', {class: 'value'}, value)),
    note ? el('p', {class: 'note'}, note) : null);
}

function renderTiles(overview) {
  const totals = overview.totals.filter(t => t.customers > 0 || t.calls > 0 || t.revenueMicros !== 0);
  const shown = totals.length ? totals : overview.totals;
  const money = key => (shown.length ? shown.map(t => format.money(t[key], t.currency)) : ['–']);
  const sum = key => overview.channels.reduce((all, c) => all + c[key], 0);
  const margins = totals.filter(t => t.revenueMicros > 0)
    .map(t => `${t.currency} ${format.percent(t.marginMicros / t.revenueMicros)}`);
  $('tiles').replaceChildren(
    tile(word('revenue'), money('revenueMicros')),
    tile(word('margin'), money('marginMicros'), margins.length ? word('ofRevenue', {list: margins.join(' · ')}) : null),
    tile(word('calls'), [format.number(sum('calls'))]),
    tile(word('customers'), [format.number(sum('customers'))]));
}

function renderTroubles(troubles) {
  $('attention').hidden = !troubles.length;
  const more = troubles.length - TROUBLES_MAX;
  $('troubles').replaceChildren(
    ...troubles.slice(0, TROUBLES_MAX).map(t => el('li', {},
      el('p', {class: 'meta'},
        el('span', {class: `badge ${t.bad ? 'failed' : 'unanswered'}`}, WORDS[state.language].troubles[t.kind] ?? t.kind),
        el('span', {class: 'name'}, t.name),
        el('time', {datetime: t.at}, format.dayHour(new Date(t.at)))),
      el('p', {class: 'detail'}, t.detail()),
      el('p', {class: 'detail'}, el('code', {}, t.command)))),
    ...(more > 0 ? [el('li', {class: 'detail'}, word('more', {n: more}))] : []));
}

/* Where a channel's revenue goes, as one thin bar. */
function split(c) {
  if (c.revenueMicros <= 0) return null;
  const part = micros => Math.max(0, Math.min(100, (micros / c.revenueMicros) * 100));
  const bar = svg('svg', {class: 'split', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true'});
  let x = 0;
  for (const [kind, micros] of [['margin', c.marginMicros], ['fees', c.feeMicros + c.shareMicros], ['compute', c.computeMicros]]) {
    bar.append(svg('rect', {x, y: 0, width: part(micros), height: 4, class: kind}));
    x += part(micros);
  }
  return bar;
}

function moneyCells(c) {
  const cell = (micros, name = 'n') => el('td', {class: name}, format.money(micros, c.currency));
  const share = c.revenueMicros > 0 ? format.percent(c.marginMicros / c.revenueMicros) : '';
  return [
    cell(c.revenueMicros),
    cell(c.feeMicros + c.shareMicros),
    cell(c.computeMicros),
    el('td', {class: c.marginMicros < 0 ? 'n strong loss' : 'n strong'},
      format.money(c.marginMicros, c.currency), el('span', {class: 'sub'}, share)),
  ];
}

function renderChannels(overview) {
  const rows = overview.channels.map((c, i) =>
    el('tr', {},
      el('th', {scope: 'row'},
        el('span', {class: `swatch c${i % 8}`, 'aria-hidden': 'true'}),
        el('span', {class: 'name'}, c.id),
        el('span', {class: `kind ${c.kind}`}, word(c.kind)),
        split(c)),
      el('td', {class: 'n'}, format.number(c.customers)),
      el('td', {class: 'n'}, format.number(c.calls)),
      ...moneyCells(c)));
  $('channels').tBodies[0].replaceChildren(
    ...(rows.length ? rows : [el('tr', {}, el('td', {colspan: 7, class: 'empty'}, word('noChannels')))]));
  $('channels').tFoot.replaceChildren(...(rows.length ? overview.totals : []).map(t =>
    el('tr', {},
      el('th', {scope: 'row'}, `${word('total')} ${t.currency}`),
      el('td', {class: 'n'}, format.number(t.customers)),
      el('td', {class: 'n'}, format.number(t.calls)),
      ...moneyCells(t))));
}

function renderUsage(data) {
  const channels = data.overview.channels.map(c => c.id);
  const hours = Array.from({length: HOURS}, (_, i) => ({at: new Date(data.from.getTime() + i * 3600e3), parts: []}));
  for (const item of data.usage) {
    const hour = hours[Math.round((new Date(item.hour) - data.from) / 3600e3)];
    if (!hour || item.meter !== 'calls') continue;
    const part = hour.parts.find(p => p.channel === item.channelId);
    if (part) part.quantity += item.quantity;
    else hour.parts.push({channel: item.channelId, quantity: item.quantity});
  }
  const any = hours.some(h => h.parts.length);
  $('legend').replaceChildren(...(any ? channels : []).map((id, i) =>
    el('li', {}, el('span', {class: `swatch c${i % 8}`, 'aria-hidden': 'true'}), id)));
  if (any) drawChart($('chart'), hours, channels, format);
  else $('chart').replaceChildren(empty('chart', word('noUsage')));
}

function renderTalks(talks) {
  const channels = state.data.overview.channels.map(c => c.id);
  $('talks').replaceChildren(...(talks.length ? talks.map(talk => {
    const at = new Date(talk.at);
    const status = talk.state === 'RUNNING' ? 'waiting'
      : talk.state === 'REJECTED' ? 'rejected' : talk.answered ? null : 'unanswered';
    return el('li', {},
      el('p', {class: 'meta'},
        el('span', {class: `swatch c${Math.max(0, channels.indexOf(talk.channelId)) % 8}`, 'aria-hidden': 'true'}),
        el('span', {class: 'name'}, talk.channelId),
        talk.customer ? el('span', {}, talk.customer) : null,
        el('time', {datetime: talk.at}, format.time(at)),
        status ? el('span', {class: `badge ${status}`}, word(status)) : null),
      el('p', {class: 'asked', dir: 'auto'}, talk.text ?? ''),
      talk.answer ? el('p', {class: 'said', dir: 'auto'}, talk.answer) : null);
  }) : [empty('talks', word('noTalks'))]));
}

function renderJobs(jobs) {
  $('jobs').replaceChildren(...(jobs.length ? jobs.map(job => {
    const details = [];
    if (job.epoch !== undefined && job.epochs) details.push(word('epoch', {a: job.epoch, b: job.epochs}));
    if (job.loss !== undefined) details.push(word('loss', {n: job.loss.toFixed(4)}));
    if (job.metric && job.value !== undefined) details.push(`${job.metric} ${job.value.toFixed(4)}`);
    const headline = ['accuracy', 'f1-macro', 'r2', 'rmse'].find(m => job.metrics?.[m] !== undefined);
    if (headline) {
      details.push(`${headline} ${job.metrics[headline].toFixed(4)}`);
      const baseline = job.metrics[`baseline-${headline}`];
      if (baseline !== undefined) details.push(word('baseline', {n: baseline.toFixed(4)}));
    }
    if (job.baseline !== undefined) details.push(word('baseline', {n: job.baseline.toFixed(4)}));
    if (job.state === 'RUNNING' && job.phase && job.epoch === undefined) details.push(job.phase);
    if (job.state === 'RUNNING' && job.etaSeconds !== undefined) details.push(word('left', {n: job.etaSeconds}));
    if (job.modelVersion !== undefined) details.push(word('version', {n: job.modelVersion}));
    if (job.reason) details.push(job.reason);
    const progress = job.state === 'SUCCEEDED' ? 1 : job.progress ?? 0;
    return el('li', {},
      el('p', {class: 'meta'},
        el('span', {class: 'name'}, job.model ?? job.id),
        el('span', {}, job.recipe ?? ''),
        el('span', {class: `badge ${job.state.toLowerCase()}`}, WORDS[state.language].states[job.state] ?? job.state)),
      el('progress', {max: 1, value: progress, 'aria-label': job.model ?? job.id}),
      el('p', {class: 'detail'}, details.join(' · ')));
  }) : [empty('jobs', word('noJobs'))]));
}

function speak(language) {
  state.language = language;
  try { localStorage.setItem('weir-language', language); } catch { /* private window */ }
  render();
}

function start() {
  const given = new URLSearchParams(location.hash.slice(1)).get('t');
  try {
    if (given) sessionStorage.setItem('weir-token', given);
    state.token = given ?? sessionStorage.getItem('weir-token') ?? '';
    state.language = localStorage.getItem('weir-language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
  } catch {
    state.token = given ?? '';
  }
  $('lang-en').addEventListener('click', () => speak('en'));
  $('lang-zh').addEventListener('click', () => speak('zh'));
  addEventListener('hashchange', () => location.reload());
  addEventListener('resize', () => state.data && renderUsage(state.data));
  render();
  const loop = async () => {
    if (!document.hidden || !state.data) await refresh();
    setTimeout(loop, REFRESH_MS);
  };
  loop();
}

start();
