// A cycle of dependencies as a graph with arrows.

import type { Json } from '../history/types.js';
import { html, type Markup } from './markup.js';

export interface CycleEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly why: string | undefined;
}

/** What kinds of edges mean. */
export const EDGE_KINDS: Readonly<Record<string, string>> = {
  ww: 'overwrites or extends what the first wrote',
  wr: 'reads what the first wrote',
  rw: 'changes what the first had read',
  rt: 'begins after the first has ended',
};

/** The edges that the detail of an anomaly carries: `cycle` or `edges`, a list of `{from, to, kind}`. */
export function edgesOf(detail: Json | undefined): CycleEdge[] {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return [];
  const { cycle, edges } = detail as { readonly [key: string]: Json };
  const list = cycle ?? edges;
  return Array.isArray(list) ? list.flatMap(edgeOf) : [];
}

function edgeOf(value: Json): CycleEdge[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { from, to, kind, key, why } = value as { readonly [key: string]: Json };
  if (typeof from !== 'number' || typeof to !== 'number' || typeof kind !== 'string') return [];
  const words = typeof why === 'string' ? why : typeof key === 'string' ? `through ${key}` : undefined;
  return [{ from, to, kind, why: words }];
}

const NODE_PX = 19;
const MARGIN_PX = 46;
/** Beyond that, names would overlap. */
const NODES_MAX = 24;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The operations are named by their indexes; `id` makes names of parts unique in the page. */
export function cycleGraph(edges: readonly CycleEdge[], id: string): Markup | undefined {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  if (nodes.length < 2 || nodes.length > NODES_MAX) return undefined;
  const radius = Math.max(52, (nodes.length * 86) / (2 * Math.PI));
  const size = 2 * (radius + MARGIN_PX);
  // Two nodes stand side by side, and need less room above and below.
  const flat = nodes.length === 2 ? radius - NODE_PX / 2 : 0;
  const box = [0, flat, size, size - 2 * flat].map(Math.ceil);
  const places = new Map(nodes.map((node, i) => [node, onCircle(i / nodes.length, radius, size / 2)]));
  const kinds = [...new Set(edges.map((e) => e.kind))];
  const arrows = kinds.map(
    (kind) =>
      html`<marker id="${id}-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head ${edgeClass(kind)}" d="M0 0L8 4L0 8z"/></marker>`,
  );
  const lines = edges.map((edge) => {
    const [from, to] = [places.get(edge.from) as Point, places.get(edge.to) as Point];
    return drawEdge(edge, from, to, size / 2, id);
  });
  const circles = nodes.map((node) => {
    const { x, y } = places.get(node) as Point;
    return html`<circle class="node" cx="${x}" cy="${y}" r="${NODE_PX}"/><text class="node-name" x="${x}" y="${y + 4}">T${node}</text>`;
  });
  const said = edges.map(({ from, to, kind }) => `T${from} ${kind} T${to}`).join(', ');
  return html`<svg class="cycle" viewBox="${box.join(' ')}" width="${box[2]}" height="${box[3]}" role="img" aria-label="Cycle: ${said}"><defs>${arrows}</defs>${lines}${circles}</svg>`;
}

const edgeClass = (kind: string): string => (kind in EDGE_KINDS ? kind : 'rt');

/** From the left on, clockwise. */
function onCircle(turn: number, radius: number, middle: number): Point {
  const angle = Math.PI + turn * 2 * Math.PI;
  return { x: round(middle + radius * Math.cos(angle)), y: round(middle + radius * Math.sin(angle)) };
}

const round = (value: number): number => Number(value.toFixed(1));

function drawEdge({ kind, from, to, why }: CycleEdge, a: Point, b: Point, middle: number, id: string): Markup {
  const half = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  // To the left of its way: outwards on a circle that is walked clockwise, and apart from the way back.
  const bulge = { x: half.x + (dy / length) * 0.32 * length, y: half.y - (dx / length) * 0.32 * length };
  const [start, end] = [towards(a, bulge, NODE_PX + 1), towards(b, bulge, NODE_PX + 3)];
  const name = { x: (half.x + bulge.x) / 2, y: (half.y + bulge.y) / 2 };
  const title = `T${from} to T${to}: ${EDGE_KINDS[kind] ?? kind}${why === undefined ? '' : ` (${why})`}`;
  const away = Math.hypot(name.x - middle, name.y - middle) || 1;
  const text = { x: name.x + ((name.x - middle) / away) * 18, y: name.y + ((name.y - middle) / away) * 12 };
  return html`<g><title>${title}</title><path class="edge ${edgeClass(kind)}" d="M${round(start.x)} ${round(start.y)}Q${round(bulge.x)} ${round(bulge.y)} ${round(end.x)} ${round(end.y)}" marker-end="url(#${id}-${kind})"/><text class="edge-name ${edgeClass(kind)}" x="${round(text.x)}" y="${round(text.y) + 4}">${kind}</text></g>`;
}

function towards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}
