import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, MutantError, type Patch } from './types.js';

/** `text` after the patch. Throws MutantError unless its text occurs in it exactly once. */
export function patched(mutant: string, patch: Patch, text: string): string {
  const at = text.indexOf(patch.find);
  const where = `mutant ${mutant}, ${patch.file}`;
  if (at === -1) throw new MutantError(`${where}: the text to replace is not there: ${firstLine(patch.find)}`);
  if (text.indexOf(patch.find, at + 1) !== -1) {
    throw new MutantError(`${where}: the text to replace is there more than once: ${firstLine(patch.find)}`);
  }
  return text.slice(0, at) + patch.replace + text.slice(at + patch.find.length);
}

/** Changes the files of a copy of the project. */
export function applyPatches(mutant: Pick<Mutant, 'name' | 'patches'>, folder: string): void {
  for (const patch of mutant.patches) {
    const file = join(folder, patch.file);
    writeFileSync(file, patched(mutant.name, patch, readSource(mutant.name, file, patch.file)));
  }
}

function readSource(mutant: string, file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new MutantError(`mutant ${mutant}: there is no file ${name}`);
  }
}

const firstLine = (text: string): string => JSON.stringify(text.trim().split('\n')[0]);
