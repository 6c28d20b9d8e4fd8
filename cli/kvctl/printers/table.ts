// -w table: only lists of members and endpoints have one.

import Table from 'cli-table3';
import type { LocateResponse, PartitionListResponse } from '../../../proto/gen/hexkeep.js';
import type { MemberListResponse } from '../../../proto/gen/rpc.js';
import { fromUtf8, toBytes, write } from '../text.js';
import {
  type EndpointHash,
  type EndpointHealth,
  type EndpointStatus,
  type SnapshotSummary,
  Unsupported,
} from './printer.js';
import { cell, type Report } from './report.js';
import {
  hashRows,
  healthRows,
  memberRows,
  partitionRows,
  type Rows,
  snapshotRows,
  statusRows,
  whereRows,
} from './rows.js';

const ASCII = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  right: '|',
  middle: '|',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  'right-mid': '',
};
/** The rows hang below the line that ends the heads. */
const ASCII_BELOW = { ...ASCII, top: '', 'top-mid': '', 'top-left': '', 'top-right': '' };
const PADDING = 2;

type Cell = { content: string; hAlign: 'center' | 'right' };

function render(
  chars: object,
  colWidths: number[],
  rows: readonly (readonly string[])[],
  hAlign: Cell['hAlign'],
): string {
  const table = new Table({ chars, colWidths, style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map((content): Cell => ({ content, hAlign })));
  return `${table.toString()}\n`;
}

function print({ head, rows }: Rows): void {
  const upper = head.map((name) => name.toUpperCase());
  const text = rows.map((row) => row.map((cell) => toBytes(cell).toString('utf8')));
  const colWidths = upper.map(
    (name, i) => Math.max(name.length, ...text.map((row) => [...(row[i] ?? '')].length)) + PADDING,
  );
  const heads = render(ASCII, colWidths, [upper], 'center');
  // A table without rows ends twice, as etcdctl's does.
  const end = `${heads.trimEnd().split('\n').at(-1)}\n`;
  const below = text.length === 0 ? end : render(ASCII_BELOW, colWidths, text, 'right');
  write(fromUtf8(heads + below));
}

export class TablePrinter extends Unsupported {
  constructor() {
    super('table');
  }

  override memberList(response: MemberListResponse): void {
    print(memberRows(response));
  }

  override endpointHealth(list: readonly EndpointHealth[]): void {
    print(healthRows(list));
  }

  override endpointStatus(list: readonly EndpointStatus[]): void {
    print(statusRows(list));
  }

  override endpointHashKv(list: readonly EndpointHash[]): void {
    print(hashRows(list));
  }

  override partitionList(response: PartitionListResponse): void {
    print(partitionRows(response));
  }

  override partitionWhere(key: string, response: LocateResponse): void {
    print(whereRows(key, response));
  }

  override report({ records }: Report): void {
    const head = (records[0] ?? []).map(([name]) => name.replaceAll('_', ' '));
    print({ head, rows: records.map((record) => record.map(([, value]) => fromUtf8(cell(value)))) });
  }

  override snapshotStatus(summary: SnapshotSummary): void {
    print(snapshotRows(summary));
  }
}
