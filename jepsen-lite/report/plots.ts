// Latency and throughput over the time of a run.

import { LogAxis, linearTicks, type TimeAxis, WIDTH } from './axis.js';
import { BANDS } from './bands.js';
import { count, duration, moment } from './format.js';
import { html, type Markup } from './markup.js';
import { OUTCOMES, type Outcome, type ShownOperation, type ShownWorkload, sample } from './operations.js';
import { labelAt, row, scrollBox, timeRow } from './rows.js';

const HEIGHT_PX = 200;
/** Room above and below, so that labels of the axis are not cut off. */
const MARGIN_PX = 10;
/** Of the coordinates within a plot. */
const HEIGHT = 1_000;
const BUCKETS = 60;
const DOTS_MAX = 12_000;
/** Faster than this does not matter to anybody. */
const LEAST_MS = 0.01;

/** One operation of a plot. */
interface Point {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

interface Bucket {
  readonly startMs: number;
  readonly endMs: number;
  readonly points: readonly Point[];
}

const latencyOf = (point: Point): number => Math.max(LEAST_MS, point.endMs - point.startMs);

/** What was seen rather than asked for begins and ends at one moment. */
const hasLatency = (point: Point): boolean => point.endMs > point.startMs;

const pointOf = ({ startMs, endMs, operation }: ShownOperation): Point => ({ startMs, endMs, outcome: operation.type });

/** All together, then each workload by itself: `undefined` stands for all. */
function views<T>(
  workloads: readonly ShownWorkload[],
  draw: (points: readonly Point[]) => T,
): [number | undefined, T][] {
  const single = workloads.map(({ operations }, i): [number, T] => [i, draw(operations.map(pointOf))]);
  return [[undefined, draw(workloads.flatMap(({ operations }) => operations.map(pointOf)))], ...single];
}

/** What shows only while all workloads are, or only while this one is chosen. */
function viewGroup([workload, content]: readonly [number | undefined, Markup]): Markup {
  if (workload === undefined) return html`<g data-w="" data-only="all">${content}</g>`;
  return html`<g data-w="${workload}" data-only="one" class="off">${content}</g>`;
}

function bucketsOf(points: readonly Point[], axis: TimeAxis, momentOf: (point: Point) => number): Bucket[] {
  const length = axis.endMs / BUCKETS;
  const lists = Array.from({ length: BUCKETS }, (): Point[] => []);
  for (const point of points) {
    lists[Math.max(0, Math.min(BUCKETS - 1, Math.floor(momentOf(point) / length)))]?.push(point);
  }
  return lists.map((list, i) => ({ startMs: i * length, endMs: (i + 1) * length, points: list }));
}

export function latencyPlot(workloads: readonly ShownWorkload[], axis: TimeAxis): Markup {
  const all = workloads.flatMap(({ operations }) => operations);
  const latencies = all.map(pointOf).filter(hasLatency).map(latencyOf);
  const scale = new LogAxis(least(latencies), greatest(latencies));
  const y = (ms: number): number => (1 - scale.share(ms)) * HEIGHT;
  const drawn = new Set(sample(all, new Set(), DOTS_MAX));
  const dots = workloads.map(({ operations }, i) => {
    const points = operations
      .filter((o) => drawn.has(o))
      .map(pointOf)
      .filter(hasLatency);
    const paths = OUTCOMES.map((outcome) =>
      dotPath(
        points.filter((p) => p.outcome === outcome),
        outcome,
        axis,
        y,
      ),
    );
    return html`<g data-w="${i}">${paths}</g>`;
  });
  const begun = (points: readonly Point[]): Bucket[] => bucketsOf(points.filter(hasLatency), axis, (p) => p.startMs);
  const lines = views(workloads, (points) => quantileLines(begun(points), axis, y));
  const tips = views(workloads, (points) => bucketTips(begun(points), axis, latencyTip));
  return chart({
    name: 'Latency',
    unit: 'latency, log scale',
    ticks: scale.ticks.map((ms) => [y(ms) / HEIGHT, duration(ms)]),
    content: html`${dots}${lines.map(viewGroup)}`,
    tips: tips.map(viewGroup),
    axis,
  });
}

function dotPath(
  points: readonly Point[],
  outcome: Outcome,
  axis: TimeAxis,
  y: (ms: number) => number,
): Markup | undefined {
  if (points.length === 0) return undefined;
  const path = points.map((p) => `M${axis.x(p.startMs)} ${Math.round(y(latencyOf(p)))}h0`).join('');
  return html`<path class="dots ${outcome}" d="${path}"/>`;
}

function quantileLines(buckets: readonly Bucket[], axis: TimeAxis, y: (ms: number) => number): Markup {
  const line = (share: number, kind: string): Markup => {
    const corners = buckets.map(({ startMs, endMs, points }) => {
      const value = quantile(points.map(latencyOf), share);
      return value === undefined ? undefined : ([axis.x((startMs + endMs) / 2), Math.round(y(value))] as const);
    });
    return html`<path class="line ${kind}" d="${linePath(corners)}"/>`;
  };
  return html`${line(0.5, 'p50')}${line(0.99, 'p99')}`;
}

/** Gaps stay gaps; a corner between two of them is a dash. */
function linePath(corners: readonly (readonly [number, number] | undefined)[]): string {
  return corners
    .map((corner, i) => {
      if (corner === undefined) return '';
      const [x, y] = corner;
      if (corners[i - 1] !== undefined) return `L${x} ${y}`;
      return corners[i + 1] === undefined ? `M${x - 40} ${y}h80` : `M${x} ${y}`;
    })
    .join('');
}

function latencyTip(points: readonly Point[]): string {
  const latencies = points.map(latencyOf);
  const of = (share: number): string => duration(quantile(latencies, share) ?? 0);
  return `p50 ${of(0.5)}, p99 ${of(0.99)}, longest ${duration(greatest(latencies))}`;
}

export function throughputPlot(workloads: readonly ShownWorkload[], axis: TimeAxis): Markup {
  const perSecond = (found: number): number => found / (axis.endMs / BUCKETS / 1_000);
  const ended = (points: readonly Point[]): Bucket[] => bucketsOf(points, axis, (p) => p.endMs);
  const everything = ended(workloads.flatMap(({ operations }) => operations.map(pointOf)));
  const of = (bucket: Bucket, outcome: Outcome): number => bucket.points.filter((p) => p.outcome === outcome).length;
  const most = greatest(everything.flatMap((bucket) => OUTCOMES.map((outcome) => perSecond(of(bucket, outcome)))));
  const values = linearTicks(most);
  const top = values.at(-1) as number;
  const y = (value: number): number => Math.round((1 - value / top) * HEIGHT);
  const steps = (buckets: readonly Bucket[], outcome: Outcome): string =>
    buckets
      .map((b, i) => `${i === 0 ? 'M' : 'L'}${axis.x(b.startMs)} ${y(perSecond(of(b, outcome)))}H${axis.x(b.endMs)}`)
      .join('');
  const draw = (points: readonly Point[]): Markup => {
    const buckets = ended(points);
    const area = html`<path class="area ok" d="${steps(buckets, 'ok')}L${WIDTH} ${HEIGHT}H0Z"/>`;
    return html`${area}${OUTCOMES.map((outcome) => html`<path class="line ${outcome}" d="${steps(buckets, outcome)}"/>`)}`;
  };
  const tip = (points: readonly Point[]): string =>
    OUTCOMES.map((o) => `${count(perSecond(points.filter((p) => p.outcome === o).length))} ${o}/s`).join(', ');
  return chart({
    name: 'Throughput',
    unit: 'operations per second',
    ticks: values.map((value) => [y(value) / HEIGHT, `${count(value)}/s`]),
    content: html`${views(workloads, draw).map(viewGroup)}`,
    tips: views(workloads, (points) => bucketTips(ended(points), axis, tip)).map(viewGroup),
    axis,
  });
}

/** What the pointer finds: one strip a bucket. */
function bucketTips(buckets: readonly Bucket[], axis: TimeAxis, tip: (points: readonly Point[]) => string): Markup {
  const strips = buckets
    .filter(({ points }) => points.length > 0)
    .map(
      ({ startMs, endMs, points }) =>
        html`<rect x="${axis.at(startMs)}" width="${axis.width(startMs, endMs)}" height="100%"><title>${moment(startMs)} to ${moment(endMs)}: ${count(points.length)} operations\n${tip(points)}</title></rect>`,
    );
  return html`${strips}`;
}

interface Chart {
  readonly name: string;
  readonly unit: string;
  /** Where, from 0 at the top to 1 at the bottom, and what. */
  readonly ticks: readonly (readonly [share: number, label: string])[];
  readonly content: Markup;
  readonly tips: readonly Markup[];
  readonly axis: TimeAxis;
}

function chart({ name, unit, ticks, content, tips, axis }: Chart): Markup {
  const inner = HEIGHT_PX - 2 * MARGIN_PX;
  const px = (share: number): number => MARGIN_PX + share * inner;
  const lines = ticks.map(([share]) => html`<line class="grid" x2="100%" y1="${px(share)}" y2="${px(share)}"/>`);
  const labels = ticks.map(([share, label]) => labelAt(label, px(share), 'small'));
  const plot = html`<svg class="plot" y="${MARGIN_PX}" width="100%" height="${inner}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${content}</svg>`;
  const svg = html`<svg height="${HEIGHT_PX}" role="img" aria-label="${name} over time, ${unit}">${BANDS}${lines}${plot}<g class="tips">${tips}</g></svg>`;
  return scrollBox(name, [row(labels, svg), timeRow(axis)]);
}

function quantile(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0];
}

// Spreading a long list over arguments would overflow the stack.
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), values[0] ?? 1);
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), values[0] ?? 1);
