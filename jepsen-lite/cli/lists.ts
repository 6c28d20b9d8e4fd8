// What can be named in options, for the help of the commands.

import { FAULTS } from '../nemesis/types.js';
import { REAL_FAULTS } from '../real/faults.js';
import { ALL_WORKLOADS } from '../workloads/index.js';

const NAME_COLUMNS = 16;

function list(title: string, entries: readonly (readonly [name: string, what: string])[]): string {
  const lines = entries.map(([name, what]) => `  ${name.padEnd(NAME_COLUMNS)}${what}`);
  return `\n${title}:\n${lines.join('\n')}`;
}

const whatOf = (faults: Readonly<Record<string, { readonly what: string }>>): [string, string][] =>
  Object.entries(faults).map(([name, { what }]) => [name, what]);

export const workloadsHelp = (): string =>
  list(
    'Workloads',
    ALL_WORKLOADS.map(({ name, what }) => [name, what]),
  );
export const faultsHelp = (): string => list('Faults', Object.entries(FAULTS));
export const realFaultsHelp = (): string => list('Faults', whatOf(REAL_FAULTS));
