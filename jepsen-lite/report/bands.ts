// Faults: as bands behind everything that has the time of the run for an axis, and as named bars.

import type { TimeAxis } from './axis.js';
import { duration, moment } from './format.js';
import { html, type Markup } from './markup.js';
import type { FaultBand } from './types.js';

/** What a fault hits; each group has a colour. */
export const FAULT_GROUPS = {
  network: 'network',
  clock: 'clocks',
  process: 'processes',
  disk: 'disks',
  request: 'requests to the cluster',
} as const;
export type FaultGroup = keyof typeof FAULT_GROUPS;

const GROUPS: readonly (readonly [FaultGroup, RegExp])[] = [
  ['disk', /disk|sync|bit|misdirect|powerloss/i],
  ['clock', /drift|clock/i],
  ['request', /^(moveLeader|compact|member)/],
  ['process', /crash|kill|freeze|pause|block|restart/i],
];

export const groupOf = (kind: string): FaultGroup => GROUPS.find(([, pattern]) => pattern.test(kind))?.[0] ?? 'network';

/** A fault of a run that has ended before the fault did lasts until the end. */
export const endOf = (fault: FaultBand, endMs: number): number =>
  Number.isFinite(fault.endMs) && fault.endMs !== null ? fault.endMs : endMs;

const titleOf = (fault: FaultBand, endMs: number): string =>
  `${fault.kind}: ${fault.what}\nfrom ${moment(fault.startMs)}${
    endOf(fault, endMs) > fault.startMs ? `, for ${duration(endOf(fault, endMs) - fault.startMs)}` : ''
  }`;

/** Defined once; every chart shows it by reference. */
export function defineBands(faults: readonly FaultBand[], axis: TimeAxis, ticks: readonly number[]): Markup {
  const bands = faults.map((fault) => {
    const end = endOf(fault, axis.endMs);
    return html`<rect class="band ${groupOf(fault.kind)}" x="${axis.at(fault.startMs)}" width="${axis.width(fault.startMs, end, 0.0012)}" height="100%"/>`;
  });
  const lines = ticks.map((ms) => html`<line class="grid" x1="${axis.at(ms)}" x2="${axis.at(ms)}" y2="100%"/>`);
  return html`<svg class="defs" aria-hidden="true"><defs><g id="bands">${bands}${lines}</g>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" y2="6"/></pattern></defs></svg>`;
}

export const BANDS = html`<use href="#bands"/>`;

const ROW_PX = 19;
/** The least width that names are laid out for. */
const LEAST_WIDTH_PX = 600;
const CHARACTER_PX = 6.4;
/** Beyond that, only bars are packed, without names. */
const ROWS_MAX = 9;

interface Placed {
  readonly fault: FaultBand;
  readonly row: number;
  readonly name: 'start' | 'end' | undefined;
}

/** Named bars in as many rows as they need. */
export function faultLane(faults: readonly FaultBand[], axis: TimeAxis): { svg: Markup; height: number } {
  const placed = place(faults, axis);
  const height = Math.max(1, ...placed.map(({ row }) => row + 1)) * ROW_PX + 4;
  const bars = placed.map(({ fault, row, name }) => {
    const end = endOf(fault, axis.endMs);
    const y = row * ROW_PX + 3;
    const text =
      name !== undefined &&
      html`<text class="name" x="${name === 'start' ? axis.at(fault.startMs) : '100%'}" dx="${name === 'start' ? 4 : -4}" y="${y + 12}" text-anchor="${name}">${fault.kind}</text>`;
    return html`<g><title>${titleOf(fault, axis.endMs)}</title><rect class="fault ${groupOf(fault.kind)}" x="${axis.at(fault.startMs)}" width="${axis.width(fault.startMs, end, 0.0025)}" y="${y}" height="${ROW_PX - 3}" rx="2"/>${text}</g>`;
  });
  const svg = html`<svg height="${height}" role="img" aria-label="Faults over time">${BANDS}${bars}</svg>`;
  return { svg, height };
}

function place(faults: readonly FaultBand[], axis: TimeAxis): Placed[] {
  const free: number[] = [];
  return [...faults]
    .sort((a, b) => a.startMs - b.startMs)
    .map((fault) => {
      const pxPerMs = LEAST_WIDTH_PX / axis.endMs;
      const named = fault.kind.length * CHARACTER_PX + 8;
      const [from, to] = [
        fault.startMs * pxPerMs,
        Math.max(endOf(fault, axis.endMs) * pxPerMs, fault.startMs * pxPerMs + 3),
      ];
      const overflows = from + named > LEAST_WIDTH_PX;
      const first = overflows ? Math.min(from, LEAST_WIDTH_PX - named) : from;
      const row = free.findIndex((px) => px <= first);
      if (row !== -1 || free.length < ROWS_MAX) {
        const at = row === -1 ? free.length : row;
        free[at] = Math.max(to, overflows ? LEAST_WIDTH_PX : from + named);
        return { fault, row: at, name: overflows ? 'end' : 'start' } as const;
      }
      const soonest = free.indexOf(Math.min(...free));
      free[soonest] = Math.max(free[soonest] as number, to);
      return { fault, row: soonest, name: undefined };
    });
}
