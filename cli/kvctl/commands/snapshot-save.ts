import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { errorText } from '../rpc-error.js';
import { fromUtf8, toBytes, write } from '../text.js';

const SHA256_BYTES = 32;
/** What the server sends before the checksum fills whole blocks. */
const BLOCK_BYTES = 512;

const goReason = (error: NodeJS.ErrnoException): string =>
  ({
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOSPC: 'no space left on device',
  })[error.code ?? ''] ?? error.message;

/** Keeps the last 32 bytes apart: they must be the checksum of all that came before. */
class Verified {
  readonly #sha = createHash('sha256');
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    const all = Buffer.concat([this.#tail, piece]);
    const cut = Math.max(0, all.length - SHA256_BYTES);
    this.#sha.update(all.subarray(0, cut));
    this.#tail = Buffer.from(all.subarray(cut));
  }

  isWhole(): boolean {
    return this.#bytes % BLOCK_BYTES === SHA256_BYTES && this.#sha.digest().equals(this.#tail);
  }
}

export const save: Run = async (context, args) => {
  const [name] = args;
  if (name === undefined || args.length !== 1)
    throw new ExitError(Exit.badArguments, 'snapshot save expects one argument');
  const { endpoints } = context.global;
  const client = await context.client();
  if (endpoints.length !== 1)
    throw new ExitError(
      Exit.interrupted,
      `snapshot must be requested to one selected node, not multiple [${endpoints.join(' ')}]`,
    );
  const path = toBytes(name).toString('utf8');
  const part = `${path}.part`;
  let file: number;
  try {
    file = openSync(part, 'w', 0o600);
  } catch (error) {
    const reason = goReason(error as NodeJS.ErrnoException);
    throw new ExitError(Exit.interrupted, `could not open ${part} (open ${part}: ${reason})`);
  }
  const checksum = new Verified();
  try {
    for await (const piece of client.maintenance.snapshot()) {
      checksum.add(piece);
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
    }
    if (!checksum.isWhole()) throw new Error('the snapshot is incomplete: its checksum does not fit; take it again');
    fsyncSync(file);
    closeSync(file);
    renameSync(part, path);
  } catch (error) {
    if (statSync(part, { throwIfNoEntry: false }) !== undefined) unlinkSync(part);
    throw new ExitError(Exit.interrupted, errorText(error));
  }
  write(`Snapshot saved at ${fromUtf8(path)}\n`);
};
