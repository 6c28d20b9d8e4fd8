// The documentation says what is there.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../harness/paths.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** What a heading is called in a link, as GitHub does it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading as string));

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what exists', () => {
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].filter(([, path = '', hash]) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return hash !== undefined && !anchorsOf(target).includes(hash);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names scripts and files that exist', () => {
    const runs = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(runs.filter((name) => scripts[name as string] === undefined)).toEqual([]);
    // In code spans, from the root: src/x.ts, test/y, docs/z.md …
    const files = [...text.matchAll(/`((?:src|proto|cli|docs|deploy|examples|bench|test|scripts)\/[\w./-]*)`/g)];
    expect(files.map(([, path]) => path).filter((path) => !existsSync(join(ROOT, path as string)))).toEqual([]);
  });
});

it('every page can be reached from the index', () => {
  const reached = new Set<string>();
  const visit = (page: string): void => {
    if (reached.has(page) || !existsSync(join(ROOT, page))) return;
    reached.add(page);
    for (const [, path] of read(page).matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g))
      visit(join(dirname(page), path as string));
  };
  visit('README.md');
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

it("README's first commands are the ones that are meant", () => {
  const commands = [...read('README.md').matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block?.trim());
  expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  expect(read('.ci/run').trimEnd().split('\n').at(-1)).toBe('npm ci && npm test');
});

it('the reference is what the programs say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate-reference.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});
