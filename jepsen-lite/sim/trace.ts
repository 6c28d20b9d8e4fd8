// Everything that happens in a simulated run, a line each: the same seed writes the same bytes.

import { crc32 } from 'node:zlib';
import type { HistoryEvent } from '../history/types.js';
import type { FaultBand } from '../report/types.js';
import type { ClusterEvents, SimCluster } from './cluster.js';

export type TraceLine = (line: string) => void;

export class Trace {
  readonly #write: TraceLine;
  #nowMs: () => number = () => 0;

  constructor(write: TraceLine) {
    this.#write = write;
  }

  #line(text: string): void {
    this.#write(`${this.#nowMs().toFixed(3).padStart(12)} ${text}`);
  }

  get clusterEvents(): ClusterEvents {
    return {
      log: (node, level, message, fields) => this.#line(`${node} ${level}: ${message} ${plain(fields)}`),
      stopped: (node, reason, expected) =>
        this.#line(`${node} stopped${expected ? ' (its disk is sick)' : ''}: ${reason.message}`),
    };
  }

  attach(cluster: SimCluster): void {
    this.#nowMs = () => cluster.world.nowMs;
    cluster.network.onFrame = (from, to, frame) =>
      this.#line(`${from} > ${to} ${frame.length} bytes ${crc32(frame).toString(16)}`);
    for (const [name, machine] of cluster.nodes) {
      machine.disk.onWrite = (store, records, bytes, sync, outcome) =>
        this.#line(`${name} wrote ${store}: ${records} records, ${bytes} bytes${sync ? ', synced' : ''}: ${outcome}`);
    }
  }

  fault(band: FaultBand, begins: boolean): void {
    this.#line(`${begins ? 'fault' : 'end of fault'} ${band.kind}: ${band.what}`);
  }

  operation(workload: string, event: HistoryEvent): void {
    const { type, process, f, value, error } = event;
    this.#line(
      `${workload} ${process} ${type} ${f} ${JSON.stringify(value)}${error === undefined ? '' : ` (${error})`}`,
    );
  }
}

const plain = (fields: object): string =>
  JSON.stringify(fields, (_, value) => (typeof value === 'bigint' ? value.toString(16) : value));
