// Words of a line that was typed into `txn` or `watch -i`.

import { Exit, ExitError } from './exit.js';
import { unquote } from './go-format.js';

const WORD = /"(?:[^"\\]|\\[^\n])*"|'[^']*'|[^'"\t\n\f\r ][^\t\n\f\r ]*[^'"\t\n\f\r ]?/g;

/**
 * Splits a line. A word in double quotes is unquoted as Go does it; one in single quotes is taken as
 * it is (etcdctl 3.4 cuts such words at a wrong place). Throws ExitError.
 */
export function argify(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) => {
    if (word.startsWith("'")) return word.slice(1, -1);
    if (!word.startsWith('"')) return word;
    const text = unquote(word.slice(1, -1));
    if (text === undefined) throw new ExitError(Exit.invalidInput, 'invalid syntax');
    return text;
  });
}
