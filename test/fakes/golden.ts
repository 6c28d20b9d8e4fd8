// Golden dialogues. HEXKEEP_REWRITE_DIALOGUES=1 writes what happens now; read the difference then.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Declares a test for each script in `folder`: played, it is as it stands there. `least`: how many there must be. */
export function goldenDialogues(title: string, folder: string, least: number, play: (script: string) => string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const rewrite = process.env['HEXKEEP_REWRITE_DIALOGUES'] === '1';

  describe(title, () => {
    it(`are at least ${least}`, () => expect(files.length).toBeGreaterThanOrEqual(least));

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
}
