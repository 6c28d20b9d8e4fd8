import { describe, expect, it } from 'vitest';
import { type Event, EventType } from '../../src/client/index.js';
import { cityCells } from './city.js';
import { Replay } from './proof.js';
import { type Ride, rideStream } from './rides.js';

const cells = cityCells(500);
const ride = rideStream(7, new Set(cells)).next().value;
const { cell } = ride;
const asked = `rides/${cell}/${ride.id}`;
const assigned = `assigned/${cell}/${ride.id}`;

/** A history in the making: each call is a revision of its own, with the numbers a store would give. */
class History {
  readonly events: Event[] = [];
  readonly #keys = new Map<string, { createRevision: number; version: number }>();
  #revision = 1;

  put(key: string, value: object | string): this {
    const modRevision = ++this.#revision;
    const before = this.#keys.get(key);
    const now = { createRevision: before?.createRevision ?? modRevision, version: (before?.version ?? 0) + 1 };
    this.#keys.set(key, now);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const kv = { key: Buffer.from(key), value: Buffer.from(text), lease: 0n, modRevision, ...now };
    this.events.push({ type: EventType.PUT, kv, prevKv: undefined });
    return this;
  }

  delete(key: string): this {
    this.#keys.delete(key);
    const kv = {
      key: Buffer.from(key),
      value: Buffer.alloc(0),
      lease: 0n,
      modRevision: ++this.#revision,
      createRevision: 0,
      version: 0,
    };
    this.events.push({ type: EventType.DELETE, kv, prevKv: undefined });
    return this;
  }

  ask(changes: Partial<Ride> = {}): this {
    return this.put(asked, { ...ride, ...changes });
  }

  assign(token: number): this {
    return this.put(assigned, { dispatcher: 'd', token, vehicle: 'v' });
  }

  get violations(): readonly string[] {
    const replay = new Replay();
    for (const event of this.events) replay.apply(event);
    return replay.result().violations;
  }
}

/** Leader A from revision 2, candidate B from revision 3. */
const led = (): History => new History().put(`cells/${cell}/leader/a`, 'A').put(`cells/${cell}/leader/b`, 'B');

describe('the proof', () => {
  it('accepts an assignment by the leader', () => {
    expect(led().ask().assign(2).violations).toEqual([]);
  });

  it('accepts one by the successor', () => {
    expect(led().ask().delete(`cells/${cell}/leader/a`).assign(3).violations).toEqual([]);
  });

  it('accepts a leader that proclaims another value', () => {
    expect(led().ask().put(`cells/${cell}/leader/a`, 'A2').assign(2).violations).toEqual([]);
  });

  it.each([
    ['a write by a former leader', led().ask().delete(`cells/${cell}/leader/a`).assign(2), 'token 2 while 3 led'],
    ['a write by a candidate', led().ask().assign(3), 'token 3 while 2 led'],
    [
      'a write while nobody leads',
      new History().ask().put(`cells/${cell}/leader/a`, 'A').delete(`cells/${cell}/leader/a`).assign(3),
      'while Infinity led',
    ],
    [
      'a write under the token of another cell',
      led()
        .put(`cells/${cells.find((c) => c !== cell)}/leader/c`, 'C')
        .ask()
        .assign(4),
      'token 4 while 2 led',
    ],
    ['a second assignment', led().ask().assign(2).assign(2), 'assigned twice'],
    ['a second assignment after the first was deleted', led().ask().assign(2).delete(assigned).assign(2), 'deleted'],
    ['a ride that nobody assigned', led().ask(), 'never assigned'],
    ['an assignment that nobody asked for', led().assign(2), 'never asked for'],
    ['a request that was changed', led().ask().ask().assign(2), 'the request was changed'],
    [
      'a pickup elsewhere',
      led()
        .ask({ pickup: { latitude: 0, longitude: 0 } })
        .assign(2),
      'in another cell',
    ],
    ['a history out of order', reversed(led().ask().assign(2)), 'revision 2 after 3'],
  ])('finds %s', (_, history, expected) => {
    expect(history.violations.join('\n')).toContain(expected);
  });
});

function reversed(history: History): History {
  const [first, second] = history.events.splice(0, 2) as [Event, Event];
  history.events.unshift(second, first);
  return history;
}
