// All rows, in the table's order.

import type { Row } from './row.js';
import { gapRow } from './row-gap.js';
import { watchRow } from './row-watch.js';
import { dependentRows } from './rows-dependent.js';
import { simpleRows } from './rows-simple.js';

export const rows: readonly Row[] = [...simpleRows, ...dependentRows, watchRow, gapRow];

/** Throws for a name that is none, naming those that are. */
export function rowsNamed(names: readonly string[] | undefined): readonly Row[] {
  if (names === undefined) return rows;
  return names.map((name) => {
    const row = rows.find((r) => r.name === name);
    if (row === undefined) throw new Error(`no row "${name}": there are ${rows.map((r) => r.name).join(', ')}`);
    return row;
  });
}
