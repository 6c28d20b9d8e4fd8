import type { Json, Operation } from '../history/types.js';

/**
 * Reads the members of an object in a history. Throws on what a workload should not have written:
 * a checker that compared `undefined` would find everything in order.
 */
export class Fields {
  readonly #value: Json;
  readonly #where: string;

  constructor(value: Json, where: string) {
    this.#value = value;
    this.#where = where;
  }

  number(name: string): number {
    const found = this.#get(name);
    return typeof found === 'number' ? found : this.#refuse(name, 'a number');
  }

  numberOrNull(name: string): number | null {
    return this.#get(name) === null ? null : this.number(name);
  }

  text(name: string): string {
    const found = this.#get(name);
    return typeof found === 'string' ? found : this.#refuse(name, 'a string');
  }

  textOrNull(name: string): string | null {
    return this.#get(name) === null ? null : this.text(name);
  }

  /** What names something: a string, or a number that becomes one. */
  name(name: string): string {
    const found = this.#get(name);
    return typeof found === 'number' ? String(found) : this.text(name);
  }

  boolean(name: string): boolean {
    const found = this.#get(name);
    return typeof found === 'boolean' ? found : this.#refuse(name, 'true or false');
  }

  /** False when there is none. */
  flag(name: string): boolean {
    return this.#get(name) === undefined ? false : this.boolean(name);
  }

  list(name: string): readonly Json[] {
    const found = this.#get(name);
    return Array.isArray(found) ? found : this.#refuse(name, 'a list');
  }

  objectOrNull(name: string): Fields | null {
    const found = this.#get(name);
    if (found === null) return null;
    return found === undefined ? this.#refuse(name, 'an object or null') : new Fields(found, `${this.#where}.${name}`);
  }

  #get(name: string): Json | undefined {
    const value = this.#value;
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new Error(`${this.#where} is not an object`);
    return (value as { readonly [key: string]: Json })[name];
  }

  #refuse(name: string, wanted: string): never {
    throw new Error(`${this.#where}: ${name} is not ${wanted}`);
  }
}

export const inputOf = (operation: Operation): Fields =>
  new Fields(operation.input, `input of ${operation.f} at ${operation.index}`);

export const outputOf = (operation: Operation): Fields =>
  new Fields(operation.output, `output of ${operation.f} at ${operation.index}`);
