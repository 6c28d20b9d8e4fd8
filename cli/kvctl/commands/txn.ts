import { KVService } from '../../../proto/gen/rpc.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { stdinLines } from '../line-reader.js';
import { write } from '../text.js';
import { parseComparison, parseOperation } from '../txn-input.js';

/** Lines up to an empty one, each parsed as it comes. Throws ExitError at the end of the input. */
async function section<T>(lines: AsyncIterator<string, void>, parse: (line: string) => T): Promise<T[]> {
  const parsed: T[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true || value === undefined) throw new ExitError(Exit.invalidInput, 'EOF');
    const line = value.trim();
    if (line === '') return parsed;
    parsed.push(parse(line));
  }
}

export const txn: Run = async (context, args) => {
  if (args.length > 0) throw new ExitError(Exit.badArguments, 'txn command does not accept argument');
  const { interactive } = context.options<{ interactive: boolean }>();
  const connection = await context.connection();
  const prompt = (text: string): void => {
    if (interactive) write(`${text}\n`);
  };
  const lines = stdinLines();
  prompt('compares:');
  const compare = await section(lines, parseComparison);
  prompt('success requests (get, put, del):');
  const success = await section(lines, parseOperation);
  prompt('failure requests (get, put, del):');
  const failure = await section(lines, parseOperation);
  const response = await context.call(connection, KVService.txn, { compare, success, failure }, 'write');
  (await context.printer()).txn(response);
};
