// Where the search has been: Lowe's memoisation, with one more thing that is known of open operations.

/**
 * A point of the search is the set of operations that must take effect and have, the set of open ones that
 * have, and the state. An open operation may be left for ever: so whatever can follow a point can also
 * follow one that differs only in having used fewer of them, and only the latter need be visited.
 */
export class Visited {
  readonly #points = new Map<string, bigint[]>();

  /** Whether this point, or a better one, is not known yet. It is from now on. */
  add(effective: string, state: string | number, open: bigint): boolean {
    const name = `${effective}|${state}`;
    const known = this.#points.get(name);
    if (known === undefined) {
      this.#points.set(name, [open]);
      return true;
    }
    if (known.some((fewer) => (fewer & open) === fewer)) return false;
    this.#points.set(name, [...known.filter((more) => (more & open) !== open), open]);
    return true;
  }
}
