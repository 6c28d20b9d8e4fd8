// A few operations as a picture: one row a process, and every bar as wide as what it says. The order of
// beginnings and ends is that of the history; distances mean nothing, for milliseconds and minutes would
// not fit together.

import { shorten } from './format.js';
import { html, type Markup } from './markup.js';
import { describe, type ShownOperation, tell } from './operations.js';

const ROW_PX = 34;
const BAR_PX = 22;
/** Of the monospaced font of bars, 11 px high. */
const CHARACTER_PX = 6.63;
const LABEL_MAX = 64;
/** Elements of a list. */
const LIST_MAX = 6;
/** Between one end or beginning and the next. */
const STEP_PX = 14;
const LEFT_PX = 6;
/** Room for the open end of what is not known to have ended. */
const OPEN_PX = 26;

interface Bar {
  readonly shown: ShownOperation;
  readonly row: number;
  readonly label: string;
  readonly x: number;
  readonly endX: number;
}

export interface PictureOptions {
  /** What stands before the words in a bar. */
  readonly nameOf?: (shown: ShownOperation) => string | undefined;
}

export function picture(operations: readonly ShownOperation[], { nameOf }: PictureOptions = {}): Markup {
  const processes = [...new Set(operations.map((o) => o.operation.process))];
  const label = (shown: ShownOperation): string => {
    const name = nameOf?.(shown);
    return `${name === undefined ? '' : `${name}: `}${shorten(describe(shown.operation, LIST_MAX), LABEL_MAX)}`;
  };
  const { bars, width } = layOut(operations, processes, label);
  const height = processes.length * ROW_PX + 4;
  const lines = processes.map((_, i) => html`<line class="grid" x2="${width}" y1="${middle(i)}" y2="${middle(i)}"/>`);
  const names = processes.map(
    (process, i) => html`<span class="at" style="top:${middle(i)}px">process ${process}</span>`,
  );
  const said = operations.map((o) => describe(o.operation)).join('; ');
  return html`<div class="picture"><div class="label">${names}</div><div class="scroll" tabindex="0" role="region" aria-label="Picture of the operations"><svg width="${width}" height="${height}" role="img" aria-label="${shorten(said, 300)}">${lines}${bars.map(draw)}</svg></div></div>`;
}

const middle = (row: number): number => row * ROW_PX + ROW_PX / 2 + 2;

/** An end or a beginning. */
interface Mark {
  readonly index: number;
  readonly at: number;
  readonly isEnd: boolean;
}

function layOut(
  operations: readonly ShownOperation[],
  processes: readonly number[],
  label: (shown: ShownOperation) => string,
): { bars: Bar[]; width: number } {
  const labels = operations.map(label);
  const widths = labels.map((text) => text.length * CHARACTER_PX + 14);
  const begins: number[] = [];
  const ends: number[] = [];
  const freeFrom = new Map<number, number>();
  let x = LEFT_PX;
  for (const { at, isEnd } of marksOf(operations)) {
    const { process } = (operations[at] as ShownOperation).operation;
    if (isEnd) {
      x = Math.max(x + STEP_PX, (begins[at] as number) + (widths[at] as number));
      ends[at] = x;
      freeFrom.set(process, x + STEP_PX);
    } else {
      x = Math.max(x + STEP_PX, freeFrom.get(process) ?? 0);
      begins[at] = x;
    }
  }
  const open = operations.map((_, at) => (begins[at] as number) + (widths[at] as number));
  const last = Math.max(x, ...open.filter((_, at) => ends[at] === undefined)) + OPEN_PX;
  const bars = operations.map((shown, at) => ({
    shown,
    row: processes.indexOf(shown.operation.process),
    label: labels[at] as string,
    x: begins[at] as number,
    endX: ends[at] ?? last,
  }));
  return { bars, width: Math.ceil(last + LEFT_PX) };
}

function marksOf(operations: readonly ShownOperation[]): Mark[] {
  const marks = operations.flatMap(({ operation }, at): Mark[] => {
    const begin = { index: operation.index, at, isEnd: false };
    const isOver = Number.isFinite(operation.endIndex);
    return isOver ? [begin, { index: operation.endIndex, at, isEnd: true }] : [begin];
  });
  return marks.sort((a, b) => a.index - b.index);
}

function draw({ shown, row, label, x, endX }: Bar): Markup {
  const { type } = shown.operation;
  const [top, bottom] = [middle(row) - BAR_PX / 2, middle(row) + BAR_PX / 2];
  const isOpen = !Number.isFinite(shown.operation.endIndex);
  const shape = isOpen
    ? html`<path class="box ${type}" d="M${endX} ${top}H${x}V${bottom}H${endX}l-7 -${BAR_PX / 4}l7 -${BAR_PX / 4}l-7 -${BAR_PX / 4}z"/>`
    : html`<rect class="box ${type}" x="${x}" y="${top}" width="${endX - x}" height="${BAR_PX}" rx="3"/>`;
  return html`<g><title>${tell(shown)}</title>${shape}<text class="said" x="${x + 7}" y="${middle(row) + 4}">${label}</text></g>`;
}
