import { describe, expect, it } from 'vitest';
import { checkLease, type LeaseOptions } from './lease.js';
import { fail, info, judge, ok, type Step } from './testing/script.js';

const grant = (startMs: number, endMs: number, ttlMs = 1_000, granted = ttlMs): Step =>
  ok('grant', startMs, endMs, { lease: 'a', ttlMs }, { lease: 'a', ttlMs: granted });
const keepalive = (startMs: number, endMs: number, ttlMs = 1_000): Step =>
  ok('keepalive', startMs, endMs, { lease: 'a' }, { lease: 'a', ttlMs });
const gone = (startMs: number, endMs: number): Step => keepalive(startMs, endMs, 0);
const attach = (startMs: number, endMs: number, key = 'x'): Step =>
  ok('attach', startMs, endMs, { lease: 'a', key }, { lease: 'a', key, revision: 5 });
const refused = (startMs: number, endMs: number, error = 'etcdserver: requested lease not found'): Step =>
  fail('attach', startMs, endMs, { lease: 'a', key: 'x' }, error);
const revoke = (startMs: number, endMs: number): Step => ok('revoke', startMs, endMs, { lease: 'a' }, { lease: 'a' });
const check = (startMs: number, endMs: number, present: boolean, key = 'x'): Step =>
  ok('check', startMs, endMs, { lease: 'a', key }, { lease: 'a', key, present });
const last = (startMs: number, present: boolean, key = 'x'): Step =>
  ok('check', startMs, startMs + 5, { lease: 'a', key, final: true }, { lease: 'a', key, present });

interface Case {
  readonly shows: string;
  readonly steps: readonly Step[];
  readonly options?: LeaseOptions;
}

const GOOD: readonly Case[] = [
  { shows: 'a key that is there while its lease lives', steps: [grant(0, 10), attach(20, 30), check(900, 910, true)] },
  { shows: 'a key that is gone right after the TTL', steps: [grant(0, 10), attach(20, 30), check(990, 1_001, false)] },
  {
    shows: 'a renewal that carries the lease further',
    steps: [grant(0, 10), attach(20, 30), keepalive(800, 900), check(1_700, 1_790, true), check(1_795, 1_801, false)],
  },
  {
    shows: 'a renewal that took effect at the beginning of its call, answered late',
    steps: [grant(0, 10), attach(20, 30), keepalive(500, 1_400), check(1_600, 1_601, false)],
  },
  {
    shows: 'a revocation that takes effect before it is answered',
    steps: [grant(0, 10), attach(20, 30), revoke(100, 200), check(110, 120, false)],
  },
  {
    shows: 'a revocation nobody knows about, in effect or not',
    steps: [
      grant(0, 10),
      attach(20, 30),
      info('revoke', 100, 150, { lease: 'a' }),
      check(300, 310, true),
      check(320, 330, false),
    ],
  },
  {
    shows: 'a key that is absent before its attachment is acknowledged',
    steps: [grant(0, 10), attach(20, 60), check(30, 40, false), check(70, 80, true)],
  },
  {
    shows: 'an attachment of unknown outcome that comes late',
    steps: [grant(0, 10), info('attach', 20, 30, { lease: 'a', key: 'x' }), check(40, 50, false), check(60, 70, true)],
  },
  {
    shows: 'a keep-alive and an attachment that come before the grant',
    steps: [gone(0, 5), grant(0, 10), refused(2, 20), attach(30, 40)],
  },
  {
    shows: 'a keep-alive of an unknown grant that says it is gone',
    steps: [info('grant', 0, 10, { lease: 'a', ttlMs: 1_000 }), gone(20, 30)],
  },
  {
    shows: 'a lease that ends late, but within the slack',
    steps: [grant(0, 10), attach(20, 30), check(9_000, 9_010, true), last(11_000, true)],
  },
  {
    shows: 'no orphan as long as a keep-alive of unknown outcome may have renewed the lease',
    steps: [grant(0, 10), attach(20, 30), info('keepalive', 900, 5_000, { lease: 'a' }), last(11_800, true)],
  },
  {
    shows: 'an attachment that fails for another reason',
    steps: [grant(0, 10), refused(20, 30, 'etcdserver: no leader'), attach(40, 50)],
  },
  {
    shows: 'a lease that ends early by less than the clocks may be wrong',
    steps: [grant(0, 10), attach(20, 30), check(940, 950, false)],
    options: { rateBound: 0.05 },
  },
  {
    shows: 'a check that is concurrent with the one which found the key gone',
    steps: [grant(0, 10), attach(20, 30), check(1_000, 1_100, false), check(1_050, 1_200, true)],
  },
  {
    shows: 'a longer TTL as granted',
    steps: [grant(0, 10, 500, 2_000), attach(20, 30), check(1_900, 1_950, true), check(2_100, 2_110, false)],
  },
  {
    shows: 'a key elsewhere that goes a moment later',
    steps: [
      grant(0, 10),
      attach(20, 30, 'k/x'),
      attach(40, 50, 'l/x'),
      check(1_100, 1_110, false, 'k/x'),
      check(1_120, 1_130, true, 'l/x'),
      last(1_200, false, 'l/x'),
    ],
  },
  {
    shows: 'a lease that was found gone only by its second revocation',
    steps: [
      grant(0, 10),
      attach(20, 30),
      fail('revoke', 100, 900, { lease: 'a' }, 'etcdserver: requested lease not found'),
      check(910, 920, false),
    ],
  },
];

interface BadCase extends Case {
  /** Name of the anomaly, and the steps that show it. */
  readonly found: [string, number[]];
}

const BAD: readonly BadCase[] = [
  {
    shows: 'a key that is gone before the TTL',
    steps: [grant(0, 10), attach(20, 30), check(900, 999, false)],
    found: ['early', [0, 1, 2]],
  },
  {
    shows: 'a renewal that did not count',
    steps: [grant(0, 10), attach(20, 30), keepalive(800, 810), check(1_100, 1_110, false)],
    found: ['early', [1, 2, 3]],
  },
  {
    shows: 'a renewal acknowledged while the lease was ending',
    steps: [grant(0, 10), attach(20, 30), keepalive(990, 1_100), check(1_050, 1_060, false)],
    found: ['early', [1, 2, 3]],
  },
  {
    shows: 'a keep-alive that finds the lease gone too early',
    steps: [grant(0, 10), gone(500, 510)],
    found: ['early', [0, 1]],
  },
  {
    shows: 'an attachment refused too early',
    steps: [grant(0, 10), refused(500, 510)],
    found: ['early', [0, 1]],
  },
  {
    shows: 'a lease that ends earlier than the clocks can explain',
    steps: [grant(0, 10), attach(20, 30), check(930, 940, false)],
    options: { rateBound: 0.05 },
    found: ['early', [0, 1, 2]],
  },
  {
    shows: 'a lease that ended early although it was to be revoked later',
    steps: [grant(0, 10), attach(20, 30), check(400, 410, false), revoke(500, 510)],
    found: ['early', [0, 1, 2]],
  },
  {
    shows: 'a key that comes back',
    steps: [grant(0, 10), attach(20, 30), check(1_100, 1_110, false), check(1_120, 1_130, true)],
    found: ['resurrected', [1, 2, 3]],
  },
  {
    shows: 'a key that is there after an acknowledged revocation',
    steps: [grant(0, 10), attach(20, 30), revoke(40, 50), check(60, 70, true)],
    found: ['resurrected', [2, 3]],
  },
  {
    shows: 'a lease that is renewed after it was found gone',
    steps: [grant(0, 10), gone(1_100, 1_110), keepalive(1_200, 1_210)],
    found: ['resurrected', [0, 1, 2]],
  },
  {
    shows: 'a key attached to a revoked lease',
    steps: [grant(0, 10), revoke(40, 50), attach(60, 70)],
    found: ['resurrected', [1, 2]],
  },
  {
    shows: 'a second key that outlives the first',
    steps: [
      grant(0, 10),
      attach(20, 30, 'k/x'),
      attach(40, 50, 'k/y'),
      check(1_100, 1_110, false, 'k/x'),
      check(1_120, 1_130, true, 'k/y'),
    ],
    found: ['resurrected', [1, 3, 4]],
  },
  {
    shows: 'a key elsewhere that outlives what was told of its lease',
    steps: [grant(0, 10), attach(20, 30), gone(1_100, 1_110), check(1_120, 1_130, true, 'y')],
    found: ['resurrected', [0, 2, 3]],
  },
  {
    shows: 'a lease that is renewed when one of its keys is gone',
    steps: [grant(0, 10), attach(20, 30), attach(40, 50, 'y'), check(1_100, 1_110, false), keepalive(1_200, 1_210)],
    found: ['resurrected', [1, 3, 4]],
  },
  {
    shows: 'a key elsewhere that stays',
    steps: [grant(0, 10), attach(20, 30), attach(40, 50, 'y'), check(1_100, 1_110, false), last(5_000, true, 'y')],
    found: ['orphan', [1, 3, 4]],
  },
  {
    shows: 'a key that is left when its lease ran out',
    steps: [grant(0, 10), attach(20, 30), last(11_020, true)],
    found: ['orphan', [0, 2]],
  },
  {
    shows: 'a key that is left when its lease was revoked',
    steps: [grant(0, 10), attach(20, 30), revoke(40, 50), last(60, true)],
    found: ['orphan', [2, 3]],
  },
  {
    shows: 'a key that is left beyond a slack of our own',
    steps: [grant(0, 10), attach(20, 30), keepalive(500, 510), last(2_600, true)],
    options: { slackMs: 1_000 },
    found: ['orphan', [2, 3]],
  },
  {
    shows: 'a key that was gone and is there at the end',
    steps: [grant(0, 10), attach(20, 30), check(1_100, 1_110, false), last(1_200, true)],
    found: ['resurrected', [1, 2, 3]],
  },
];

describe('leases that are as they should be', () => {
  it.each(GOOD)('$shows', ({ steps, options }) => {
    const { verdict } = judge(checkLease(options), steps);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.valid).toBe(true);
  });
});

describe('leases that break a promise', () => {
  it.each(BAD)('$shows', ({ steps, options, found: expected }) => {
    const { verdict, found } = judge(checkLease(options), steps);
    expect(found).toEqual([expected]);
    expect(verdict.valid).toBe(false);
    expect(verdict.stats['anomalies']).toBe(1);
  });
});

describe('numbers about leases', () => {
  it('tells how late a lease ended', () => {
    const steps = [grant(0, 10), attach(20, 30), check(1_200, 1_210, true), check(1_300, 1_310, false)];
    expect(judge(checkLease(), steps).verdict.stats).toEqual({
      leases: 1,
      expired: 1,
      checks: 2,
      lateMsMax: 300,
      lateMsMedian: 300,
      lateMsProven: 190,
      anomalies: 0,
    });
  });

  it('does not call a revoked lease expired', () => {
    const steps = [grant(0, 10), attach(20, 30), revoke(40, 50), check(1_300, 1_310, false)];
    expect(judge(checkLease(), steps).verdict.stats).toMatchObject({ leases: 1, expired: 0, lateMsMax: 0 });
  });

  it('refuses histories of something else, and answers without what they must tell', () => {
    expect(() => judge(checkLease(), [ok('read', 0, 1, { lease: 'a' }, null)])).toThrow('no operation on leases');
    expect(() => judge(checkLease(), [ok('grant', 0, 1, { lease: 'a', ttlMs: 1 }, {})])).toThrow(
      'ttlMs is not a number',
    );
  });
});
