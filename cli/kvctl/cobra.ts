// Command lines as etcdctl reads them (cobra and pflag): flags anywhere, `--flag=value`, switches with
// a value, short flags in one word, `--` ends them. What comes out is canonical, for commander to run.

import { Flag } from './flag.js';
import type { SyntaxProblem } from './go-format.js';

/** The command line is wrong. `usage`: the command's help belongs to the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface ParsedFlags {
  /** In the order in which they were given, each with its value as text. */
  readonly given: ReadonlyMap<Flag, string>;
  readonly help: boolean;
  readonly positionals: readonly string[];
  /** How many positionals stood before `--`; undefined without one. */
  readonly beforeDash: number | undefined;
}

export const HELP = new Flag('help', 'bool', 'false', 'help', 'h');

class Parser {
  readonly #flags: readonly Flag[];
  readonly #rest: string[];
  readonly #given = new Map<Flag, string>();
  readonly #positionals: string[] = [];
  #beforeDash: number | undefined;

  constructor(flags: readonly Flag[], args: readonly string[]) {
    this.#flags = [...flags, HELP];
    this.#rest = [...args];
  }

  parse(): ParsedFlags {
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') {
        this.#beforeDash = this.#positionals.length;
        this.#positionals.push(...this.#rest.splice(0));
      } else if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word.length > 1) this.#short(word);
      else this.#positionals.push(word);
    }
    const given = new Map([...this.#given].filter(([flag]) => flag !== HELP));
    const help = this.#given.get(HELP);
    return {
      given,
      help: help !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(help),
      positionals: this.#positionals,
      beforeDash: this.#beforeDash,
    };
  }

  #long(word: string): void {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '' || name.startsWith('-')) throw new UsageError(`bad flag syntax: ${word}`);
    const flag = this.#flags.find((each) => each.title === name);
    if (flag === undefined) throw new UsageError(`unknown flag: --${name}`);
    if (value !== undefined) this.#set(flag, value);
    else if (flag.kind === 'bool') this.#set(flag, 'true');
    else {
      const next = this.#rest.shift();
      if (next === undefined) throw new UsageError(`flag needs an argument: --${name}`);
      this.#set(flag, next);
    }
  }

  #short(word: string): void {
    for (let letters = word.slice(1); letters !== ''; ) {
      const letter = letters[0] as string;
      const rest = letters.slice(1);
      const flag = this.#flags.find((each) => each.letter === letter);
      if (flag === undefined) throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
      if (rest.startsWith('=') && rest.length > 1) {
        this.#set(flag, rest.slice(1));
        return;
      }
      if (flag.kind === 'bool') {
        this.#set(flag, 'true');
        letters = rest;
        continue;
      }
      const value = rest === '' ? this.#rest.shift() : rest;
      if (value === undefined) throw new UsageError(`flag needs an argument: '${letter}' in -${letters}`);
      this.#set(flag, value);
      return;
    }
  }

  #set(flag: Flag, value: string): void {
    try {
      flag.check(value);
    } catch (error) {
      const names = flag.letter === undefined ? `--${flag.title}` : `-${flag.letter}, --${flag.title}`;
      throw new UsageError(`invalid argument "${value}" for "${names}" flag: ${(error as SyntaxProblem).message}`);
    }
    const before = this.#given.get(flag);
    // A list that is given twice goes on; of everything else the last one counts.
    this.#given.set(flag, flag.kind === 'list' ? [before ?? '', value].filter((part) => part !== '').join(',') : value);
  }
}

/** Throws UsageError. */
export function parseFlags(flags: readonly Flag[], args: readonly string[]): ParsedFlags {
  return new Parser(flags, args).parse();
}

/** Whether `word` is a flag that takes the next word as its value. */
export function takesNext(flags: readonly Flag[], word: string): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return flags.find((flag) => flag.title === word.slice(2))?.kind !== 'bool';
  if (!/^-.$/s.test(word)) return false;
  return [...flags, HELP].find((flag) => flag.letter === word[1])?.kind !== 'bool';
}

/** The flags in one form, so that commander reads nothing else into them. */
export function canonical(parsed: ParsedFlags): string[] {
  const flags = [...parsed.given].map(([flag, value]) => `--${flag.title}=${value}`);
  return [...flags, '--', ...parsed.positionals];
}
