import type { Mutant } from '../types.js';

const STATE = 'src/storage/group-state.ts';
const RECORDS = 'src/storage/records.ts';

/** Mistakes in what is written to disk, and read from it. */
export const storageMutants: readonly Mutant[] = [
  {
    name: 'failed-sync-ignored',
    layer: 'storage',
    what: 'A write of the log that fails counts as done: entries and votes are acknowledged that no disk holds.',
    patches: [
      {
        file: 'src/storage/write-queue.ts',
        find: 'if (batch.length > 0) await batch.write({ sync });',
        replace: 'if (batch.length > 0) await batch.write({ sync }).catch(() => {});',
      },
    ],
    hint: { workloads: ['register'], faults: ['failSync'] },
  },
  {
    name: 'log-checksum-not-checked',
    layer: 'storage',
    what: 'A record of the log is taken as it is read: a flipped bit changes a command on one member only.',
    patches: [
      {
        file: RECORDS,
        find: 'if (bytes.length < bytesMin || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4), crc32(key))) {',
        replace: 'if (bytes.length < bytesMin) {',
      },
    ],
    hint: { workloads: ['register', 'bank'], faults: ['flipBit', 'crashAll'] },
  },
  {
    name: 'state-checksum-not-checked',
    layer: 'storage',
    what: 'A record of the state is served as it is read: a flipped bit, or a record from another place, reaches clients.',
    patches: [
      {
        file: STATE,
        find: 'if (bytes.length < CHECKSUM_BYTES || bytes.readUInt32LE(0) !== crc32(value, crc32(key))) {',
        replace: 'if (bytes.length < CHECKSUM_BYTES) {',
      },
    ],
    hint: { workloads: ['bank', 'set'], faults: ['misdirect', 'flipBit'] },
  },
  {
    name: 'checksum-without-key',
    layer: 'storage',
    what: 'The checksum of a stored value does not cover its key: a read that returns another record, whole, goes unnoticed.',
    patches: [
      {
        file: STATE,
        find: 'out.writeUInt32LE(crc32(value, crc32(key)), 0);',
        replace: 'out.writeUInt32LE(crc32(value), 0);',
      },
      {
        file: STATE,
        find: 'bytes.readUInt32LE(0) !== crc32(value, crc32(key))',
        replace: 'bytes.readUInt32LE(0) !== crc32(value)',
      },
    ],
    hint: { workloads: ['bank', 'set'], faults: ['misdirect'] },
  },
  {
    name: 'applied-position-apart',
    layer: 'storage',
    what: 'The applied position is written after the state instead of with it: after a crash between them commands are applied twice.',
    patches: [
      {
        file: STATE,
        find: '    batch.put(APPLIED_KEY, encodePosition(applied));\n    await (batch as PrefixBatch).inner.write({ sync: false });\n    this.#applied',
        replace:
          '    await (batch as PrefixBatch).inner.write({ sync: false });\n    const position = new PrefixBatch(this.#store.batch(), this.#prefix);\n    position.put(APPLIED_KEY, encodePosition(applied));\n    await position.inner.write({ sync: false });\n    this.#applied',
      },
    ],
    hint: { workloads: ['register', 'revision'], faults: ['crash', 'crashAll'] },
  },
  {
    name: 'snapshot-keeps-old-keys',
    layer: 'storage',
    what: 'A snapshot is written over the old state instead of in its place: what was deleted meanwhile is still there.',
    patches: [
      {
        file: STATE,
        find: 'const generation = this.#generation + 1;\n    const cleared = this.#clearing.then(() =>\n      this.#store.clear(prefixOf(this.group, generation), prefixOf(this.group, generation + 1)),\n    );',
        replace: 'const generation = this.#generation;\n    const cleared = this.#clearing.then(() => {});',
      },
      {
        file: STATE,
        find: 'await cleared;\n        this.#clear(generation, generation + 1);',
        replace: 'await cleared;',
      },
    ],
    hint: { workloads: ['register', 'lease'], faults: ['crash', 'isolate'] },
  },
];
