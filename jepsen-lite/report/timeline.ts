// The run as a picture: faults, roles of nodes, and operations, over time.

import type { TimeAxis } from './axis.js';
import { BANDS, faultLane } from './bands.js';
import { count, moment } from './format.js';
import { html, type Markup } from './markup.js';
import { OUTCOMES, type ShownOperation, type ShownWorkload, tell } from './operations.js';
import { labelAt, row, scrollBox, timeRow } from './rows.js';
import type { NodeChange, RunResult } from './types.js';

const NODE_PX = 22;
const LANE_PX = 13;
/** Above the rows of a workload. */
const HEAD_PX = 20;
/** Of all nodes together; where there are more, short ones are left out. */
const CHANGES_MAX = 1_500;

/** Which anomaly names an operation: where its bar leads to. */
export type Named = ReadonlyMap<ShownOperation, string>;

export interface TimelineParts {
  readonly result: RunResult;
  readonly axis: TimeAxis;
  readonly workloads: readonly ShownWorkload[];
  /** Those to be drawn. */
  readonly drawn: ReadonlySet<ShownOperation>;
  readonly named: Named;
}

export function timeline({ result, axis, workloads, drawn, named }: TimelineParts): Markup {
  const faults = faultLane(result.faults, axis);
  const rows = [
    timeRow(axis),
    result.faults.length > 0 && row(html`<b>faults</b>`, faults.svg),
    result.nodes.length > 0 && nodes(result, axis),
    workloads.map((workload, i) => operations(workload, i, axis, drawn, named)),
    timeRow(axis),
  ];
  return scrollBox('Timeline', rows);
}

function nodes(result: RunResult, axis: TimeAxis): Markup {
  const height = result.nodes.length * NODE_PX + 6;
  const labels = result.nodes.map((node, i) => labelAt(node, i * NODE_PX + NODE_PX / 2 + 3));
  const lanes = result.nodes.map((node, i) => segments(node, result, axis).map((s) => segment(s, i, axis)));
  const svg = html`<svg height="${height}" role="img" aria-label="Roles of the nodes over time">${BANDS}${lanes}</svg>`;
  return row(labels, svg);
}

interface Segment extends NodeChange {
  readonly endMs: number;
}

function segments(node: string, { nodes, nodeChanges }: RunResult, axis: TimeAxis): Segment[] {
  const changes = nodeChanges.filter((c) => c.node === node);
  const all = changes.map((change, i) => ({ ...change, endMs: changes[i + 1]?.atMs ?? axis.endMs }));
  const most = Math.floor(CHANGES_MAX / nodes.length);
  if (all.length <= most) return all;
  // Of each stretch of time the role that lasted longest, until the next that is drawn.
  const longest = new Map<number, Segment>();
  for (const one of all) {
    const stretch = Math.floor((one.atMs / axis.endMs) * most);
    const before = longest.get(stretch);
    if (before === undefined || one.endMs - one.atMs > before.endMs - before.atMs) longest.set(stretch, one);
  }
  const kept = [...longest.values()];
  return kept.map((one, i) => ({ ...one, endMs: kept[i + 1]?.atMs ?? axis.endMs }));
}

function segment({ role, term, atMs, endMs, node }: Segment, lane: number, axis: TimeAxis): Markup {
  const y = lane * NODE_PX + 4;
  const share = (endMs - atMs) / axis.endMs;
  const name =
    share > 0.1 && role !== 'down' ? `${role} T${term}` : share > 0.06 && role === 'down' ? role : `T${term}`;
  const isNamed = share > 0.035 && (role !== 'down' || share > 0.06);
  const place = html`x="${axis.at(atMs)}" y="${y}" width="${axis.width(atMs, endMs)}" height="${NODE_PX - 6}"`;
  const title = html`<title>${node}: ${role}${role === 'down' ? '' : `, term ${term}`}\n${moment(atMs)} to ${moment(endMs)}</title>`;
  const hatch = (role === 'down' || role === 'frozen') && html`<rect class="hatched" ${place}/>`;
  const text = isNamed && html`<text class="role-name" x="${axis.at(atMs)}" dx="5" y="${y + 12}">${name}</text>`;
  return html`<g>${title}<rect class="role ${role}" ${place}/>${hatch}${text}</g>`;
}

function operations(
  workload: ShownWorkload,
  at: number,
  axis: TimeAxis,
  drawn: ReadonlySet<ShownOperation>,
  named: Named,
): Markup {
  const height = HEAD_PX + workload.lanes.length * LANE_PX + 5;
  const bars = workload.operations.filter((o) => drawn.has(o)).map((o) => bar(o, axis, named.get(o)));
  const none = workload.operations.length === 0 && html`<text class="tick" x="6" y="16">no operations</text>`;
  const lanes = workload.lanes.map((name, i) => labelAt(name, HEAD_PX + (i + 0.5) * LANE_PX, 'small'));
  const counts = OUTCOMES.map((outcome) => {
    const found = workload.operations.filter((o) => o.operation.type === outcome).length;
    return `${count(found)} ${outcome}`;
  });
  const svg = html`<svg height="${height}" role="img" aria-label="Operations of ${workload.name} over time"><line class="rule" x2="100%"/>${BANDS}${bars}${none}</svg>`;
  const title = html`<b class="at" style="top:${HEAD_PX / 2 + 1}px" title="${workload.name}: ${counts.join(', ')}">${workload.name}</b>`;
  return row([title, lanes], svg, at);
}

function bar(shown: ShownOperation, axis: TimeAxis, anomaly: string | undefined): Markup {
  const y = HEAD_PX + shown.lane * LANE_PX + 1.5;
  const place = html`x="${axis.at(shown.startMs)}" y="${y}" width="${axis.width(shown.startMs, shown.endMs, 0.0012)}" height="${LANE_PX - 3}"`;
  const { type } = shown.operation;
  if (anomaly === undefined) return html`<rect class="op ${type}" ${place}><title>${tell(shown)}</title></rect>`;
  return html`<a href="#${anomaly}"><rect class="op hit ${type}" ${place}><title>${tell(shown)}\nin an anomaly: choose it to see which</title></rect></a>`;
}
