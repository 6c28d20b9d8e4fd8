import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { FLAGS } from './flags.js';
import { helpText, versionText } from './help.js';
import { parseArguments, parseConfigFile, parseEnvironment } from './settings.js';

const given = (args: string[]) => Object.fromEntries(parseArguments(args).settings);
const file = (text: string) => Object.fromEntries(parseConfigFile('k.yml', text));

describe('parseArguments', () => {
  it.each([
    [
      ['--name=a', '--data-dir', 'd', '-election-timeout', '500'],
      { name: 'a', 'data-dir': 'd', 'election-timeout': '500' },
    ],
    [['--pre-vote'], { 'pre-vote': 'true' }],
    [['--pre-vote=0'], { 'pre-vote': 'false' }],
    [['-pre-vote=T', '--name', 'x=y'], { 'pre-vote': 'true', name: 'x=y' }],
    [
      ['--initial-cluster', 'a=http://1.1.1.1:1,b=http://1.1.1.1:2'],
      { 'initial-cluster': 'a=http://1.1.1.1:1,b=http://1.1.1.1:2' },
    ],
    [['--name', 'a', '--name', 'b'], { name: 'b' }],
    [['--quota-backend-bytes=-1'], { 'quota-backend-bytes': '-1' }],
    [['--experimental-watch-progress-notify-interval=1s'], { 'watch-progress-notify-interval': '1s' }],
    // Refused flags that ask for nothing.
    [
      ['--client-cert-auth=false', '--cert-file=', '--auth-token=simple', '--cors=*'],
      { 'client-cert-auth': 'false', 'cert-file': '', 'auth-token': 'simple', cors: '*' },
    ],
    [['--max-wals=0', '--logger=zap', '--enable-pprof'], { 'max-wals': '0', logger: 'zap', 'enable-pprof': 'true' }],
    [[], {}],
  ])('%j', (args, expected) => expect(given(args)).toEqual(expected));

  it.each([
    [['--data-dri=x'], 'unknown flag --data-dri; did you mean --data-dir?'],
    [['--zzzzzzzzzzzzzzz'], "unknown flag --zzzzzzzzzzzzzzz; see 'kvd --help'"],
    [['gateway'], "'gateway' is not a valid flag. See 'kvd --help'"],
    [['--pre-vote', 'false'], "'false' is not a valid flag. See 'kvd --help'"],
    [['--'], "'--' is not a valid flag. See 'kvd --help'"],
    [['--name'], '--name needs a value'],
    [['--pre-vote=maybe'], '--pre-vote: "maybe" is not a boolean: write true or false'],
    [['--snapshot-count=many'], '--snapshot-count: "many" is not a whole number'],
    [['--cert-file', 'server.crt'], '--cert-file: TLS is not supported in this version'],
    [['--auto-tls'], '--auto-tls: TLS is not supported in this version'],
    [['--auth-token=jwt'], '--auth-token: authentication is not supported in this version'],
    [
      ['--discovery=http://d'],
      '--discovery: discovery is not supported in this version: list the members in --initial-cluster',
    ],
    [
      ['--force-new-cluster'],
      '--force-new-cluster: a majority that is lost can not be replaced by force in this version',
    ],
    [['--proxy=on'], '--proxy: the v2 API and its proxy are not part of this server'],
    [['--bcrypt-cost=x'], '--bcrypt-cost: "x" is not a whole number'],
  ])('refuses %j', (args, message) => expect(() => given(args)).toThrow(new ConfigError(message)));

  it.each([
    [['--help'], 'help'],
    [['-h'], 'help'],
    [['--name=a', '--version'], 'version'],
    [['--name=a'], 'start'],
  ])('%j asks for %s', (args, kind) => expect(parseArguments(args).request.kind).toBe(kind));
});

describe('parseEnvironment', () => {
  it('reads ETCD_ variables and warns of those that no flag has', () => {
    const warnings: string[] = [];
    const settings = parseEnvironment(
      {
        ETCD_NAME: 'n1',
        ETCD_ELECTION_TIMEOUT: '700',
        ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL: '3s',
        ETCD_DATA_DIR: '',
        ETCD_NO_SUCH_FLAG: '1',
        ETCDCTL_API: '3',
        PATH: '/bin',
      },
      (message) => warnings.push(message),
    );
    expect(Object.fromEntries(settings)).toEqual({
      name: 'n1',
      'election-timeout': '700',
      'watch-progress-notify-interval': '3s',
    });
    expect(warnings).toEqual(['unrecognized environment variable ETCD_NO_SUCH_FLAG']);
  });

  it('names the variable that is wrong', () => {
    expect(() => parseEnvironment({ ETCD_PRE_VOTE: 'si' }, () => {})).toThrow('ETCD_PRE_VOTE: "si" is not a boolean');
    expect(() => parseEnvironment({ ETCD_KEY_FILE: 'k' }, () => {})).toThrow('ETCD_KEY_FILE: TLS is not supported');
  });
});

describe('parseConfigFile', () => {
  it('reads flags, empty values, lists and sections of etcd', () => {
    const text = `
name: n1
data-dir:
election-timeout: 600
pre-vote: true
auto-compaction-retention: "1"
listen-client-urls: http://127.0.0.1:1,http://127.0.0.1:2
log-outputs: [stderr]
debug: true
client-transport-security:
  cert-file:
  client-cert-auth: false
  auto-tls: false
peer-transport-security:
`;
    expect(file(text)).toEqual({
      name: 'n1',
      'election-timeout': '600',
      'pre-vote': 'true',
      'auto-compaction-retention': '1',
      'listen-client-urls': 'http://127.0.0.1:1,http://127.0.0.1:2',
      'log-outputs': 'stderr',
      'log-level': 'debug',
      'client-cert-auth': 'false',
      'auto-tls': 'false',
    });
    expect(file('')).toEqual({});
  });

  it.each([
    ['nmae: x', 'configuration file k.yml: unknown key "nmae"; did you mean "name"?'],
    ['config-file: x', 'configuration file k.yml: unknown key "config-file"'],
    ['- a', 'configuration file k.yml: it must be a mapping'],
    ['a: [', 'configuration file k.yml: '],
    ['name: {a: 1}', 'configuration file: name is not a plain value'],
    ['pre-vote: maybe', 'configuration file k.yml: pre-vote: "maybe" is not a boolean'],
    ['client-transport-security:\n  cert-file: c', 'cert-file: TLS is not supported in this version'],
    ['client-transport-security:\n  cret-file: c', 'unknown key "client-transport-security.cret-file"'],
    ['peer-transport-security: 5', 'peer-transport-security must be a mapping'],
  ])('refuses %j', (text, message) => expect(() => file(text)).toThrow(message));
});

describe('help and version', () => {
  it('lists every flag once, under its group', () => {
    const help = helpText();
    for (const flag of FLAGS) {
      expect(help.split('\n').filter((line) => new RegExp(`^  --${flag.name}(:| )`).test(line))).toHaveLength(1);
    }
    expect(new Set(FLAGS.map((flag) => flag.name)).size).toBe(FLAGS.length);
  });

  it("gives the version in etcd's form", () => {
    expect(versionText()).toMatch(/^kvd Version: \d+\.\d+\.\d+\netcd Version: 3\.4\.\d+\n/);
  });
});
