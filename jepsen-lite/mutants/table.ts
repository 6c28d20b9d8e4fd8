// The page of the documentation that says how each planted bug is found.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../real/project.js';
import { MUTANTS } from './list/index.js';
import { KEPT, type MutantResult } from './run.js';

export const TABLE_FILE = 'docs/mutants.md';

const ABOUT = `# Planted bugs

A simulation that finds nothing proves nothing unless it would find something. So mistakes that are known from
consensus stores are planted one by one, and the simulation has to find each of them.

There is no switch for them in the source: a planted bug is a change of a few lines of text, made in a copy of the source,
compiled and run there (\`jepsen-lite/mutants\`). The search tries the seeds 1, 2, 3, … with the workloads and the faults
that suit the bug. A seed counts only if it passes in a copy without any mistake. Bugs that Hexkeep had and that need
thousands of seeds are shown by the schedule that was kept when one was found (\`jepsen-lite/seeds\`): *kept*.

\`npx jepsen-lite mutants\` tries all of them; its exit code is 0 only when every one is found.
`;

const COLUMNS = ['bug', 'layer', 'what it is', 'seeds to find', 'found by'] as const;

/** The page, from results in the order of the list. */
export function mutantsPage(results: readonly MutantResult[]): string {
  const found = results.filter((r) => r.found).length;
  const rows = [
    `| ${COLUMNS.join(' | ')} |`,
    `| ${COLUMNS.map((name) => (name === 'seeds to find' ? '---:' : '---')).join(' | ')} |`,
    ...results.map(row),
  ];
  return `${ABOUT}\n${found} of ${results.length} are found.\n\n${rows.join('\n')}\n`;
}

function row({ mutant, found, seed, checker }: MutantResult): string {
  const cells = [
    `\`${mutant.name}\``,
    mutant.layer,
    mutant.what,
    seed === KEPT ? 'kept' : found ? String(seed) : `not in ${seed}`,
    seenBy(checker),
  ];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

const WHO: Readonly<Record<string, string>> = {
  cluster: 'the cluster itself: a broken invariant, members that differ, or no progress',
  core: 'the safety properties of the core',
  quiet: 'the rules of quiet groups',
};

const seenBy = (checker: string): string => WHO[checker] ?? checker;
const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

type Kept = Record<string, Omit<MutantResult, 'mutant'>>;

/**
 * Writes the page into the project's documentation; returns the path of the file. Results of earlier calls
 * stay (in `.verify/`), so that a few bugs can be searched for again. In one turn: several searches end at a time.
 */
export function writeMutantsPage(results: readonly MutantResult[]): string {
  const folder = join(projectFolder(), '.verify');
  mkdirSync(folder, { recursive: true });
  const store = join(folder, 'mutants.json');
  const kept: Kept = existsSync(store) ? (JSON.parse(readFileSync(store, 'utf8')) as Kept) : {};
  for (const { mutant, ...result } of results) kept[mutant.name] = result;
  writeFileSync(store, `${JSON.stringify(kept, null, 2)}\n`);
  const file = join(projectFolder(), TABLE_FILE);
  const known = MUTANTS.flatMap((mutant) => {
    const result = kept[mutant.name];
    return result === undefined ? [] : [{ mutant, ...result }];
  });
  writeFileSync(file, mutantsPage(known));
  return file;
}
