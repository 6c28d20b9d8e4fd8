// The rules of the architecture (docs/design/layers.md), and what breaks them in a source file.

import { posix } from 'node:path';
import { scan } from './scan.js';

/** Layers of src/, from the bottom. A layer imports itself and what stands before it. */
export const LAYERS = [
  'runtime',
  'raft',
  'storage',
  'mvcc',
  'multiraft',
  'placement',
  'sequencer',
  'txn',
  'lease',
  'watch',
  'coordination',
  'auth',
  'api',
  'observability',
] as const;

/** Files beside the layers that every layer may import. They import only each other. */
export const COMMON = ['errors', 'limits', 'bytes', 'version', 'config'] as const;

/** The wiring: imports any layer, imported by none. */
const WIRING = ['node', 'identity'] as const;

/** The client library is a program's edge like cli/, but is to stand alone: it knows nothing of the server. */
const CLIENT_MAY_IMPORT = ['client', 'errors'];

/** Modules that compute only; everything else from outside is a dependency that a rule must name. */
const PURE_MODULES = new Set(['node:zlib', 'node:util', 'node:buffer', 'node:assert']);
/** What is pure of a module that is not. */
const PURE_NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  'node:crypto': new Set(['createHash', 'createHmac', 'timingSafeEqual']),
};
const LAYER_MODULES: Readonly<Record<string, ReadonlySet<string>>> = {
  proto: new Set(['long', 'protobufjs/minimal.js']),
  client: new Set(['@grpc/grpc-js', 'node:events']),
  observability: new Set(['prom-client']),
  placement: new Set(['h3-js']),
};

/** Layers that may read clocks, set timers, draw random numbers, open sockets and files. */
const WITH_EFFECTS = new Set(['runtime', 'client']);

const EFFECTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['the clock (Date)', /(?<![.\w$])(?:new\s+Date\b|Date\s*[.(])/g],
  ['the clock (performance)', /(?<![.\w$])performance\b(?!\s*\??:)/g],
  ['the clock (process)', /(?<![.\w$])process\s*\.\s*(?:hrtime|uptime)\b/g],
  ['a timer', /(?<![.\w$#])set(?:Timeout|Interval|Immediate)\b(?!\s*\??\s*:)/g],
  ['a timer (AbortSignal)', /\bAbortSignal\s*\.\s*timeout\b/g],
  ['randomness', /\bMath\s*\.\s*random\b/g],
  ['randomness (crypto)', /(?<![.\w$])crypto\s*\./g],
  ['the network', /(?<![.\w$#])(?:fetch\s*\(|new\s+(?:WebSocket|EventSource)\b)/g],
  ['a way around the ports (globalThis)', /\bglobalThis\b/g],
];

const EXTENSION = /\.[cm]?[jt]s$/;

/** `src/raft/log.ts` → `raft`; `src/errors.ts` → `errors`; `proto/wire.ts` → `proto`; `cli/…` → `outside`. */
export function unitOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  if (top === 'proto') return 'proto';
  if (top !== 'src') return 'outside';
  return second.replace(EXTENSION, '');
}

const isOneOf = (list: readonly string[], name: string): boolean => list.includes(name);

/** Why `from` may not import `to`; undefined when it may. */
export function forbidden(from: string, to: string): string | undefined {
  if (to === 'outside') return 'programs and tests import the sources, never the reverse';
  if (from === to) return undefined;
  if (to === 'client') return 'the client library is for users, not for the server';
  if (from === 'proto') return 'proto/ imports nothing of ours';
  if (from === 'client')
    return isOneOf([...CLIENT_MAY_IMPORT, 'proto'], to) ? undefined : 'client/ imports proto and errors only';
  if (isOneOf(COMMON, from)) return isOneOf(COMMON, to) ? undefined : 'a common file imports common files only';
  if (to === 'proto' || isOneOf(COMMON, to)) return undefined;
  if (isOneOf(WIRING, from)) return undefined;
  const [below, above] = [isOneOf(LAYERS, from), isOneOf(LAYERS, to)];
  if (!below) return `"${from}" is no layer of the design: add it to docs/design/layers.md and to the rules`;
  if (!above) return `no layer imports "${to}"`;
  if (LAYERS.indexOf(to as never) < LAYERS.indexOf(from as never)) return undefined;
  return `${to}/ stands above ${from}/`;
}

function checkModule(unit: string, specifier: string, names: readonly string[]): string | undefined {
  if (unit === 'runtime') return undefined;
  if (PURE_MODULES.has(specifier) || LAYER_MODULES[unit]?.has(specifier) === true) return undefined;
  const pure = PURE_NAMES[specifier];
  if (pure !== undefined && names.length > 0 && names.every((name) => pure.has(name))) return undefined;
  return 'only runtime/ imports what has effects';
}

/** Every breach of the rules in one file, `path:line: what`. Path from the root, with `/`. */
export function check(path: string, text: string): string[] {
  const unit = unitOf(path);
  const { code, imports } = scan(text);
  const found: string[] = [];
  for (const { specifier, names, line } of imports) {
    const why = specifier.startsWith('.')
      ? forbidden(unit, unitOf(posix.join(posix.dirname(path), specifier)))
      : checkModule(unit, specifier, names);
    if (why !== undefined) found.push(`${path}:${line}: imports ${specifier}: ${why}`);
  }
  if (WITH_EFFECTS.has(unit)) return found;
  for (const [name, pattern] of EFFECTS) {
    for (const { index } of code.matchAll(pattern)) {
      const line = code.slice(0, index).split('\n').length;
      found.push(`${path}:${line}: touches ${name}: only runtime/ may, take the port instead`);
    }
  }
  return found;
}
