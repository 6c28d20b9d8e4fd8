import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../nemesis/generate.js';
import { projectFolder } from '../real/project.js';
import { ALL_WORKLOADS } from '../workloads/index.js';
import { buildMutant, compileProject, copyProject, removeFolder, temporaryFolder } from './build.js';
import { stillShows } from './kept.js';
import { MUTANTS } from './list/index.js';
import { applyPatches, patched } from './patch.js';
import { mutantsNamed } from './run.js';
import { type Kept, keptArguments, keptSchedules } from './schedules.js';
import { argumentsOf } from './search.js';
import { LAYERS, type Mutant, MutantError, type Patch } from './types.js';

const project = projectFolder();
const source = (file: string): string => readFileSync(join(project, file), 'utf8');
const folders: string[] = [];
const folder = (): string => {
  const made = temporaryFolder();
  folders.push(made);
  return made;
};

afterAll(() => {
  for (const made of folders) removeFolder(made);
});

/** Mistakes may leave something unused; anything else that the compiler finds is a slip of the list. */
const ONLY_SOURCE = {
  extends: './tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['src', 'proto'],
};

/** Sets of mutants that change different places, so that each set fits into one copy. */
function compatible(): Mutant[][] {
  const sets: { mutants: Mutant[]; places: { file: string; from: number; to: number }[] }[] = [];
  for (const mutant of MUTANTS) {
    const places = mutant.patches.map(({ file, find }) => {
      const from = source(file).indexOf(find);
      return { file, from, to: from + find.length };
    });
    const collides = (set: (typeof sets)[number]): boolean =>
      set.places.some((a) => places.some((b) => a.file === b.file && a.from < b.to && b.from < a.to));
    const set = sets.find((s) => !collides(s));
    if (set === undefined) sets.push({ mutants: [mutant], places });
    else {
      set.mutants.push(mutant);
      set.places.push(...places);
    }
  }
  return sets.map(({ mutants }) => mutants);
}

describe('the list of planted bugs', () => {
  it('has at least 28, each with a name of its own, of every layer', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(28);
    expect(new Set(MUTANTS.map((m) => m.name)).size).toBe(MUTANTS.length);
    expect(new Set(MUTANTS.map((m) => m.layer))).toEqual(new Set(LAYERS));
    for (const { name, what } of MUTANTS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(what).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('names workloads and faults that there are', () => {
    const workloads = new Set(ALL_WORKLOADS.map((w) => w.name));
    const faults = new Set<string>(FAULT_KINDS);
    for (const { hint } of MUTANTS) {
      for (const name of hint?.workloads ?? []) expect(workloads).toContain(name);
      for (const kind of hint?.faults ?? []) expect(faults).toContain(kind);
    }
  });

  it.each(MUTANTS.map((m) => [m.name, m] as const))('%s changes what is in the source, once', (_, mutant) => {
    expect(mutant.patches.length).toBeGreaterThan(0);
    for (const { file, find, replace } of mutant.patches) {
      expect(file).toMatch(/^src\/[\w/-]+\.ts$/);
      const parts = source(file).split(find);
      expect(parts.length, `${file}: ${find}`).toBe(2);
      expect(replace).not.toBe(find);
      // What the change puts in its place is nowhere in the shipped file.
      const isNew = replace.trim() !== '' && !find.includes(replace);
      if (isNew) expect(source(file)).not.toContain(replace);
    }
  });

  it('is known to nothing in the source', () => {
    for (const path of readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
      const text = source(join('src', path));
      expect(text, path).not.toMatch(/mutant|process\.env/i);
    }
  });

  it('compiles, mistake by mistake, with types', { timeout: 60_000 }, () => {
    for (const mutants of compatible()) {
      const copy = folder();
      copyProject(copy);
      for (const mutant of mutants) applyPatches(mutant, copy);
      writeFileSync(join(copy, 'tsconfig.src.json'), JSON.stringify(ONLY_SOURCE));
      compileProject('of several at once', copy, ['-p', 'tsconfig.src.json', '--noEmit']);
    }
  });
});

describe('building', () => {
  it('compiles a copy with the mistake, and leaves the project alone', () => {
    const mutant = MUTANTS.find((m) => m.name === 'read-without-quorum') as Mutant;
    const [{ file, find }] = mutant.patches as [Patch];
    const copy = folder();
    const before = source(file);
    const main = buildMutant(mutant, copy);
    expect(main).toBe(join(copy, 'dist', 'jepsen-lite', 'main.js'));
    expect(readFileSync(main, 'utf8')).toContain('main(');
    const built = readFileSync(join(copy, 'dist', file.replace('.ts', '.js')), 'utf8');
    expect(built).toContain('isQuorum(conf, () => round.acks.size > 0)');
    expect(find).toContain('round.acks.has(id)');
    expect(built).not.toContain('round.acks.has(id)');
    expect(source(file)).toBe(before);
  });

  it('says which mutant and which file do not fit', () => {
    const patch = { file: 'src/a.ts', find: 'x', replace: 'y' };
    expect(patched('m', patch, 'axb')).toBe('ayb');
    expect(() => patched('m', patch, 'ab')).toThrow(/^mutant m, src\/a\.ts: the text to replace is not there: "x"$/);
    expect(() => patched('m', patch, 'xax')).toThrow(/^mutant m, src\/a\.ts: .* more than once: "x"$/);
    const copy = folder();
    const lost = { name: 'm', patches: [{ ...patch, file: 'src/none.ts' }] };
    expect(() => buildMutant(lost, copy)).toThrow('mutant m: there is no file src/none.ts');
  });

  it('says where the copy does not compile', () => {
    const patches = [{ file: 'src/version.ts', find: 'export', replace: 'export export' }];
    const text = source('src/version.ts');
    const once = { ...patches[0], find: text.slice(0, 40), replace: 'export export const' } as Patch;
    expect(() => buildMutant({ name: 'm', patches: [once] }, folder())).toThrow(
      /^mutant m does not compile: src\/version/,
    );
  });
});

describe('searching', () => {
  it('asks for what the hint says', () => {
    const hint = { workloads: ['register', 'set'], faults: ['crash', 'reset'] as const };
    const words = argumentsOf({ first: 3, seeds: 7, hint }).join(' ');
    expect(words).toBe('sim --first 3 --seeds 7 --stop --json --jobs 1 --workloads register,set --faults crash,reset');
    expect(argumentsOf({ first: 1, seeds: 2, hint: { world: 'core' } })).toContain('core');
    expect(argumentsOf({ first: 1, seeds: 2, hint: { partitions: 4 } }).join(' ')).toMatch(/ --partitions 4$/);
  });

  it('refuses a name that there is not', () => {
    expect(() => mutantsNamed(['none'])).toThrow(MutantError);
    expect(mutantsNamed(['noop-missing', 'vote-ignores-log']).map((m) => m.name)).toEqual([
      'vote-ignores-log',
      'noop-missing',
    ]);
  });
});

describe('schedules that are kept', () => {
  it('are run as what they are', () => {
    const [plan, core] = [{ path: '/a.json', was: '', mutant: 'a', plan: {} }, { world: 'core', seed: 7 } as const];
    expect(keptArguments(plan).join(' ')).toBe('replay --plan /a.json --no-shrink --no-steps');
    expect(keptArguments({ ...plan, ...core }).join(' ')).toBe('sim --world core --first 7 --seeds 1');
  });

  // The one that takes no time; `mutants --kept` tries all of them.
  it('show their bug in a copy that has it', { timeout: 120_000 }, async () => {
    const kept = keptSchedules().find(({ world }) => world === 'core') as Kept;
    expect(await stillShows(kept)).toBe(true);
  });
});
