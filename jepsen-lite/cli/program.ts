import { Command, CommanderError } from 'commander';
import { VERSION } from '../../src/version.js';
import { addMutants } from './mutants.js';
import { CannotRun } from './options.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addRun } from './run.js';
import { addSim } from './sim.js';

const ABOUT = `Tries to break Hexkeep: runs clusters under faults while clients work, writes down what every client
was told, and judges whether that can be true.

  sim      whole clusters in a simulated world: one seed decides everything
  run      real processes, networks and disks
  replay   one seed again, step by step, shrunk to the faults that matter
  mutants  is every planted bug found?
  report   a page to look at, of a run that was stored

Exit codes: 0 nothing was found, 1 an anomaly, 2 it could not run.`;

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('jepsen-lite').description(ABOUT).version(VERSION).exitOverride().showHelpAfterError();
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
