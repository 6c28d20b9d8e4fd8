// Where things are kept.
//   cells/CELL/leader/LEASE   candidacies for a cell; the oldest leads
//   rides/CELL/RIDE           a ride request
//   assigned/CELL/RIDE        its assignment, written by the cell's leader under its token

export const electionName = (cell: string): string => `cells/${cell}/leader`;
export const rideKey = (cell: string, ride: string): string => `rides/${cell}/${ride}`;
export const assignedKey = (cell: string, ride: string): string => `assigned/${cell}/${ride}`;

export interface Assignment {
  readonly dispatcher: string;
  /** Fencing token: create revision of the leader's key. */
  readonly token: number;
  readonly vehicle: string;
}

/** The second and third segment of a key. */
export function segments(key: Uint8Array): { cell: string; rest: string } {
  const [, cell = '', ...rest] = Buffer.from(key).toString('utf8').split('/');
  return { cell, rest: rest.join('/') };
}

/**
 * Which dispatchers stand for a cell, the preferred one first (rendezvous hashing): cells spread
 * evenly, and the loss of a dispatcher moves only its own.
 */
export function candidatesFor(cell: string, dispatchers: readonly string[], count: number): string[] {
  const weight = (name: string): number => {
    let hash = 2166136261;
    for (const char of `${cell}:${name}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
    hash ^= hash >>> 15;
    return Math.imul(hash, 2246822519) >>> 0;
  };
  return [...dispatchers].sort((a, b) => weight(b) - weight(a)).slice(0, count);
}
