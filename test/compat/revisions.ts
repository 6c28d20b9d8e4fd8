// With several partitions revisions have gaps: what is compared then is the order of the changes that answers tell of.

/** Of keys, in every form in which the clients write them. */
const OF_KEYS = /("?(?:mod_?revision|create_?revision|mod|rev)"?\s*:\s*"?)(\d+)/gi;
/** Of headers and compactions: what changes nothing has a revision of its own, too. */
const OTHERS = /("?(?<!mod_?|create_?)(?:compact_?)?revision"?\s*:\s*"?)-?\d+/gi;

/** Answers of one session with the revisions of keys replaced by their ranks, and all others masked. 0 stays. */
export function ranked(answers: readonly string[]): string[] {
  const found = new Set<number>();
  for (const answer of answers) for (const [, , digits] of answer.matchAll(OF_KEYS)) found.add(Number(digits));
  found.delete(0);
  const ranks = new Map([...found].sort((a, b) => a - b).map((revision, i) => [revision, `#${i + 1}`]));
  return answers.map((answer) =>
    answer
      .replace(OF_KEYS, (_, head: string, digits: string) => head + (ranks.get(Number(digits)) ?? digits))
      .replace(OTHERS, '$1<rev>'),
  );
}
