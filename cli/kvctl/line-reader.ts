// Lines of the standard input as byte strings, as they come.

/** Yields each line without its end; what follows the last line end is not a line. */
export async function* stdinLines(): AsyncGenerator<string> {
  let pending = '';
  for await (const chunk of process.stdin) {
    pending += (chunk as Buffer).toString('latin1');
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      yield pending.slice(0, end);
      pending = pending.slice(end + 1);
    }
  }
}
