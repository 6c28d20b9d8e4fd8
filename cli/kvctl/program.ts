// The commands as commander's: it dispatches, holds the values of flags, and runs `cluster`.

import { Command } from 'commander';
import { COMMANDS, type CommandSpec, GROUPS, type GroupSpec } from './commands.js';
import { type Flag, GLOBAL_FLAGS } from './flag.js';

/** Called with the command that was named, its flags by commander's names, and its positionals. */
export type Start = (spec: CommandSpec, options: Record<string, unknown>, positionals: string[]) => Promise<void>;

export const groupOf = (spec: CommandSpec): GroupSpec | undefined =>
  GROUPS.find((each) => spec.path.startsWith(`${each.path} `));

/** A command's flags with those of its group. */
export const flagsOf = (spec: CommandSpec): readonly Flag[] => [...spec.flags, ...(groupOf(spec)?.flags ?? [])];

/** Takes command lines in canonical form only (cobra.ts). */
export function createProgram(start: Start): Command {
  const program = new Command('kvctl').exitOverride().helpOption(false).helpCommand(false);
  const groups = new Map<string, Command>();
  for (const { path } of GROUPS) groups.set(path, program.command(path).helpOption(false).helpCommand(false));
  for (const spec of COMMANDS) {
    const [first = '', second] = spec.path.split(' ');
    const parent = second === undefined ? program : groups.get(first);
    const command = (parent ?? program)
      .command(second ?? first)
      .argument('[words...]')
      .helpOption(false);
    for (const flag of [...flagsOf(spec), ...GLOBAL_FLAGS]) command.addOption(flag);
    command.action((positionals: string[], options: Record<string, unknown>) => start(spec, options, positionals));
  }
  return program;
}
