import { describe, expect, it } from 'vitest';
import { MemberChange } from '../../proto/gen/placement.js';
import { Member } from '../../proto/gen/rpc.js';
import { MemoryState } from '../../test/fakes/memory-state.js';
import { encodeMemberChange, MemberAction, MemberTable } from './member-table.js';

type Change = readonly [action: MemberAction, id: number, more?: Partial<Member> & { zone?: string }];
const url = (n: number | string): string => `http://n${n}:2380`;
const { add, update, promote, leave, remove, zone } = MemberAction;

const founders = [1, 2, 3].map((n) => ({ ...Member.empty(), ID: BigInt(n), peerURLs: [url(n)] }));

class Tables {
  readonly state = new MemoryState();
  readonly table = new MemberTable();

  constructor() {
    this.table.load(this.state);
    this.#write((batch) => this.table.seed(batch, founders));
  }

  #write(fn: (batch: ReturnType<MemoryState['batch']>) => void): void {
    const batch = this.state.batch();
    try {
      fn(batch);
    } finally {
      void this.state.write(batch);
    }
  }

  change(...[action, id, { zone: where, ...member } = {}]: Change): string {
    const change = encodeMemberChange(action, { ID: BigInt(id), ...member }, { zone: where ?? '', learnersMax: 1 });
    try {
      this.#write((batch) => this.table.change(batch, MemberChange.decode(change)));
      return 'ok';
    } catch (error) {
      return (error as Error).message;
    }
  }

  publish(id: number, name: string): string {
    const member = { ...Member.empty(), ID: BigInt(id), name, peerURLs: [url('wrong')], clientURLs: ['http://c:1'] };
    try {
      this.#write((batch) => this.table.publish(batch, member));
      return 'ok';
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** What is shown of it, also after it was read back. */
  shown(): string {
    const back = new MemberTable();
    back.load(this.state);
    const show = (t: MemberTable): string =>
      [
        ...[...t.members.values()].map((m) => {
          const marks = [m.isLearner ? ' learns' : '', t.leaving.has(m.ID) ? ' leaves' : ''].join('');
          const where = t.zones.has(m.ID) ? ` in ${t.zones.get(m.ID)}` : '';
          return `${m.ID}${m.name === '' ? '' : ` ${m.name}`} ${m.peerURLs}${marks}${where}`;
        }),
        ...[...t.removed].map((id) => `not ${id}`),
      ].join('; ');
    expect(show(back)).toBe(show(this.table));
    return show(this.table);
  }
}

const FOUNDED = founders.map((m) => `${m.ID} ${m.peerURLs}`).join('; ');
const four = { peerURLs: [url(4)] };
const CASES: readonly (readonly [string, readonly Change[], readonly string[], string])[] = [
  ['a member comes', [[add, 4, four]], ['ok'], `${FOUNDED}; 4 ${url(4)}`],
  ['an ID comes once', [[add, 3, four]], ['etcdserver: member ID already exist'], FOUNDED],
  [
    'a URL belongs to one',
    [[add, 4, { peerURLs: [url(9), url(2)] }]],
    ['etcdserver: Peer URLs already exists'],
    FOUNDED,
  ],
  [
    'learners are few',
    [
      [add, 4, { ...four, isLearner: true }],
      [add, 5, { peerURLs: [url(5)], isLearner: true }],
      [promote, 4],
      [add, 5, { peerURLs: [url(5)], isLearner: true }],
    ],
    ['ok', 'etcdserver: too many learner members in cluster', 'ok', 'ok'],
    `${FOUNDED}; 4 ${url(4)}; 5 ${url(5)} learns`,
  ],
  [
    'only a learner is promoted',
    [
      [promote, 1],
      [promote, 7],
    ],
    ['etcdserver: can only promote a learner member', 'etcdserver: member not found'],
    FOUNDED,
  ],
  [
    'a member moves',
    [
      [update, 1, { peerURLs: [url(2)] }],
      [update, 7, four],
      [update, 1, { peerURLs: [url(1), url('1b')] }],
    ],
    ['etcdserver: Peer URLs already exists', 'etcdserver: member not found', 'ok'],
    `1 ${url(1)},${url('1b')}; 2 ${url(2)}; 3 ${url(3)}`,
  ],
  [
    'a member goes for good',
    [
      [leave, 7],
      [remove, 3],
      [leave, 3],
      [remove, 3],
      [remove, 3],
      [add, 3, { peerURLs: [url(3)] }],
      [leave, 3],
      [add, 4, { peerURLs: [url(3)] }],
    ],
    [
      'etcdserver: member not found',
      'ok',
      'ok',
      'ok',
      'ok',
      'etcdserver: member not found',
      'etcdserver: member not found',
      'ok',
    ],
    `1 ${url(1)}; 2 ${url(2)}; 4 ${url(3)}; not 3`,
  ],
  [
    'one that leaves is still there',
    [
      [leave, 3],
      [zone, 3, { zone: 'z' }],
      [zone, 2, { zone: 'y' }],
      [zone, 2],
    ],
    ['ok', 'ok', 'ok', 'ok'],
    `1 ${url(1)}; 2 ${url(2)}; 3 ${url(3)} leaves in z`,
  ],
];

describe('the member table', () => {
  it.each(CASES)('%s', (_, changes, outcomes, shown) => {
    const tables = new Tables();
    expect(changes.map((change) => tables.change(...change))).toEqual(outcomes);
    expect(tables.shown()).toBe(shown);
  });

  it('takes names from members, not where they are reached', () => {
    const tables = new Tables();
    expect(tables.publish(1, 'a')).toBe('ok');
    tables.change(leave, 2);
    tables.change(remove, 2);
    expect(tables.publish(2, 'b')).toBe('etcdserver: member not found');
    expect(tables.shown()).toBe(`1 a ${url(1)}; 3 ${url(3)}; not 2`);
  });
});
