// Writes docs/reference/kvd.md from the flags of the built server. Run by `npm run generate` after a
// build; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { ALIASES, envName, FLAGS, GROUPS } = await import(join(root, 'dist', 'cli', 'kvd', 'flags.js'));
const file = join(root, 'docs', 'reference', 'kvd.md');

const cell = (text) => text.replaceAll('|', '\\|');
const code = (text) => (text === '' ? '' : `\`${text}\``);

function section(group) {
  const flags = FLAGS.filter((flag) => flag.group === group);
  const refused = flags.every((flag) => flag.effect === 'refused');
  const head = refused ? ['flag', 'why, and what to do'] : ['flag', 'type', 'default', 'meaning'];
  const rows = flags.map((flag) =>
    refused
      ? [code(`--${flag.name}`), cell(flag.reason ?? flag.help)]
      : [code(`--${flag.name}`), flag.kind, code(flag.default), cell(flag.help)],
  );
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [`## ${group}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

const aliases = Object.entries(ALIASES).map(([alias, name]) => `\`--${alias}\` is \`--${name}\`.`);
const text = `<!-- Written by scripts/generate-reference.mjs from cli/kvd/flags.ts. -->
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

${GROUPS.map(section).join('\n')}`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write('docs/reference/kvd.md is not what the flags say: run "npm run build && npm run generate"\n');
    process.exit(1);
  }
} else writeFileSync(file, text);
