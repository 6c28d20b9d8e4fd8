// "Did you mean this?"

const DISTANCE_MAX = 2;

/** Levenshtein distance, ignoring case. */
function distance(left: string, right: string): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

export function unknownCommand(word: string, names: readonly string[]): string {
  const near = names.filter(
    (name) => distance(word, name) <= DISTANCE_MAX || name.toLowerCase().startsWith(word.toLowerCase()),
  );
  const help = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
  return `unknown command "${word}" for "kvctl"${help}`;
}
