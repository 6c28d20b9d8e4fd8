import { describe, expect, it } from 'vitest';
import { ConfigError, CorruptionError, RemovedError } from '../../src/errors.js';
import { toLogSettings, toNodeConfig } from './config.js';
import { parseDuration } from './duration.js';
import { fatalLine } from './fatal.js';
import { nearest } from './nearest.js';
import { parseArguments } from './settings.js';

const config = (...args: string[]) => toNodeConfig(parseArguments(args).settings);

describe('toNodeConfig', () => {
  it("has etcd's defaults", () => {
    expect(config()).toEqual({
      name: 'default',
      dataDir: 'default.etcd',
      clusterToken: 'etcd-cluster',
      initialCluster: [{ name: 'default', peerUrls: ['http://localhost:2380'] }],
      initialClusterState: 'new',
      listenPeerUrls: ['http://localhost:2380'],
      advertisePeerUrls: ['http://localhost:2380'],
      listenClientUrls: ['http://localhost:2379'],
      advertiseClientUrls: ['http://localhost:2379'],
      listenMetricsUrls: [],
      heartbeatMs: 100,
      electionMs: 1000,
      preVote: true,
      snapshotCount: 10_000,
      quotaBytes: 0,
      partitions: 0,
      replicationFactor: 3,
      zone: '',
      replaceAfterMs: 300_000,
      strictReconfigCheck: true,
      learnersMax: 1,
      maxTxnOps: 128,
      maxRequestBytes: 1_572_864,
      autoCompaction: { mode: 'off' },
      watchProgressIntervalMs: 600_000,
      unsafeNoFsync: false,
    });
  });

  it('takes a usual three-member command line', () => {
    const made = config(
      ...[
        '--name',
        'n2',
        '--listen-client-urls',
        'http://0.0.0.0:2479',
        '--advertise-client-urls',
        'http://host-b:2479',
      ],
      ...['--listen-peer-urls', 'http://10.0.0.2:2480', '--initial-advertise-peer-urls', 'http://10.0.0.2:2480'],
      '--initial-cluster=n1=http://10.0.0.1:2480,n2=http://10.0.0.2:2480,n3=http://[fe80::1]:2480/',
    );
    expect(made.dataDir).toBe('n2.etcd');
    expect(made.advertiseClientUrls).toEqual(['http://host-b:2479']);
    expect(made.initialCluster).toEqual([
      { name: 'n1', peerUrls: ['http://10.0.0.1:2480'] },
      { name: 'n2', peerUrls: ['http://10.0.0.2:2480'] },
      { name: 'n3', peerUrls: ['http://[fe80::1]:2480'] },
    ]);
  });

  it('names a member alone after itself when no cluster is given', () => {
    const made = config('--name=x', '--initial-advertise-peer-urls=http://1.2.3.4:5,http://1.2.3.5:5');
    expect(made.initialCluster).toEqual([{ name: 'x', peerUrls: ['http://1.2.3.4:5', 'http://1.2.3.5:5'] }]);
  });

  it.each([
    ['periodic', '0', { mode: 'off' }],
    ['periodic', '2', { mode: 'periodic', retentionMs: 7_200_000 }],
    ['periodic', '5m', { mode: 'periodic', retentionMs: 300_000 }],
    ['periodic', '0s', { mode: 'off' }],
    ['revision', '1000', { mode: 'revision', retention: 1000 }],
  ])('auto-compaction %s %s', (mode, retention, expected) => {
    const made = config(`--auto-compaction-mode=${mode}`, `--auto-compaction-retention=${retention}`);
    expect(made.autoCompaction).toEqual(expected);
  });

  it.each([
    [['--name='], '--name must not be empty'],
    [
      ['--listen-client-urls=http://127.0.0.1:1'],
      '--advertise-client-urls is required when --listen-client-urls is set',
    ],
    [
      ['--listen-peer-urls=http://example.com:1'],
      '--listen-peer-urls: expected IP in URL for binding (http://example.com:1)',
    ],
    [['--listen-peer-urls=127.0.0.1:1'], '--listen-peer-urls: not a URL, write http://HOST:PORT: 127.0.0.1:1'],
    [['--listen-peer-urls=https://127.0.0.1:1'], 'TLS is not supported in this version'],
    [['--listen-peer-urls=ftp://127.0.0.1:1'], 'URL scheme must be http'],
    [['--listen-peer-urls=http://127.0.0.1'], 'URL address does not have the form "host:port"'],
    [['--listen-peer-urls=http://127.0.0.1:99999'], 'URL address does not have the form "host:port"'],
    [['--listen-peer-urls=http://127.0.0.1:1/p'], 'URL must not contain a path'],
    [['--listen-peer-urls=http://:1'], 'URL has no host'],
    [['--listen-peer-urls=unix://x:1'], 'unix sockets are not supported'],
    [['--listen-peer-urls='], '--listen-peer-urls needs at least one URL'],
    [['--listen-metrics-urls=http://m:1'], '--listen-metrics-urls: expected IP'],
    [
      ['--heartbeat-interval=300'],
      '--election-timeout[1000ms] should be at least as 5 times as --heartbeat-interval[300ms]',
    ],
    [['--election-timeout=60000'], '--election-timeout[60000ms] is too long, and should be set less than 50000ms'],
    [['--heartbeat-interval=0'], '--heartbeat-interval: 0 is too small'],
    [['--max-txn-ops=0'], '--max-txn-ops: 0 is too small'],
    [['--initial-cluster-state=old'], '--initial-cluster-state: unexpected state "old"'],
    [['--initial-cluster=a'], '--initial-cluster: "a" is not of the form name=URL'],
    [['--initial-cluster=a='], '--initial-cluster: "a=" has no URL'],
    [['--initial-cluster=other=http://1.1.1.1:1'], 'couldn\'t find local name "default" in the initial cluster'],
    [
      ['--initial-cluster=default=http://1.1.1.1:1,b=http://1.1.1.1:1'],
      '--initial-cluster has the URL http://1.1.1.1:1 twice',
    ],
    [
      ['--initial-cluster=default=http://1.1.1.1:1'],
      '--initial-cluster has default=http://1.1.1.1:1 but missing from --initial-advertise-peer-urls=http://localhost:2380',
    ],
    [
      [
        '--initial-cluster=default=http://localhost:2380',
        '--initial-advertise-peer-urls=http://localhost:2380,http://1.1.1.1:1',
      ],
      '--initial-advertise-peer-urls has http://1.1.1.1:1 but missing from --initial-cluster=default=http://localhost:2380',
    ],
    [['--auto-compaction-mode=weekly'], '--auto-compaction-mode: unknown mode "weekly"'],
    [['--auto-compaction-mode=revision', '--auto-compaction-retention=5m'], 'is not a number of revisions'],
    [['--auto-compaction-retention=soon'], '--auto-compaction-retention: "soon" is not a duration'],
    [['--watch-progress-notify-interval=1ms'], 'the shortest interval is 100ms'],
  ])('refuses %j', (args, message) => {
    expect(() => config(...args)).toThrow(message);
    expect(() => config(...args)).toThrow(ConfigError);
  });
});

describe('toLogSettings', () => {
  const log = (...args: string[]) => toLogSettings(parseArguments(args).settings);
  it('reads level and output', () => {
    expect(log()).toEqual({ level: 'info', output: 'stderr' });
    expect(log('--log-level=debug', '--log-outputs=stdout')).toEqual({ level: 'debug', output: 'stdout' });
    expect(() => log('--log-level=loud')).toThrow('--log-level: unknown level "loud"');
    expect(() => log('--log-outputs=/var/log/x')).toThrow('--log-outputs: "/var/log/x" is not supported');
  });
});

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['500ms', 500],
    ['2us', 0.002],
  ])('%s', (text, ms) => expect(parseDuration('f', text)).toBeCloseTo(ms));
  it.each(['', '5', 'm', '5x', '1h 2m', '-1s'])('refuses %j', (text) => {
    expect(() => parseDuration('f', text)).toThrow(`--f: "${text}" is not a duration`);
  });
});

describe('nearest', () => {
  it.each([
    ['nmae', 'name'],
    ['data', undefined],
    ['datadir', 'data-dir'],
    ['election-timout', 'election-timeout'],
  ])('%s', (name, expected) => expect(nearest(name, ['name', 'data-dir', 'election-timeout'])).toBe(expected));
});

describe('fatalLine', () => {
  const system = (code: string) => Object.assign(new Error('write failed'), { code });
  it.each([
    [new ConfigError('wrong'), 'kvd: wrong\n'],
    [new CorruptionError('f', 7, 'damaged', 'Restore it.'), 'kvd: f at offset 7: damaged. Restore it.\n'],
    [
      new RemovedError('abc', '/data'),
      'kvd: the member has been permanently removed from the cluster: member abc is gone',
    ],
    [new Error('apply failed', { cause: system('ENOSPC') }), 'kvd: apply failed: no space is left on the disk'],
    [new Error('IO error: log/000005.log: No space left on device'), 'no space is left on the disk of --data-dir'],
    [system('EACCES'), 'kvd: write failed: permission denied; run as the owner'],
    [new Error('a\n  b'), 'kvd: stopped by an internal error: a b; start it again with --log-level=debug for more\n'],
    ['text', 'kvd: stopped by an internal error: text;'],
  ])('%s', (error, expected) => {
    const line = fatalLine(error, false);
    expect(line).toContain(expected);
    expect(line.split('\n')).toHaveLength(2);
  });

  it('adds the stack only when debugging', () => {
    expect(fatalLine(new Error('x'), true)).toContain('config.test.ts');
  });
});
