// A copy of the project with a mistake in it, compiled.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../real/project.js';
import { applyPatches } from './patch.js';
import { type Mutant, MutantError } from './types.js';

/** What the command and everything that it imports consist of. */
const COPIED = ['src', 'proto', 'cli', 'jepsen-lite', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const COMPILER = join('node_modules', '.bin', 'tsc');
/** No check of types: that the source passes is known, and a mistake need not. */
const COMPILER_ARGUMENTS = ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false', '--sourceMap', 'false'];

/** An empty folder for one copy; whoever makes it removes it. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'jepsen-lite-mutant-'));

/** Copies the sources of the project into `folder`. Throws MutantError when this is no source tree. */
export function copyProject(folder: string): void {
  const project = projectFolder();
  if (!existsSync(join(project, 'src')) || !existsSync(join(project, COMPILER))) {
    throw new MutantError(
      'mutants are built from the source: run this in a checkout of the project, after npm install',
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED) {
    cpSync(join(project, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'dir');
}

/** Compiles the copy in `folder`; `more` goes to the compiler as it is. Throws MutantError. */
export function compileProject(name: string, folder: string, more: readonly string[] = COMPILER_ARGUMENTS): void {
  const { status, error, stdout } = spawnSync(COMPILER, more, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stdout.trim().split('\n').slice(0, 5).join('\n');
  throw new MutantError(`mutant ${name} does not compile: ${why}`);
}

/**
 * Builds a copy of the project with the mistake in it, and returns the path of its command. Throws
 * MutantError when the mutant does not fit the source. The folder is the caller's, to be removed.
 */
export function buildMutant(mutant: Pick<Mutant, 'name' | 'patches'>, folder: string): string {
  copyProject(folder);
  applyPatches(mutant, folder);
  compileProject(mutant.name, folder);
  return join(folder, 'dist', 'jepsen-lite', 'main.js');
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
