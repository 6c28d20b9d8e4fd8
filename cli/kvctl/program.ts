// A command as commander's: it holds the values of flags.

import { Command } from 'commander';
import { type CommandSpec, GROUPS, type GroupSpec } from './commands.js';
import { type Flag, GLOBAL_FLAGS } from './flag.js';

/** Called with the flags by commander's names, and the positionals. */
export type Start = (options: Record<string, unknown>, positionals: string[]) => Promise<void>;

export const groupOf = (spec: CommandSpec): GroupSpec | undefined =>
  GROUPS.find((each) => spec.path.startsWith(`${each.path} `));

/** A command's flags with those of its group. */
export const flagsOf = (spec: CommandSpec): readonly Flag[] => [...spec.flags, ...(groupOf(spec)?.flags ?? [])];

/**
 * Takes command lines of `spec` in canonical form (cobra.ts). Only this command is there: making all of
 * them would cost scripts milliseconds each time.
 */
export function createProgram(spec: CommandSpec, start: Start): Command {
  const program = new Command('kvctl').exitOverride().helpOption(false).helpCommand(false);
  let command = program;
  for (const word of spec.path.split(' ')) command = command.command(word).helpOption(false).helpCommand(false);
  command.argument('[words...]');
  for (const flag of [...flagsOf(spec), ...GLOBAL_FLAGS]) command.addOption(flag);
  command.action((positionals: string[], options: Record<string, unknown>) => start(options, positionals));
  return program;
}
