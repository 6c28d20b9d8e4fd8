// Keys of locks and elections: `<name>/<lease ID in hex>`, so that clients which build these keys
// themselves (etcd's concurrency package) compete with the services' callers.

/** What all candidates of `name` begin with. */
export function candidatePrefix(name: Uint8Array): Buffer {
  return Buffer.concat([name, Buffer.of(0x2f)]);
}

/** Lower-case hex without leading zeros; a negative ID has a minus sign (Go's %x). */
export function candidateKey(name: Uint8Array, lease: bigint): Buffer {
  return Buffer.concat([candidatePrefix(name), Buffer.from(lease.toString(16), 'latin1')]);
}

/** First key after all that begin with `prefix`, which ends with `/`. */
export function prefixEnd(prefix: Uint8Array): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1]! += 1;
  return end;
}
