// The server program: settings, a node on the real runtime, signals, exit codes.

import { readFileSync } from 'node:fs';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { ConfigError } from '../../src/errors.js';
import { type Node, startNode } from '../../src/node.js';
import { createFront } from '../../src/runtime/real/front.js';
import { createRealRuntime } from '../../src/runtime/real/runtime.js';
import { toLogSettings, toNodeConfig } from './config.js';
import { fatalLine } from './fatal.js';
import { helpText, versionText } from './help.js';
import { parseArguments, parseConfigFile, parseEnvironment, type Settings } from './settings.js';

/** Exit codes: 0 after a clean stop, 1 for a wrong configuration and for everything that stopped the node. */
const OK = 0;
const FAILED = 1;

function readConfigFile(path: string): Settings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`configuration file ${path} cannot be read: ${(error as Error).message}`);
  }
  return parseConfigFile(path, text);
}

/** The command line wins over the environment; a configuration file stands alone. */
function gather(flags: Settings, env: NodeJS.ProcessEnv, warnings: string[]): Settings {
  const path = flags.get('config-file') || env['ETCD_CONFIG_FILE'];
  if (path !== undefined && path !== '') {
    if (flags.size > 1) warnings.push(`all flags but --config-file are ignored: ${path} is the configuration`);
    return readConfigFile(path);
  }
  return new Map([...parseEnvironment(env, (message) => warnings.push(message)), ...flags]);
}

/** Resolves with the first SIGTERM or SIGINT; the second ends the process at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seen = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (seen) process.exit(FAILED);
        seen = true;
        resolve(signal);
      });
    }
  });
}

async function serve(settings: Settings, warnings: readonly string[]): Promise<void> {
  const config = toNodeConfig(settings);
  const log = toLogSettings(settings);
  const signalled = untilSignal();
  const runtime = createRealRuntime({
    logLevel: log.level,
    logDestination: log.output,
    unsafeNoFsync: config.unsafeNoFsync,
  });
  const { logger } = runtime;
  for (const warning of warnings) logger.warn({}, warning);
  if (config.unsafeNoFsync) logger.warn({}, '--unsafe-no-fsync: acknowledged writes are lost when the machine stops');
  let node: Node | undefined;
  const stoppedEarly = signalled.then(async (signal) => {
    logger.info({ signal }, 'received signal; shutting down');
    await node?.stop();
  });
  node = await startNode(config, runtime, { createFront });
  const reason = await Promise.race([
    node.stopped,
    // A node that could not join is stopped by itself: `stopped` tells why.
    stoppedEarly.then(() => undefined),
  ]);
  if (reason !== undefined) throw reason;
  logger.info({ name: config.name }, 'closed etcd server');
}

/** Runs the program; resolves with its exit code. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  let debug = false;
  // It writes lines of its own to stderr about what reaches us as errors.
  setLogVerbosity(logVerbosity.NONE);
  try {
    const { request, settings: flags } = parseArguments(args);
    if (request.kind === 'help') {
      process.stdout.write(helpText());
      return OK;
    }
    if (request.kind === 'version') {
      process.stdout.write(versionText());
      return OK;
    }
    const warnings: string[] = [];
    const settings = gather(flags, env, warnings);
    debug = settings.get('log-level') === 'debug';
    const crash = (error: unknown): void => {
      process.stderr.write(fatalLine(error, debug));
      process.exit(FAILED);
    };
    process.on('uncaughtException', crash);
    process.on('unhandledRejection', crash);
    await serve(settings, warnings);
    return OK;
  } catch (error) {
    process.stderr.write(fatalLine(error, debug));
    return FAILED;
  }
}
