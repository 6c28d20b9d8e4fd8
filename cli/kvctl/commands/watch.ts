import { EventType } from '../../../proto/gen/kv.js';
import { type Client, type WatchBatch, WatchCompactedError, type Watcher } from '../../../src/client/index.js';
import { argify } from '../argify.js';
import { parseFlags, UsageError } from '../cobra.js';
import { COMMANDS, type Run } from '../commands.js';
import type { Context } from '../context.js';
import { Exit, ExitError, SilentExit } from '../exit.js';
import { quote } from '../go-format.js';
import { keyRange } from '../key-range.js';
import { stdinLines } from '../line-reader.js';
import { errorText } from '../rpc-error.js';
import { runProgram } from '../spawn.js';
import { fromBytes, fromUtf8, write, writeError } from '../text.js';
import {
  WatchArgumentsError,
  type WatchEnvironment,
  type WatchTarget,
  watchEnvironment,
  watchTarget,
} from '../watch-arguments.js';

interface WatchFlags {
  readonly prefix: boolean;
  readonly prevKv: boolean;
  readonly rev: number;
}

export const watch: Run = async (context, positionals) => {
  let env: WatchEnvironment;
  try {
    env = watchEnvironment(context.env);
    const flags = context.options<WatchFlags & { interactive: boolean }>();
    if (flags.interactive) {
      await interactive(context, env);
      return;
    }
    const beforeDash = context.hasDash ? context.beforeDash : undefined;
    const target = watchTarget({ positionals, beforeDash }, env);
    const client = await context.client();
    await print(context, open(client, target, flags), target.command);
  } catch (error) {
    if (error instanceof WatchArgumentsError) throw new ExitError(Exit.badArguments, error.message);
    throw error;
  }
  throw new ExitError(Exit.interrupted, 'watch is canceled by the server');
};

/** Throws WatchArgumentsError. */
function open(client: Client, { watched }: WatchTarget, flags: WatchFlags): Watcher {
  const [key = '', end] = watched;
  if (watched.length === 2 && flags.prefix)
    throw new WatchArgumentsError('`range_end` and `--prefix` are mutually exclusive');
  // A third word is ignored, and then the second one too (etcdctl).
  const range = keyRange(key, watched.length === 2 ? end : undefined, { prefix: flags.prefix, fromKey: false });
  const options = { startRevision: flags.rev, prevKv: flags.prevKv };
  return range.rangeEnd === undefined
    ? client.watch.key(range.key, options)
    : client.watch.range(range.key, range.rangeEnd, options);
}

/** Until the server ends the watch; then what it said is told too. */
async function print(context: Context, watcher: Watcher, command: readonly string[]): Promise<void> {
  const printer = await context.printer();
  try {
    for await (const { events, header, revision } of watcher) {
      if (events.length === 0) write(`progress notify: ${revision}\n`);
      printer.watch({ header, events, compactRevision: 0, canceled: false });
      if (command.length > 0) await runForEach(context, { events, header, revision }, command);
    }
  } catch (error) {
    if (error instanceof ExitError || error instanceof SilentExit) throw error;
    writeError(`watch was canceled (${fromUtf8(errorText(error))})\n`);
    if (error instanceof WatchCompactedError) {
      const { header, compactRevision } = error;
      printer.watch({ header, events: [], compactRevision, canceled: true });
    } else printer.watch({ header: undefined, events: undefined, compactRevision: 0, canceled: true });
  }
}

async function runForEach(context: Context, batch: WatchBatch, command: readonly string[]): Promise<void> {
  const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
  for (const { type, kv } of batch.events) {
    const failure = await runProgram(command, {
      ...context.env,
      ETCD_WATCH_REVISION: String(batch.header?.revision ?? batch.revision),
      ETCD_WATCH_EVENT_TYPE: type === EventType.PUT ? '"PUT"' : '"DELETE"',
      ETCD_WATCH_KEY: utf8(quote(fromBytes(kv?.key ?? Buffer.alloc(0)))),
      ETCD_WATCH_VALUE: utf8(quote(fromBytes(kv?.value ?? Buffer.alloc(0)))),
    });
    if (failure === undefined) continue;
    writeError(`command [${command.map(quote).join(' ')}] error (${failure.text})\n`);
    throw new SilentExit(Exit.error);
  }
}

const SPEC = COMMANDS.find((each) => each.path === 'watch');

/** A typed `watch …`. Throws WatchArgumentsError. */
function typedWatch(words: readonly string[], env: WatchEnvironment): { target: WatchTarget; flags: WatchFlags } {
  try {
    const parsed = parseFlags(SPEC?.flags ?? [], words);
    const value = (title: string): string | undefined => [...parsed.given].find(([flag]) => flag.title === title)?.[1];
    const isOn = (title: string): boolean => ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value(title) ?? '');
    const flags = { prefix: isOn('prefix'), prevKv: isOn('prev-kv'), rev: Number(value('rev') ?? 0) };
    return { target: watchTarget(parsed, env), flags };
  } catch (error) {
    if (error instanceof UsageError) throw new WatchArgumentsError(error.message);
    throw error;
  }
}

/** Reads `watch …` and `progress` from the standard input; watches go on side by side. */
async function interactive(context: Context, env: WatchEnvironment): Promise<void> {
  const client = await context.client();
  let last: Watcher | undefined;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const lines = stdinLines();
  for (;;) {
    const { value: line, done } = await Promise.race([lines.next(), failed]);
    if (done === true) throw new ExitError(Exit.invalidInput, 'Error reading watch request line: EOF');
    const words = argify(line);
    if (words[0] === undefined) writeError(`Invalid command: ${line} (watch and progress supported)\n`);
    else if (words[0] === 'progress') last?.requestProgress();
    else if (words[0] !== 'watch') writeError(`Invalid command ${line} (only support watch)\n`);
    else if (words.length < 2 && env.key === '')
      writeError(`Invalid command ${line} (command type or key is not provided)\n`);
    else {
      const { target, flags } = typedWatch(words.slice(1), env);
      try {
        last = open(client, target, flags);
        print(context, last, target.command).catch(fail);
      } catch (error) {
        writeError(`Invalid command ${line} (${(error as Error).message})\n`);
      }
    }
  }
}
