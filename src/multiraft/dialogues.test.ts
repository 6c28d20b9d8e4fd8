// Golden dialogues. HEXKEEP_REWRITE_DIALOGUES=1 writes what happens now; read the difference then.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { play } from './testing/dialogue.js';

const folder = join(import.meta.dirname, 'dialogues');
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const rewrite = process.env['HEXKEEP_REWRITE_DIALOGUES'] === '1';

describe('dialogues of quiet groups', () => {
  it('are at least 10', () => expect(files.length).toBeGreaterThanOrEqual(10));

  for (const name of files) {
    it(name.replace('.txt', '').replaceAll('-', ' '), () => {
      const path = join(folder, name);
      const script = readFileSync(path, 'utf8');
      const played = play(script);
      if (rewrite) writeFileSync(path, played);
      else expect(played).toBe(script);
    });
  }
});
