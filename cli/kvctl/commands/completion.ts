// Completion scripts, written from the table of commands.

import { COMMANDS, GROUPS, type Run } from '../commands.js';
import { type Flag, GLOBAL_FLAGS } from '../flag.js';
import { fromUtf8, write } from '../text.js';

const CLUSTER = ['down', 'kill', 'logs', 'restart', 'status', 'up'];

interface Level {
  /** Words that lead here: '' or a group's or command's path. */
  readonly path: string;
  readonly words: readonly string[];
  readonly flags: readonly Flag[];
}

function levels(): Level[] {
  const firsts = new Set([...COMMANDS.map((spec) => spec.path.split(' ')[0] ?? ''), 'cluster', 'help']);
  const root: Level = { path: '', words: [...firsts].sort(), flags: [] };
  const groups = GROUPS.map((group): Level => {
    const inside = COMMANDS.filter((spec) => spec.path.startsWith(`${group.path} `));
    return { path: group.path, words: inside.map((spec) => spec.path.split(' ')[1] ?? ''), flags: group.flags };
  });
  const commands = COMMANDS.map((spec): Level => {
    const group = GROUPS.find((each) => spec.path.startsWith(`${each.path} `));
    return { path: spec.path, words: [], flags: [...spec.flags, ...(group?.flags ?? [])] };
  });
  return [root, ...groups, { path: 'cluster', words: CLUSTER, flags: [] }, ...commands];
}

const flagWords = (flags: readonly Flag[]): string =>
  [...flags, ...GLOBAL_FLAGS]
    .map((flag) => `--${flag.title}`)
    .concat('--help')
    .join(' ');

/** Finds the level by the words before the cursor that are no flags; the longest known path wins. */
function bash(): string {
  const cases = levels()
    .map((level) => `    "${level.path}") words="${level.words.join(' ')}"; flags="${flagWords(level.flags)}";;`)
    .join('\n');
  const paths = levels()
    .map((level) => `"${level.path}"`)
    .join(' ');
  return `# bash completion for kvctl
_kvctl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words="" flags="" i
  local known=(${paths})
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ $word == -* ]] && continue
    local next="\${path:+$path }$word" each
    for each in "\${known[@]}"; do
      [[ $each == "$next" ]] && path="$next"
    done
  done
  case "$path" in
${cases}
  esac
  if [[ $current == -* ]]; then words="$flags"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _kvctl kvctl
`;
}

/** zsh runs bash's way of completing. */
const zsh = (): string => `#compdef kvctl
autoload -U +X bashcompinit && bashcompinit
${bash()}`;

const fishQuote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(): string {
  const lines = ['# fish completion for kvctl', 'complete -c kvctl -f'];
  for (const { path, words, flags } of levels()) {
    const seen = path.split(' ').filter((word) => word !== '');
    const inside = seen.map((word) => `__fish_seen_subcommand_from ${word}`);
    if (words.length > 0) {
      const fresh = path === '' ? '__fish_use_subcommand' : `not __fish_seen_subcommand_from ${words.join(' ')}`;
      const condition = [...inside, fresh].join('; and ');
      lines.push(`complete -c kvctl -n ${fishQuote(condition)} -a ${fishQuote(words.join(' '))}`);
    }
    for (const flag of flags) lines.push(fishFlag(flag, inside.join('; and ')));
  }
  for (const flag of GLOBAL_FLAGS) lines.push(fishFlag(flag, ''));
  return `${lines.join('\n')}\n`;
}

function fishFlag(flag: Flag, condition: string): string {
  const when = condition === '' ? '' : ` -n ${fishQuote(condition)}`;
  const letter = flag.letter === undefined ? '' : ` -s ${flag.letter}`;
  const value = flag.kind === 'bool' ? '' : ' -r';
  return `complete -c kvctl${when} -l ${flag.title}${letter}${value} -d ${fishQuote(flag.description)}`;
}

const SCRIPTS = { bash, zsh, fish } as const;

export const completion =
  (shell: keyof typeof SCRIPTS): Run =>
  async () => {
    write(fromUtf8(SCRIPTS[shell]()));
  };
