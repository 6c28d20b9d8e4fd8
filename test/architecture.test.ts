import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check, forbidden, LAYERS } from './architecture/rules.js';
import { scan } from './architecture/scan.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['src', 'proto', 'cli', 'examples', 'bench', 'test', 'scripts', 'jepsen-lite'];

const LINES_MAX = 500;
/** Files that were longer when the rule came, and what they may not grow beyond. Meant to get empty. */
const LONGER: Readonly<Record<string, number>> = {
  'src/mvcc/store.ts': 800,
  'src/raft/raft.ts': 700,
  'src/multiraft/group.ts': 700,
  'src/runtime/real/front-h2-connection.ts': 600,
  'src/watch/hub.test.ts': 650,
};

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const existing = new Set(readdirSync(ROOT));
const files = FOLDERS.filter((folder) => existing.has(folder)).flatMap(filesOf);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const isTest = (path: string): boolean => path.endsWith('.test.ts');

describe('the sources', () => {
  const sources = files.filter((path) => /^(src|proto)\//.test(path) && !isTest(path));

  it('are found', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap((path) => scan(read(path)).imports).length).toBeGreaterThan(300);
  });

  it('keep the order of the layers, and leave effects to runtime/', () => {
    expect(sources.flatMap((path) => check(path, read(path)))).toEqual([]);
  });

  it(`have at most ${LINES_MAX} lines a file`, () => {
    const long = files
      .filter((path) => !path.startsWith('proto/gen/'))
      .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > (LONGER[path] ?? LINES_MAX));
    expect(long).toEqual([]);
  });
});

describe('the rules', () => {
  it('let a layer import only what stands before it', () => {
    for (const [i, from] of LAYERS.entries()) {
      for (const [j, to] of LAYERS.entries())
        expect([from, to, forbidden(from, to) === undefined]).toEqual([from, to, j <= i]);
    }
  });

  it.each([
    ['src/raft/log.ts', "import { Store } from '../storage/types.js';", 'storage/ stands above raft/'],
    ['src/raft/log.ts', "import type { Store } from '../storage/types.js';", 'storage/ stands above raft/'],
    ['src/raft/log.ts', "export type { Store } from '../storage/types.js';", 'storage/ stands above raft/'],
    ['src/raft/log.ts', "export * from '../storage/types.js';", 'storage/ stands above raft/'],
    ['src/raft/log.ts', "const s = await import('../storage/log-store.js');", 'storage/ stands above raft/'],
    ['src/raft/a/b.ts', "import {\n  type A,\n  b,\n} from '../../watch/hub.js';", 'watch/ stands above raft/'],
    ['src/watch/hub.ts', "import { Client } from '../client/index.js';", 'not for the server'],
    ['src/client/kv.ts', "import { limits } from '../limits.js';", 'proto and errors only'],
    ['src/errors.ts', "import { x } from './raft/raft.js';", 'common files only'],
    ['src/api/kv.ts', "import { x } from '../node.js';", 'no layer imports "node"'],
    ['src/api/kv.ts', "import { x } from '../../cli/kvd.js';", 'never the reverse'],
    ['src/helpers/a.ts', "import { x } from '../raft/raft.js';", 'no layer of the design'],
    ['proto/wire.ts', "import { x } from '../src/errors.js';", 'imports nothing of ours'],
    ['src/storage/a.ts', "import { open } from 'node:fs/promises';", 'only runtime/'],
    ['src/storage/a.ts', "import { ClassicLevel } from 'classic-level';", 'only runtime/'],
    ['src/api/a.ts', "import { Server } from '@grpc/grpc-js';", 'only runtime/'],
    ['src/api/a.ts', "import { createHash, randomBytes } from 'node:crypto';", 'only runtime/'],
    ['src/api/a.ts', "import crypto from 'node:crypto';", 'only runtime/'],
    ['src/lease/a.ts', 'const now = Date.now();', 'the clock'],
    ['src/lease/a.ts', 'const now = new Date();', 'the clock'],
    ['src/lease/a.ts', 'const now = performance.now();', 'the clock'],
    ['src/lease/a.ts', 'const now = process.hrtime.bigint();', 'the clock'],
    ['src/lease/a.ts', 'setTimeout(() => {}, 1);', 'a timer'],
    ['src/lease/a.ts', 'const later = setImmediate;', 'a timer'],
    ['src/lease/a.ts', 'const s = AbortSignal.timeout(5);', 'a timer'],
    ['src/raft/a.ts', 'const r = Math.random();', 'randomness'],
    ['src/raft/a.ts', 'const r = crypto.randomUUID();', 'randomness'],
    ['src/raft/a.ts', 'globalThis.setTimeout(f, 1);', 'way around'],
    ['src/raft/a.ts', "await fetch('http://localhost');", 'the network'],
    ['src/raft/a.ts', 'const text = `took $' + '{Date.now() - begin} ms`;', 'the clock'],
    ['src/raft/a.ts', 'const odd = /[\'"]/.test(x); const now = Date.now();', 'the clock'],
    ['src/raft/a.ts', 'const half = a / 2; const now = Date.now(); const b = c / d;', 'the clock'],
  ])('find in %s: %s', (path, text, expected) => {
    const found = check(path, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it.each([
    ['src/raft/log.ts', '// Date.now() and setTimeout are for others'],
    ['src/raft/log.ts', '/* import { x } from "../api/kv.js"; Math.random() */'],
    ['src/raft/log.ts', 'throw new Error(\'setTimeout(Date.now()) from "../api/kv.js"\');'],
    ['src/raft/log.ts', 'const text = `performance.now() { $' + '{value} } Math.random()`;'],
    ['src/raft/log.ts', 'const pattern = /Date.now\\(\\)[/]setTimeout/;'],
    ['src/lease/a.ts', 'this.#timers.setTimeout(f, 1); clock.performance; interface A { setTimeout: F }'],
    ['src/api/a.ts', "import { createHash } from 'node:crypto';\nimport { Raft } from '../raft/raft.js';"],
    ['src/runtime/real/a.ts', "import { open } from 'node:fs/promises'; const now = Date.now();"],
    ['src/client/a.ts', "import { status } from '@grpc/grpc-js'; setTimeout(f, 1);"],
    ['src/node.ts', "import { Hub } from './watch/hub.js';"],
  ])('let pass in %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  it('report the line', () => {
    expect(check('src/raft/a.ts', '/*\n\n*/\nconst x = `\n`;\nMath.random();')[0]).toMatch(/^src\/raft\/a\.ts:6: /);
    expect(check('src/raft/a.ts', "\n\nimport 'node:fs';")[0]).toMatch(/^src\/raft\/a\.ts:3: /);
  });
});
