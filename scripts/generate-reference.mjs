// Writes docs/reference from the flags and commands of the built programs. Run by `npm run generate`
// after a build; `--check` only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = (path) => import(join(root, 'dist', 'cli', path));
const { ALIASES, envName, FLAGS, GROUPS: FLAG_GROUPS } = await built('kvd/flags.js');
const { COMMANDS, GROUPS, REFUSED } = await built('kvctl/commands.js');
const { GLOBAL_FLAGS } = await built('kvctl/flag.js');
const { registerCluster } = await built('kvctl/cluster.js');

/** What the codes of cli/kvctl/exit.ts mean. */
const EXIT_CODES = {
  0: 'done',
  1: 'failed',
  2: 'no connection',
  3: 'wrong input (`txn`, `watch`)',
  4: 'a value that is not supported',
  5: 'interrupted',
  128: 'wrong arguments',
};

const cell = (text) => text.replaceAll('|', '\\|');
const code = (text) => (text === '' ? '' : `\`${text}\``);
const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
const notice = (from) => `<!-- Written by scripts/generate-reference.mjs from ${from}. -->`;

function flagsOfGroup(group) {
  const flags = FLAGS.filter((flag) => flag.group === group);
  const refused = flags.every((flag) => flag.effect === 'refused');
  const head = refused ? ['flag', 'why, and what to do'] : ['flag', 'type', 'default', 'meaning'];
  const rows = flags.map((flag) =>
    refused
      ? [code(`--${flag.name}`), cell(flag.reason ?? flag.help)]
      : [code(`--${flag.name}`), flag.kind, code(flag.default), cell(flag.help)],
  );
  return `## ${group}\n\n${table(head, rows)}\n`;
}

const aliases = Object.entries(ALIASES).map(([alias, name]) => `\`--${alias}\` is \`--${name}\`.`);

const kvd = `${notice('cli/kvd/flags.ts')}
# kvd

\`kvd [flags]\` starts a server. It takes etcd's flags, so that a command line for etcd works with the word
changed. Write \`--flag=value\`, \`--flag value\` or \`-flag value\`; a switch without a value is true.

Each flag has an environment variable, \`ETCD_\` and its name in capitals: \`${envName('data-dir')}\` for
\`--data-dir\`. The command line wins. \`--config-file FILE\` reads a YAML file whose keys are the names of flags (and etcd's
sections \`client-transport-security\` and \`peer-transport-security\`); all other flags and variables are ignored then.
An unknown flag or key stops the start and is named, an unknown variable is logged.
${aliases.length === 0 ? '' : `\nOther names: ${aliases.join(' ')}\n`}
A duration is a number with a unit: \`100ms\`, \`5s\`, \`1m30s\`, \`2h\`.

Exit codes: 0 after a clean stop (SIGTERM or SIGINT; a second one ends at once with 1), 1 for a wrong configuration
and whatever else stopped the server, with one line on stderr that says what and what to do. Logs are JSON lines.

${FLAG_GROUPS.map(flagsOfGroup).join('\n')}`;

const flagRow = (flag) => [
  code(`${flag.letter === undefined ? '' : `-${flag.letter}, `}--${flag.title}`),
  code(flag.shown === '""' ? '' : flag.shown),
  cell(flag.description),
];

function command(spec) {
  const group = GROUPS.find(({ path }) => spec.path.startsWith(`${path} `));
  const flags = [...spec.flags, ...(group?.flags ?? [])];
  const rows = flags.length === 0 ? '' : `\n${table(['flag', 'default', 'meaning'], flags.map(flagRow))}\n`;
  return `### ${spec.path}\n\n${spec.summary.replace(/\.$/, '')}. \`kvctl ${spec.usage.replace(/ \[flags\]$/, '')}\`\n${rows}`;
}

function clusterCommand(spec) {
  const args = spec.registeredArguments.map((arg) => (arg.required ? ` <${arg.name()}>` : ` [${arg.name()}]`));
  const rows = spec.options.map(({ flags, defaultValue, description }) => [
    code(flags),
    code(defaultValue === undefined || defaultValue === false ? '' : String(defaultValue)),
    cell(description),
  ]);
  const what = spec.description();
  const sentence = `${what[0].toUpperCase()}${what.slice(1)}. \`kvctl cluster ${spec.name()}${args.join('')}\``;
  return `### cluster ${spec.name()}\n\n${sentence}\n\n${table(['flag', 'default', 'meaning'], rows)}\n`;
}

const program = new Command('kvctl');
registerCluster(program);
const cluster = program.commands[0];

const kvctl = `${notice('cli/kvctl/commands.ts, cli/kvctl/cluster.ts')}
# kvctl

\`kvctl\` takes etcdctl's commands and flags, writes its output formats, and ends with its exit codes; it works with
etcd, too. Flags may stand anywhere; \`--\` ends them. Each global flag has an environment variable: \`KVCTL_ENDPOINTS\`
or else \`ETCDCTL_ENDPOINTS\` for \`--endpoints\`; giving both a variable and its flag is an error, as with etcdctl.

Exit codes: ${Object.entries(EXIT_CODES)
  .map(([number, meaning]) => `${number} ${meaning}`)
  .join(', ')}.

## Global flags

${table(['flag', 'default', 'meaning'], GLOBAL_FLAGS.map(flagRow))}

## Commands

${COMMANDS.map(command).join('\n')}
## A local cluster

For trying things out: \`kvd\` processes on the loopback, with their data and logs in one folder. Its \`cluster.json\`
records what runs, so each command finds what another one started.

${cluster.commands.map(clusterCommand).join('\n')}
## Commands of etcdctl that are refused

${table(
  ['command', 'why, and what to do'],
  Object.entries(REFUSED).map(([path, why]) => [code(path), cell(why)]),
)}
`;

const check = process.argv.includes('--check');
for (const [name, text] of Object.entries({ 'kvd.md': kvd, 'kvctl.md': kvctl })) {
  const file = join(root, 'docs', 'reference', name);
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`docs/reference/${name} is out of date: run "npm run build && npm run generate"\n`);
    process.exitCode = 1;
  }
}
