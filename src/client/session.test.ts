import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import type { KeepAlives } from './keep-alive.js';
import { Session } from './session.js';

/** A session at a clock that the test sets; timers fire when the test says so, which may be late. */
function setup(ttlSeconds = 2) {
  let nowMs = 1_000;
  let due: (() => void) | undefined;
  const environment = {
    nowMs: () => nowMs,
    after: (_: number, fn: () => void) => {
      due = fn;
      return { cancel: () => {} };
    },
  };
  const connection = { environment } as unknown as Connection;
  const keepAlives = { add: () => {}, remove: () => {} } as unknown as KeepAlives;
  const session = new Session(connection, keepAlives, { id: 7n, ttlSeconds }, nowMs, () => {});
  return {
    session,
    at: (ms: number) => {
      nowMs = ms;
    },
    fire: () => due?.(),
  };
}

describe('a session', () => {
  it('lives for its TTL counted from when the renewal was sent, less a margin', () => {
    const { session, at } = setup();
    at(1_500);
    session.renewed(1_400, 2);
    at(3_299);
    expect(session.alive).toBe(true);
    at(3_301);
    expect(session.alive).toBe(false);
  });

  it('is over for good once its time has passed, even if a renewal is answered before the timer fires', () => {
    const { session, at } = setup();
    at(2_950);
    expect(session.alive).toBe(false);
    session.renewed(2_900, 2);
    expect(session.alive).toBe(false);
    expect(session.signal.aborted).toBe(true);
  });

  it('tells when its timer fires', () => {
    const { session, at, fire } = setup();
    at(2_901);
    fire();
    expect(session.signal.reason).toMatchObject({ message: 'the lease could not be renewed in time' });
  });

  it('that is granted too late to be of use is over at once', () => {
    const { session } = setup(0);
    expect(session.signal.aborted).toBe(true);
  });
});
