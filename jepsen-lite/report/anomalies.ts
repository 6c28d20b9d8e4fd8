// Anomalies: in words, as pictures, and operation by operation.

import type { Anomaly } from '../checkers/types.js';
import { cycleGraph, EDGE_KINDS, edgesOf } from './cycle.js';
import { counted, moment, plain, shorten } from './format.js';
import { html, type Markup } from './markup.js';
import { OUTCOME_NAMES, type ShownOperation, type ShownWorkload } from './operations.js';
import { picture } from './picture.js';
import type { RunResult } from './types.js';

/** Operations of one picture, and rows of one list. */
const PICTURED_MAX = 40;
const LISTED_MAX = 200;
const VALUE_MAX = 300;

export interface FoundAnomaly {
  /** Of its place in the page. */
  readonly id: string;
  readonly workload: number;
  readonly checker: string;
  readonly anomaly: Anomaly;
  /** The checker could not decide. */
  readonly isUnknown: boolean;
  readonly operations: readonly ShownOperation[];
}

export function foundAnomalies(result: RunResult, workloads: readonly ShownWorkload[]): FoundAnomaly[] {
  const found: Omit<FoundAnomaly, 'id'>[] = result.workloads.flatMap(({ verdicts }, workload) =>
    verdicts.flatMap(({ checker, anomalies, valid }) =>
      anomalies.map((anomaly) => {
        const named = anomaly.operations.map((index) => workloads[workload]?.byIndex.get(index));
        return {
          workload,
          checker,
          anomaly,
          isUnknown: valid === 'unknown',
          operations: named.filter((shown) => shown !== undefined),
        };
      }),
    ),
  );
  return found.map((one, i) => ({ ...one, id: `anomaly-${i + 1}` }));
}

export function anomalyCard(found: FoundAnomaly, name: string): Markup {
  const { id, workload, checker, anomaly, isUnknown, operations } = found;
  const edges = edgesOf(anomaly.detail);
  const graph = edges.length > 0 ? cycleGraph(edges, id) : undefined;
  const pictured = operations.slice(-PICTURED_MAX);
  const left = operations.length - pictured.length;
  const nameOf = graph === undefined ? {} : { nameOf: (o: ShownOperation) => `T${o.operation.index}` };
  const shown = pictured.length > 0 && html`<div class="shown">${picture(pictured, nameOf)}</div>`;
  const kinds = [...new Set(edges.map((e) => e.kind))].filter((kind) => kind in EDGE_KINDS);
  const legend =
    graph !== undefined &&
    html`<ul class="legend">${kinds.map((kind) => html`<li><span class="edge-key ${kind}">${kind}</span> the second ${EDGE_KINDS[kind]}</li>`)}</ul>`;
  return html`<article class="card${isUnknown && html` unknown`}" id="${id}" data-w="${workload}">
<h3>${anomaly.name} <small>${name}${checker === name ? '' : `, checked as ${checker}`}</small></h3>
<p class="message">${anomaly.message}</p>
${graph !== undefined && html`<div class="cycle-box">${graph}${legend}</div>`}${shown}
${left > 0 && html`<p class="note">The picture shows the last ${pictured.length}; ${left} earlier ones are in the list.</p>`}
${operations.length > 0 ? list(operations) : html`<p class="note">It is not about certain operations.</p>`}
</article>`;
}

function list(operations: readonly ShownOperation[]): Markup {
  const rows = operations.slice(0, LISTED_MAX).map(({ operation, startMs, endMs }) => {
    const { index, process, f, type, input, output, error } = operation;
    const value = (text: string): string => shorten(text, VALUE_MAX);
    return html`<tr><td class="number">${index}</td><td class="number">${process}</td><td>${f}</td><td>${value(plain(input))}</td><td><span class="key ${type}"></span>${OUTCOME_NAMES[type]}${error !== undefined && html`: ${value(error)}`}</td><td>${type === 'ok' ? value(plain(output)) : ''}</td><td class="number">${moment(startMs)}</td><td class="number">${moment(endMs)}</td></tr>`;
  });
  const more = operations.length > LISTED_MAX && html`<p class="note">and ${operations.length - LISTED_MAX} more</p>`;
  return html`<details><summary>${counted(operations.length, 'operation')}, one by one</summary>
<div class="scroll table" tabindex="0" role="region" aria-label="Operations of the anomaly"><table class="wide"><thead><tr><th class="number">index</th><th class="number">process</th><th>function</th><th>asked</th><th>outcome</th><th>answer</th><th class="number">began</th><th class="number">ended</th></tr></thead><tbody>${rows}</tbody></table></div>${more}</details>`;
}
