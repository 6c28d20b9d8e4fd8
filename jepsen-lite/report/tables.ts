// What stands in tables: verdicts, and faults.

import type { TimeAxis } from './axis.js';
import { endOf, groupOf } from './bands.js';
import { count, counted, duration, moment } from './format.js';
import { html, type Markup } from './markup.js';
import type { FaultBand, RunResult } from './types.js';
import { anomalyCount, type Overall, outcomes, outcomeText, statsText, verdictOf } from './verdict.js';

const SIGNS: Readonly<Record<Overall, string>> = { valid: '✓', anomaly: '✗', unknown: '?' };

export const badge = (verdict: Overall): Markup =>
  html`<span class="badge ${verdict}"><span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}</span>`;

export function verdictTable(result: RunResult): Markup {
  const rows = result.workloads.flatMap(({ name, verdicts }, i) =>
    verdicts.map((verdict) => {
      const found = verdictOf(verdict) === 'valid' ? 0 : anomalyCount(verdict);
      return html`<tr data-w="${i}"><td>${name}</td><td>${verdict.checker}</td><td>${badge(verdictOf(verdict))}</td><td class="number">${count(found)}</td><td>${outcomeText(outcomes(result, i))}</td><td>${statsText(verdict)}</td></tr>`;
    }),
  );
  return html`<div class="scroll table" tabindex="0" role="region" aria-label="Verdicts"><table class="wide"><thead><tr><th>workload</th><th>checker</th><th>verdict</th><th class="number">anomalies</th><th>operations</th><th>checked</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Longer lists are closed until the reader opens them. */
const OPEN_MAX = 12;

export function faultTable(faults: readonly FaultBand[], axis: TimeAxis): Markup {
  if (faults.length === 0) return html`<p class="note">None: this run had a good day.</p>`;
  const rows = faults.map((fault) => {
    const end = endOf(fault, axis.endMs);
    const length = end > fault.startMs ? duration(end - fault.startMs) : 'a moment';
    return html`<tr><td class="name"><span class="key ${groupOf(fault.kind)}"></span>${fault.kind}</td><td class="number">${moment(fault.startMs)}</td><td class="number">${length}</td><td>${fault.what}</td></tr>`;
  });
  const kinds = new Set(faults.map((f) => f.kind)).size;
  const open = faults.length <= OPEN_MAX && html` open`;
  return html`<details${open}><summary>${counted(faults.length, 'fault')} of ${counted(kinds, 'kind')}</summary>
<div class="scroll table" tabindex="0" role="region" aria-label="Faults"><table><thead><tr><th>kind</th><th class="number">began</th><th class="number">lasted</th><th>what it hit</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
