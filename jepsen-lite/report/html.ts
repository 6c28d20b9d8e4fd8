// A run as a page: one file that needs nothing else, readable without scripts.

import { anomalyCard, foundAnomalies } from './anomalies.js';
import { TimeAxis } from './axis.js';
import { defineBands, FAULT_GROUPS, groupOf } from './bands.js';
import { count, counted } from './format.js';
import { html, Markup, type Part } from './markup.js';
import {
  OUTCOME_NAMES,
  OUTCOMES,
  type ShownOperation,
  type ShownWorkload,
  sample,
  showWorkload,
} from './operations.js';
import { latencyPlot, throughputPlot } from './plots.js';
import { ticksOf } from './rows.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { badge, faultTable, verdictTable } from './tables.js';
import { timeline } from './timeline.js';
import type { NodeRole, RunResult } from './types.js';
import { outcomes, outcomeText, overall, speed } from './verdict.js';

/** Bars of the timeline: more could neither be told apart nor loaded quickly. */
export const BARS_MAX = 3_000;

export function renderReport(result: RunResult): string {
  const axis = new TimeAxis(lengthOf(result));
  const workloads = result.workloads.map((workload, i) => showWorkload(workload, i, axis.endMs));
  const found = foundAnomalies(result, workloads);
  const named = new Map<ShownOperation, string>();
  for (const { id, operations } of found) for (const o of operations) if (!named.has(o)) named.set(o, id);
  const all = workloads.flatMap(({ operations }) => operations);
  const drawn = new Set(sample(all, new Set(named.keys()), BARS_MAX));
  const isSampled = drawn.size < all.length;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${result.title}: ${overall(result)}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${defineBands(result.faults, axis, ticksOf(axis))}
<main>
${header(result)}
${tools(workloads)}
${result.failures.length > 0 && section('failures', 'Failures of the cluster', html`<ul class="failures">${result.failures.map((f) => html`<li>${f}</li>`)}</ul>`)}
${section('verdicts', 'Verdicts', verdictTable(result))}
${found.length > 0 && section('anomalies', 'Anomalies', [pictureNote(), found.map((one) => anomalyCard(one, nameOf(workloads, one.workload)))])}
${section('timeline', 'Timeline', [
  timeLegend(result, named.size > 0),
  timeline({ result, axis, workloads, drawn, named }),
  isSampled &&
    html`<p class="note">${count(drawn.size)} of ${counted(all.length, 'operation')} are drawn: those that anomalies name, those around them, and an even sample of the others.</p>`,
])}
${all.length > 0 && section('latency', 'Latency', [latencyLegend(), latencyPlot(workloads, axis)])}
${all.length > 0 && section('throughput', 'Throughput', [outcomeLegend(), throughputPlot(workloads, axis)])}
${section('faults', 'Faults', faultTable(result.faults, axis))}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

/** Until everything that is drawn has happened. */
function lengthOf({ runMs, workloads, faults, nodeChanges }: RunResult): number {
  const ends = workloads.map(({ history }) => (history.at(-1)?.timeNs ?? 0) / 1e6);
  const bands = faults.map((f) => (Number.isFinite(f.endMs) ? f.endMs : f.startMs));
  const last = [...ends, ...bands, nodeChanges.at(-1)?.atMs ?? 0].reduce((a, b) => Math.max(a, b), 0);
  // A simulated run counts its start, too, and what is drawn begins after that.
  return last > 0 ? last : runMs;
}

const nameOf = (workloads: readonly ShownWorkload[], at: number): string => workloads[at]?.name ?? '';

const section = (id: string, title: string, content: Part): Markup =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;

function header(result: RunResult): Markup {
  const counts = outcomes(result);
  const fact = (name: string, value: Part): Markup => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<header>
<p class="kind">jepsen-lite, ${result.mode === 'sim' ? 'a simulated cluster' : 'a cluster of real processes'}</p>
<h1>${result.title} ${badge(overall(result))}</h1>
<dl class="facts">
${fact('seed', result.seed)}
${fact('length', speed(result))}
${fact('nodes', `${result.nodes.length}: ${result.nodes.join(', ')}`)}
${fact('operations', `${count(counts.all)}: ${outcomeText(counts)}`)}
${fact('faults', count(result.faults.length))}
${fact('run it again', html`<code>${result.again}</code>`)}
</dl>
</header>`;
}

/** Shown by the script, for nothing of it works without. */
function tools(workloads: readonly ShownWorkload[]): Markup {
  const options = workloads.map(({ name }, i) => html`<option value="${i}">${name}</option>`);
  const boxes = OUTCOMES.map(
    (o) => html`<label><input type="checkbox" data-outcome="${o}" checked> <span class="key ${o}"></span>${o}</label>`,
  );
  return html`<form class="tools" id="tools" hidden aria-label="What to show">
<label>workload <select id="workload"><option value="">all</option>${options}</select></label>
<fieldset><legend>outcomes</legend>${boxes}</fieldset>
<fieldset><legend>time</legend><button type="button" data-zoom="0.5" aria-label="Zoom out">−</button><output id="zoom">1×</output><button type="button" data-zoom="2" aria-label="Zoom in">+</button><button type="button" data-zoom="0">all</button></fieldset>
</form>`;
}

const item = (kind: string, name: string): Markup => html`<li><span class="key ${kind}"></span>${name}</li>`;

const outcomeItems = (): Markup[] => OUTCOMES.map((outcome) => item(outcome, OUTCOME_NAMES[outcome]));

const outcomeLegend = (): Markup => html`<ul class="legend">${outcomeItems()}</ul>`;

const pictureNote = (): Markup =>
  html`<ul class="legend">${outcomeItems()}<li>Ends and beginnings stand in their order; distances mean nothing. A jagged end: it may take effect at any time.</li></ul>`;

const ROLES: readonly NodeRole[] = ['leader', 'candidate', 'follower', 'frozen', 'down'];

function timeLegend(result: RunResult, hasAnomalies: boolean): Markup {
  const groups = new Set(result.faults.map((f) => groupOf(f.kind)));
  const faults = Object.entries(FAULT_GROUPS).filter(([group]) => groups.has(group as keyof typeof FAULT_GROUPS));
  const roles = new Set(result.nodeChanges.map((c) => c.role));
  return html`<ul class="legend"><li><b>operations</b></li>${outcomeItems()}${hasAnomalies && item('hit', 'part of an anomaly')}</ul>
${roles.size > 0 && html`<ul class="legend"><li><b>nodes</b></li>${ROLES.filter((r) => roles.has(r)).map((role) => item(role, role))}<li>T3: term 3</li></ul>`}
${faults.length > 0 && html`<ul class="legend"><li><b>faults of</b></li>${faults.map(([group, name]) => item(group, name))}</ul>`}`;
}

const latencyLegend = (): Markup =>
  html`<ul class="legend">${outcomeItems()}<li><span class="line-key p50"></span>p50, the median</li><li><span class="line-key p99"></span>p99</li><li>What is unknown is drawn as long as the client waited.</li></ul>`;
