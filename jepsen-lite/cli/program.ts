import { Command, CommanderError } from 'commander';
import { VERSION } from '../../src/version.js';
import { addMutants } from './mutants.js';
import { CannotRun } from './options.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addRun } from './run.js';
import { addSim } from './sim.js';

const ABOUT =
  'Tries to break Hexkeep: runs clusters under faults while clients work, writes down what every client was told, and judges whether that can be true.';

const AFTER = `
Begin with:
  npx jepsen-lite sim --seeds 20        twenty simulated clusters, in less than a minute
  npx jepsen-lite replay 7 --html page.html
                                        one of them, step by step, and as a page to look at
  npx jepsen-lite run --seconds 30      real processes

Exit codes: 0 nothing was found, 1 an anomaly, 2 it could not run.
docs/jepsen-lite.md tells how it works. "jepsen-lite COMMAND --help" tells more of one command.`;

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('jepsen-lite')
    .description(ABOUT)
    .addHelpText('after', AFTER)
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help tells which commands there are)');
  for (const add of [addSim, addRun, addReplay, addMutants, addReport]) add(program);
  for (const command of program.commands) command.exitOverride().showHelpAfterError('(--help tells more)');
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = exitCode(error);
  }
}

function exitCode(error: unknown): number {
  // Commander has said what is wrong already; asking for help is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const text = error instanceof CannotRun ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`jepsen-lite: ${text}\n`);
  return 2;
}
