// `kvd --help` and `kvd --version`.

import { ETCD_VERSION, VERSION } from '../../src/version.js';
import { FLAGS, type Flag, GROUPS } from './flags.js';

const INTRO = `Usage:

  kvd [flags]
    Start a server. Flags are written --flag=value, --flag value or -flag value; each has an
    environment variable: ETCD_ and its name, as ETCD_DATA_DIR for --data-dir.
  kvd --config-file FILE
    Start with a YAML file whose keys are the names of flags. Other flags and environment
    variables are then ignored.
  kvd --version
  kvd -h | --help
`;

function row(flag: Flag): string {
  const value = flag.kind === 'bool' || flag.kind === 'int' ? flag.default : `'${flag.default}'`;
  return `  --${flag.name} ${value}\n    ${flag.help}\n`;
}

/** The whole text, ending in a newline. */
export function helpText(): string {
  const sections = GROUPS.map((group) => {
    const flags = FLAGS.filter((flag) => flag.group === group);
    const rows = group.startsWith('Not ') ? flags.map((flag) => `  --${flag.name}: ${flag.help}\n`) : flags.map(row);
    return `${group}:\n${rows.join('')}`;
  });
  return `${[INTRO, ...sections].join('\n')}`;
}

/** In etcd's form, so that scripts that look for `etcd Version:` find the API's. */
export function versionText(): string {
  return [
    `kvd Version: ${VERSION}`,
    `etcd Version: ${ETCD_VERSION}`,
    `Node Version: ${process.version}`,
    `OS/Arch: ${process.platform}/${process.arch}`,
    '',
  ].join('\n');
}
