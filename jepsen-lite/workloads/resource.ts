/** Something that a lock guards, outside the store. A fenced one refuses tokens older than it has seen. */
export class Resource {
  readonly #fenced: boolean;
  #newest = 0;
  #order = 0;

  constructor(fenced: boolean) {
    this.#fenced = fenced;
  }

  /** The place of the write among all that were taken; undefined when it is refused. */
  write(token: number): number | undefined {
    if (this.#fenced && token < this.#newest) return undefined;
    this.#newest = Math.max(this.#newest, token);
    return ++this.#order;
  }
}
