// Fencing tokens: each given once, and later ones larger.

import type { Operation } from '../history/types.js';
import { inputOf, outputOf } from './fields.js';
import type { Findings } from './findings.js';

/** A lock was acquired, or an election won, and its holder was told so. */
export interface Acquisition {
  /** Of the lock, or the election. */
  readonly name: string;
  readonly token: number;
  readonly operation: Operation;
}

/** `f` acquires what the member `field` names. */
export function acquisitionsOf(operations: readonly Operation[], f: string, field: string): Acquisition[] {
  return operations
    .filter((operation) => operation.f === f && operation.type === 'ok')
    .map((operation) => {
      return { name: inputOf(operation).name(field), token: outputOf(operation).number('token'), operation };
    });
}

export function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.name);
    if (group === undefined) groups.set(item.name, [item]);
    else group.push(item);
  }
  return groups;
}

export function checkTokens(acquisitions: readonly Acquisition[], findings: Findings): void {
  for (const [name, group] of byName(acquisitions)) {
    checkUnique(name, group, findings);
    checkOrder(name, group, findings);
  }
}

function checkUnique(name: string, group: readonly Acquisition[], findings: Findings): void {
  const first = new Map<number, Operation>();
  for (const { token, operation } of group) {
    const other = first.get(token);
    if (other === undefined) first.set(token, operation);
    else findings.add('token-reused', `token ${token} of ${name} was given twice`, [other, operation], { name, token });
  }
}

/** Who asked after another was answered has the larger token. */
function checkOrder(name: string, group: readonly Acquisition[], findings: Findings): void {
  const newest = new Newest(group.map(({ token, operation }) => ({ token, operation })));
  for (const { token, operation } of group) {
    const before = newest.before(operation);
    if (before === undefined || before.token <= token) continue;
    const message = `${name} was acquired with token ${token} after one with token ${before.token} was acknowledged`;
    findings.add('token-order', message, [before.operation, operation], { name, token });
  }
}

export interface Sighting {
  readonly token: number;
  readonly operation: Operation;
}

/** The largest token that was known before an operation began. Ask in the order of invocations. */
export class Newest {
  readonly #sightings: readonly Sighting[];
  #next = 0;
  #newest: Sighting | undefined;

  constructor(sightings: readonly Sighting[]) {
    this.#sightings = [...sightings].sort((a, b) => a.operation.endIndex - b.operation.endIndex);
  }

  before({ index }: Operation): Sighting | undefined {
    for (let next = this.#sightings[this.#next]; next !== undefined; next = this.#sightings[++this.#next]) {
      if (next.operation.endIndex > index) break;
      if (this.#newest === undefined || next.token > this.#newest.token) this.#newest = next;
    }
    return this.#newest;
  }
}
