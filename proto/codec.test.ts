import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { TxnRequest, type TxnRequestInit, WatchCreateRequest, WatchResponse } from './gen/rpc.js';

const proto = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const root = protobuf.loadSync(proto('./rpc.proto'));

const txn: TxnRequestInit = {
  compare: [{ key: Buffer.from('k'), target: 3, value: Buffer.from('v'.repeat(200)), rangeEnd: Buffer.from('z') }],
  success: [
    { requestPut: { key: Buffer.from('a'), value: Buffer.from('1'), lease: -5n } },
    { requestTxn: { success: [{ requestDeleteRange: { key: Buffer.from('b'), prevKv: true } }], failure: [{}] } },
  ],
  failure: [{ requestRange: { key: Buffer.from('c'), limit: 2 ** 40, serializable: true } }],
};

describe('generated codecs', () => {
  it('read back what they wrote, however deep and long', () => {
    const bytes = TxnRequest.encode(txn);
    expect(Buffer.from(TxnRequest.encode(TxnRequest.decode(bytes)))).toEqual(Buffer.from(bytes));
    expect(TxnRequest.decode(bytes)).toMatchObject(txn);
  });

  it('agree with protobufjs on the bytes', () => {
    const reference = root.lookupType('etcdserverpb.TxnRequest');
    const theirs = reference.encode(reference.decode(TxnRequest.encode(txn))).finish();
    expect(TxnRequest.decode(theirs)).toMatchObject(txn);
  });

  it('take packed and plain repeated numbers', () => {
    const packed = WatchCreateRequest.encode({ key: Buffer.from('k'), filters: [0, 1] });
    expect(WatchCreateRequest.decode(packed).filters).toEqual([0, 1]);
    expect(WatchCreateRequest.decode(Buffer.from([0x28, 0, 0x28, 1])).filters).toEqual([0, 1]);
  });

  it.each([
    ['a nested message longer than the whole', [0x0a, 0x05, 0x08]],
    ['a field cut off', [0x10]],
    ['field number 0', [0x00, 0x00]],
    ['a nested message that ends inside a field', [0x0a, 0x01, 0x08, 0x01]],
  ])('refuse %s', (_name, bytes) => expect(() => WatchResponse.decode(Buffer.from(bytes))).toThrow());

  it.each(['generate-codec.mjs', 'generate-descriptors.mjs'])('are what %s writes', (script) => {
    execFileSync(process.execPath, [proto(`../scripts/${script}`), '--check']);
  });
});
