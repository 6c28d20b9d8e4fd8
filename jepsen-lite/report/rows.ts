// What charts over the time of a run have in common: rows with a label, in a box that scrolls.

import { type TimeAxis, tickLabel } from './axis.js';
import { html, type Markup, type Part } from './markup.js';

/** A row. `workload` is its position in the run; such a row is left out when another one is chosen. */
export function row(label: Part, svg: Markup, workload?: number): Markup {
  const data = workload === undefined ? undefined : html` data-w="${workload}"`;
  return html`<div class="row"${data}><div class="label">${label}</div>${svg}</div>`;
}

/** A label at a height within its row. */
export const labelAt = (text: string, y: number, kind = ''): Markup =>
  html`<span class="${`at ${kind}`.trim()}" style="top:${Math.round(y)}px">${text}</span>`;

/** Can be scrolled sideways by keyboard, too. */
export function scrollBox(name: string, rows: Part): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><div class="rows">${rows}</div></div>`;
}

const TICKS_MAX = 10;

export const ticksOf = (axis: TimeAxis): number[] => axis.ticks(TICKS_MAX);

/** The moments; those between show when there is room. */
export function timeRow(axis: TimeAxis): Markup {
  const major = ticksOf(axis);
  const isMajor = new Set(major);
  const minor = axis.ticks(TICKS_MAX * 6).filter((ms) => !isMajor.has(ms));
  const text = (ms: number, kind: string): Markup => {
    const anchor = ms === 0 ? 'start' : ms > axis.endMs * 0.97 ? 'end' : 'middle';
    return html`<text class="tick ${kind}" x="${axis.at(ms)}" dx="${ms === 0 ? 3 : 0}" y="14" text-anchor="${anchor}">${tickLabel(ms, axis.endMs)}</text>`;
  };
  const svg = html`<svg height="20" aria-hidden="true">${major.map((ms) => text(ms, 'major'))}${minor.map((ms) => text(ms, 'minor'))}</svg>`;
  return row(html`<span class="unit">time</span>`, svg);
}
