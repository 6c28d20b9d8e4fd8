// Reads TypeScript source without a compiler: what it imports, and its code with comments and the
// contents of strings blanked out, so that a rule never trips over a word in a sentence.

export interface Import {
  readonly specifier: string;
  /** Names between the braces; empty for a default, namespace, bare or dynamic import. */
  readonly names: readonly string[];
  /** `import type …`, `export type … from`. */
  readonly typeOnly: boolean;
  /** 1-based. */
  readonly line: number;
}

export interface Source {
  /** As long as the original, line for line; comments, string and regular-expression contents are blanks. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** What may stand before a `/` that begins a regular expression; behind anything else it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%~^<>])\s*$|\b(?:return|typeof|case|of|in|do|else|void|await|yield)\s*$/;
const STATEMENT_BEFORE = /(?:\b(import|export)\b([^;'"]*?)\bfrom|\b(import)\b\s*\(?)\s*$/;

class Scanner {
  readonly #text: string;
  readonly #out: string[] = [];
  readonly #imports: Import[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Source {
    this.#codeUntil(undefined);
    return { code: this.#out.join(''), imports: this.#imports };
  }

  /** Up to the end, or to the brace that closes a template's `${`. */
  #codeUntil(end: '}' | undefined): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      const two = this.#text.slice(this.#at, this.#at + 2);
      if (two === '//') this.#blankTo(this.#lineEnd());
      else if (two === '/*') this.#blankTo(this.#after('*/', 2));
      else if (char === "'" || char === '"') this.#string(char);
      else if (char === '`') this.#template();
      else if (char === '/' && BEFORE_REGEX.test(this.#tail(40))) this.#regex();
      else {
        if (char === '{') depth++;
        if (char === '}' && depth-- === 0 && end === '}') return;
        this.#keep(1);
      }
    }
  }

  #tail(length: number): string {
    return this.#out.slice(-length).join('');
  }

  #keep(count: number): void {
    for (let i = 0; i < count; i++) this.#out.push(this.#text[this.#at++] as string);
  }

  #blankTo(end: number): void {
    while (this.#at < end) this.#out.push(this.#text[this.#at++] === '\n' ? '\n' : ' ');
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #after(mark: string, skip: number): number {
    const end = this.#text.indexOf(mark, this.#at + skip);
    return end < 0 ? this.#text.length : end + mark.length;
  }

  #string(quote: string): void {
    const begin = this.#at + 1;
    let end = begin;
    while (end < this.#text.length && this.#text[end] !== quote && this.#text[end] !== '\n')
      end += this.#text[end] === '\\' ? 2 : 1;
    this.#noteImport(this.#text.slice(begin, end));
    this.#keep(1);
    this.#blankTo(end);
    this.#keep(this.#text[end] === quote ? 1 : 0);
  }

  #template(): void {
    this.#keep(1);
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === '`') return this.#keep(1);
      if (this.#text.startsWith('${', this.#at)) {
        this.#keep(2);
        this.#codeUntil('}');
        this.#keep(1);
      } else this.#blankTo(this.#at + (this.#text[this.#at] === '\\' ? 2 : 1));
    }
  }

  #regex(): void {
    const lineEnd = this.#lineEnd();
    let inClass = false;
    let end = this.#at + 1;
    for (; end < lineEnd; end++) {
      const char = this.#text[end];
      if (char === '\\') end++;
      else if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      else if (char === '/' && !inClass) break;
    }
    this.#keep(1);
    this.#blankTo(Math.min(end, lineEnd));
    if (this.#text[this.#at] === '/') this.#keep(1);
  }

  #noteImport(specifier: string): void {
    const before = STATEMENT_BEFORE.exec(this.#tail(4_000));
    if (before === null) return;
    const clause = before[2] ?? '';
    const names = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
    this.#imports.push({
      specifier,
      names: names
        .split(',')
        .map((name) =>
          name
            .replace(/\bas\b.*/s, '')
            .replace(/^\s*type\s/, '')
            .trim(),
        )
        .filter((name) => name !== ''),
      typeOnly: /^\s*type\s+[\w{*]/.test(clause),
      line: this.#text.slice(0, this.#at).split('\n').length,
    });
  }
}

export const scan = (text: string): Source => new Scanner(text).scan();
