// Help in etcdctl's layout.

import { HELP } from './cobra.js';
import { CLUSTER_SUMMARIES, COMMANDS, type CommandSpec, type GroupSpec } from './commands.js';
import { Flag, GLOBAL_FLAGS } from './flag.js';
import { fromUtf8 } from './text.js';
import { API_VERSION, VERSION } from './version.js';

const TAB = 8;

/** Two columns with tabs between, as wide as the longest of the first asks for. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.ceil((Math.max(...rows.map(([left]) => left.length)) + 1) / TAB) * TAB;
  return rows
    .map(([left, right]) => `${left}${'\t'.repeat(Math.ceil((width - left.length) / TAB))}${right}\n`)
    .join('');
}

const indent = (text: string): string => text.replace(/^/gm, '\t');

function flagLine(flag: Flag): readonly [string, string] {
  const short = flag.letter === undefined ? '    ' : `-${flag.letter}, `;
  const value = flag.kind === 'bool' ? `[=${flag.shown}]` : `=${flag.shown}`;
  return [`  ${short}--${flag.title}${value}`, flag.description];
}

function flagLines(flags: readonly Flag[], helpFor: string): string {
  const help = new Flag(HELP.title, 'bool', 'false', `help for ${helpFor}`, HELP.letter);
  return columns([...flags, help].sort(byTitle).map(flagLine));
}

const section = (title: string, body: string): string => `${title}:\n${body}\n`;
const byTitle = (a: Flag, b: Flag): number => (a.title < b.title ? -1 : 1);
/** A group's flags count as global for its commands. */
const globalOptions = (inherited: readonly Flag[]): string =>
  section('GLOBAL OPTIONS', columns([...GLOBAL_FLAGS, ...inherited].sort(byTitle).map(flagLine)));
const lastWord = (path: string): string => path.slice(path.lastIndexOf(' ') + 1);

export function commandHelp(spec: CommandSpec, group: GroupSpec | undefined): string {
  const parts = [
    section('NAME', `\t${spec.path} - ${spec.summary}\n`),
    section('USAGE', `\tkvctl ${spec.usage}\n`),
    spec.description === undefined ? '' : section('DESCRIPTION', `${indent(spec.description)}\n`),
    section('OPTIONS', flagLines(spec.flags, lastWord(spec.path))),
    globalOptions(group?.flags ?? []),
  ];
  return fromUtf8(parts.join(''));
}

export function groupHelp(group: GroupSpec): string {
  const inside = COMMANDS.filter((spec) => spec.path.startsWith(`${group.path} `));
  const rows = inside.map((spec) => [`\t${lastWord(spec.path)}`, spec.summary] as const);
  const parts = [
    section('NAME', `\t${group.path} - ${group.summary}\n`),
    section('USAGE', `\tkvctl ${group.path} <subcommand> [flags]\n`),
    section('API VERSION', `\t${API_VERSION}\n\n`),
    section('COMMANDS', commandColumns(rows)),
    section('OPTIONS', flagLines(group.flags, group.path)),
    globalOptions([]),
  ];
  return fromUtf8(parts.join(''));
}

/** The tab before a name is a column of its own. */
const commandColumns = (rows: readonly (readonly [string, string])[]): string =>
  columns(rows.map(([left, right]) => [left.slice(1), right] as const)).replace(/^(?=.)/gm, '\t');

export function rootHelp(): string {
  const rows = [
    ...COMMANDS.map((spec) => [`\t${spec.path}`, spec.summary] as const),
    ...CLUSTER_SUMMARIES.map(([path, summary]) => [`\t${path}`, summary] as const),
    ['\thelp', 'Help about any command'] as const,
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [
    section('NAME', '\tkvctl - A simple command line client for Hexkeep and etcd3.\n'),
    section('USAGE', '\tkvctl [flags]\n'),
    section('VERSION', `\t${VERSION}\n`),
    section('API VERSION', `\t${API_VERSION}\n\n`),
    section('COMMANDS', commandColumns(rows)),
    section('OPTIONS', flagLines(GLOBAL_FLAGS, 'kvctl')),
  ];
  return fromUtf8(parts.join(''));
}
