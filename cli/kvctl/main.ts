// The program: finds the command, reads its flags as etcdctl does, runs it, ends with etcdctl's codes.

import { canonical, type ParsedFlags, parseFlags, takesNext, UsageError } from './cobra.js';
import { COMMANDS, type CommandSpec, GROUPS, type GroupSpec, REFUSED } from './commands.js';
import { Context } from './context.js';
import { EnvironmentConflict, withEnvironment } from './environment.js';
import { Exit, ExitError, SilentExit } from './exit.js';
import { GLOBAL_FLAGS } from './flag.js';
import { commandHelp, groupHelp, rootHelp } from './help.js';
import { createProgram, flagsOf, groupOf } from './program.js';
import { unknownCommand } from './suggest.js';
import { fromUtf8, rawArguments, write, writeError } from './text.js';

interface Found {
  /** Undefined: the program itself. */
  readonly spec: CommandSpec | undefined;
  readonly group: GroupSpec | undefined;
  /** All words but those that name the command. */
  readonly rest: readonly string[];
}

const FIRST_WORDS: ReadonlySet<string> = new Set([
  ...COMMANDS.map((spec) => spec.path.split(' ')[0] ?? ''),
  ...Object.keys(REFUSED).map((path) => path.split(' ')[0] ?? ''),
  'cluster',
  'help',
]);

/** The words that may name a command: those that are neither flags nor their values, up to `--`. */
function nameIndexes(args: readonly string[]): number[] {
  const indexes: number[] = [];
  for (let i = 0; i < args.length && args[i] !== '--'; i++) {
    const word = args[i] ?? '';
    if (!word.startsWith('-') || word === '-') indexes.push(i);
    else if (takesNext(GLOBAL_FLAGS, word)) i++;
  }
  return indexes;
}

/** Throws UsageError for a command that does not exist, ExitError for one that is refused. */
function find(args: readonly string[]): Found {
  const [first, second] = nameIndexes(args);
  const without = (...indexes: readonly (number | undefined)[]): string[] =>
    args.filter((_, i) => !indexes.includes(i));
  if (first === undefined) return { spec: undefined, group: undefined, rest: args };
  const word = args[first] ?? '';
  const both = second === undefined ? word : `${word} ${args[second]}`;
  const reason = REFUSED[word] ?? REFUSED[both];
  if (reason !== undefined) throw new ExitError(Exit.badArguments, `${word in REFUSED ? word : both}: ${reason}`);
  const spec = COMMANDS.find((each) => each.path === word);
  if (spec !== undefined) return { spec, group: undefined, rest: without(first) };
  const group = GROUPS.find((each) => each.path === word);
  if (group === undefined) throw new UnknownCommand(unknownCommand(word, [...FIRST_WORDS].sort()));
  const inGroup = COMMANDS.find((each) => each.path === both);
  return { spec: inGroup, group, rest: inGroup === undefined ? without(first) : without(first, second) };
}

class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';
}

function helpOf({ spec, group }: Found): string {
  if (spec !== undefined) return commandHelp(spec, groupOf(spec));
  return group === undefined ? rootHelp() : groupHelp(group);
}

function parse(found: Found): ParsedFlags {
  const own = found.spec === undefined ? (found.group?.flags ?? []) : flagsOf(found.spec);
  return parseFlags([...own, ...GLOBAL_FLAGS], found.rest);
}

/** `help lease grant` is `lease grant --help`. */
function help(words: readonly string[]): void {
  let found: Found;
  try {
    found = find(words);
  } catch (error) {
    if (!(error instanceof UnknownCommand)) throw error;
    writeError(`Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n`);
    found = { spec: undefined, group: undefined, rest: [] };
  }
  write(helpOf(found));
}

async function run(found: Found, env: NodeJS.ProcessEnv): Promise<void> {
  const parsed = parse(found);
  if (parsed.help || found.spec === undefined) {
    write(helpOf(found));
    return;
  }
  const complete = withEnvironment(parsed, env);
  let context: Context | undefined;
  const { spec } = found;
  const program = createProgram(spec, async (options, positionals) => {
    const before = parsed.beforeDash ?? positionals.length;
    context = new Context(options, env, { before, seen: parsed.beforeDash !== undefined });
    if (context.global.debug) writeError(settings(complete));
    const command = await spec.load();
    await command(context, positionals);
  });
  try {
    await program.parseAsync([...spec.path.split(' '), ...canonical(complete)], { from: 'user' });
  } finally {
    context?.close();
  }
}

/** `KVCTL_ENDPOINTS=…` for every global flag. */
const settings = ({ given }: ParsedFlags): string =>
  GLOBAL_FLAGS.map((flag) => {
    const name = `KVCTL_${flag.title.toUpperCase().replaceAll('-', '_')}`;
    return `${name}=${given.get(flag) ?? flag.shown.replace(/^["[]|["\]]$/g, '')}\n`;
  }).join('');

/** `cluster` is commander's own, with its help and its messages. */
async function runCluster(argv: readonly string[]): Promise<number> {
  const [{ Command, CommanderError }, { registerCluster }] = await Promise.all([
    import('commander'),
    import('./cluster.js'),
  ]);
  const program = new Command('kvctl').exitOverride();
  registerCluster(program);
  for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return Exit.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.ok : Exit.badArguments;
    throw error;
  }
}

function report(error: unknown, found: Found | undefined): number {
  if (error instanceof SilentExit) return error.exit;
  if (error instanceof ExitError) {
    writeError(`Error: ${fromUtf8IfWide(error.message)}\n`);
    return error.exit;
  }
  if (error instanceof EnvironmentConflict) {
    writeError(`${error.message}\n`);
    return Exit.error;
  }
  if (error instanceof UnknownCommand) {
    writeError(`Error: ${error.message}\nRun 'kvctl --help' for usage.\nError: ${error.message}\n`);
    return Exit.error;
  }
  if (error instanceof UsageError) {
    writeError(`Error: ${error.message}\n`);
    write(helpOf(found ?? { spec: undefined, group: undefined, rest: [] }));
    writeError(`\nError: ${error.message}\n`);
    return Exit.error;
  }
  writeError(`Error: ${fromUtf8(error instanceof Error ? error.message : String(error))}\n`);
  return Exit.error;
}

/** Messages hold byte strings from the command line, or text of a library: only that can have wide characters. */
function fromUtf8IfWide(message: string): string {
  return /[^\0-\xff]/.test(message) ? fromUtf8(message) : message;
}

/** Runs the program; resolves with its exit code. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output has seen enough.
    process.exit(error.code === 'EPIPE' ? Exit.ok : Exit.error);
  });
  const args = rawArguments(argv);
  let found: Found | undefined;
  try {
    const [first] = nameIndexes(args);
    if (first !== undefined && args[first] === 'cluster') return await runCluster(argv);
    if (first !== undefined && args[first] === 'help') {
      help(args.slice(first + 1));
      return Exit.ok;
    }
    found = find(args);
    await run(found, env);
    return Exit.ok;
  } catch (error) {
    return report(error, found);
  }
}
