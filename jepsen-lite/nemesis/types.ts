/** Every kind of fault, with what it does. */
export const FAULTS = {
  isolate: 'one node is cut off from all others',
  isolateLeader: 'the leader is cut off from all others',
  halves: 'the nodes are cut into a majority and a minority',
  majorityRing: 'every node sees a majority, no two see the same',
  bridge: 'two halves that see each other only through one node',
  oneWay: 'what one node sends to another is lost; the other way works',
  delay: 'messages between nodes take up to a hundred times as long',
  reset: 'connections between nodes break, and what was under way is lost',
  duplicate: 'messages of consensus arrive twice',
  reorder: 'messages of consensus overtake each other',
  clientsCut: 'some clients can not reach some nodes, or any',
  clientsDelay: 'messages between some clients and nodes, or their answers, take up to two seconds',
  drift: 'clocks run at different rates, within the bound that is promised',
  wildDrift: 'clocks run at rates far beyond the bound',
  clockJump: 'the wall clock jumps',
  freeze: 'a process stands still for seconds',
  freezeClient: 'a machine of clients stands still',
  block: 'the event loop of a node is blocked again and again',
  crash: 'a process dies, with what it had not synced',
  crashLeader: 'the process of the leader dies',
  crashSome: 'several processes die at once',
  crashAll: 'all processes die at once: a power failure',
  slowDisk: 'a disk is up to a thousand times slower',
  fullDisk: 'every write to a disk fails: it is full',
  failSync: 'an fsync fails',
  flipBit: 'a bit of a stored record flips',
  misdirect: 'a read of a disk returns another record',
  moveLeader: 'leadership is handed over on request',
  compact: 'history is compacted',
  replaceMember: 'a member is removed, and another one comes for it',
  extraMember: 'a member is added, as a voter or a learner, and removed again',
  moveReplica: 'a vote in a partition moves from one member to another',
  refactor: 'another number of members is to vote in each partition',
} as const;

export type FaultKind = keyof typeof FAULTS;

/** One fault of a schedule. A plan is data: it can be printed, stored, shrunk and run again. */
export interface Fault {
  readonly kind: FaultKind;
  /** When it begins, in ms since the workloads began. */
  readonly atMs: number;
  /** How long it lasts; 0 for what happens at a moment. */
  readonly forMs: number;
  /** Decides everything else about it: whom it hits, how hard. */
  readonly seed: number;
}

/** Changes of the membership and of placement: drawn apart from the others, with the faults of a plan that has any. */
export const MEMBER_FAULTS: readonly FaultKind[] = ['replaceMember', 'extraMember', 'moveReplica', 'refactor'];
