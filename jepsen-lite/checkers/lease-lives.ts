import type { Operation } from '../history/types.js';
import { inputOf, outputOf } from './fields.js';

export const MS = 1_000_000;

/** Something that keeps a lease alive for a time from when it took effect. */
export interface Renewal {
  readonly operation: Operation;
  readonly ttlNs: number;
}

/** An answer that says that the lease is over. */
export interface Ending {
  readonly operation: Operation;
  readonly how: 'absent' | 'gone' | 'refused' | 'revoked' | 'missing';
  /** What was known before it, without which it would not mean that: the lease, or its key, existed. */
  readonly existed: Operation | undefined;
}

/** A linearizable read of a key of the lease. */
export interface Look {
  readonly operation: Operation;
  readonly key: string;
  readonly present: boolean;
  readonly final: boolean;
}

/** All that a history tells about one lease, each list in the order of invocations. */
export interface LeaseLife {
  readonly id: string;
  /** Acknowledged. */
  readonly renewals: Renewal[];
  /** Grants and keep-alives of which nobody knows whether they took effect. */
  readonly possible: Operation[];
  /** Acknowledged attachments. */
  readonly attached: { readonly operation: Operation; readonly key: string }[];
  /** Revocations that took effect, or may have. */
  readonly revokes: Operation[];
  readonly looks: Look[];
  /** Answers that the lease does not exist. */
  readonly denials: { readonly operation: Operation; readonly how: 'gone' | 'refused' }[];
}

/** Sorts the operations by lease. */
export function livesOf(operations: readonly Operation[]): LeaseLife[] {
  const lives = new Map<string, LeaseLife>();
  for (const operation of operations) {
    const record = RECORD[operation.f];
    if (record === undefined) throw new Error(`${operation.f} at ${operation.index} is no operation on leases`);
    const id = inputOf(operation).name('lease');
    let life = lives.get(id);
    if (life === undefined) {
      life = { id, renewals: [], possible: [], attached: [], revokes: [], looks: [], denials: [] };
      lives.set(id, life);
    }
    record(life, operation);
  }
  return [...lives.values()];
}

const RECORD: Readonly<Record<string, (life: LeaseLife, operation: Operation) => void>> = {
  grant: recordRenewal,
  keepalive: recordRenewal,
  attach(life, operation) {
    const key = inputOf(operation).name('key');
    if (operation.type === 'ok') life.attached.push({ operation, key });
    else if (isNotFound(operation)) life.denials.push({ operation, how: 'refused' });
  },
  revoke(life, operation) {
    // A client that asks twice by itself is told "not found" of what its own first try has revoked.
    if (operation.type !== 'fail' || isNotFound(operation)) life.revokes.push(operation);
  },
  check(life, operation) {
    if (operation.type !== 'ok') return;
    const input = inputOf(operation);
    const present = outputOf(operation).boolean('present');
    life.looks.push({ operation, key: input.name('key'), present, final: input.flag('final') });
  },
};

function recordRenewal(life: LeaseLife, operation: Operation): void {
  if (operation.type === 'info') life.possible.push(operation);
  if (operation.type !== 'ok') return;
  const ttlMs = outputOf(operation).number('ttlMs');
  if (ttlMs > 0) life.renewals.push({ operation, ttlNs: ttlMs * MS });
  else life.denials.push({ operation, how: 'gone' });
}

function isNotFound({ type, error }: Operation): boolean {
  return type === 'fail' && error !== undefined && /not found|gone/i.test(error);
}

/** What shows that the lease is over, in the order of the answers. */
export function endingsOf(life: LeaseLife): Ending[] {
  const endings: Ending[] = [];
  const existed = firstAnswered([...life.renewals, ...life.attached].map(({ operation }) => operation));
  for (const { operation, how } of life.denials) {
    if (isBefore(existed, operation)) endings.push({ operation, how, existed });
  }
  for (const { operation, key, present } of life.looks) {
    if (present) continue;
    const attached = firstAnswered(life.attached.filter((a) => a.key === key).map((a) => a.operation));
    if (isBefore(attached, operation)) endings.push({ operation, how: 'absent', existed: attached });
  }
  for (const operation of life.revokes) {
    if (operation.type === 'ok') endings.push({ operation, how: 'revoked', existed: undefined });
    else if (operation.type === 'fail' && isBefore(existed, operation))
      endings.push({ operation, how: 'missing', existed });
  }
  return endings.sort((a, b) => a.operation.endIndex - b.operation.endIndex);
}

function firstAnswered(operations: readonly Operation[]): Operation | undefined {
  return operations.reduce<Operation | undefined>(
    (first, next) => (first === undefined || next.endIndex < first.endIndex ? next : first),
    undefined,
  );
}

/** `first` was answered before `then` was asked. */
export function isBefore(first: Operation | undefined, then: Operation): first is Operation {
  return first !== undefined && first.endIndex < then.index;
}
