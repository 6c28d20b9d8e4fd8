// What has no format of etcdctl's: a list of records, which every format can print.

import type { ResponseHeader } from '../../../proto/gen/rpc.js';

export type ReportValue = string | number | bigint | boolean | readonly bigint[];

/** Names and values of one record, in order; IDs are bigints. */
export type ReportRecord = readonly (readonly [name: string, value: ReportValue])[];

export interface Report {
  readonly header: ResponseHeader | undefined;
  /** Of the list, in JSON. */
  readonly title: string;
  readonly records: readonly ReportRecord[];
  /** What the simple format prints instead. */
  readonly picture?: string;
}

/** As in a row of a table: IDs in hexadecimal. */
export function cell(value: ReportValue): string {
  if (typeof value === 'bigint') return value.toString(16);
  return typeof value === 'object' ? value.map((id) => id.toString(16)).join(' ') : String(value);
}
