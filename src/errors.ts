// Every error that a caller can meet: gRPC code, text, and whether repeating the call can help.
// Texts that begin with `etcdserver: ` are etcd's own; clients match on them, byte for byte.

/** gRPC status codes (the numbers are the protocol's). */
export const Code = {
  ok: 0,
  canceled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

/**
 * An error with a gRPC code. `retryable` is true only where the same request, sent again, may
 * succeed and the first attempt is known to have had no effect.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: Code;
  readonly retryable: boolean;

  constructor(code: Code, message: string, retryable = false, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = retryable;
  }
}

const define =
  (code: Code, text: string, retryable = false) =>
  (): RpcError =>
    new RpcError(code, text, retryable);
const etcd = (code: Code, text: string, retryable = false) => define(code, `etcdserver: ${text}`, retryable);

/** The table. Each entry makes a fresh error, so that stacks point at the place that refused. */
export const errors = {
  emptyKey: etcd(Code.invalidArgument, 'key is not provided'),
  keyNotFound: etcd(Code.invalidArgument, 'key not found'),
  valueProvided: etcd(Code.invalidArgument, 'value is provided'),
  leaseProvided: etcd(Code.invalidArgument, 'lease is provided'),
  tooManyOps: etcd(Code.invalidArgument, 'too many operations in txn request'),
  duplicateKey: etcd(Code.invalidArgument, 'duplicate key given in txn request'),
  invalidMemberUrls: etcd(Code.invalidArgument, 'given member URLs are invalid'),
  requestTooLarge: etcd(Code.invalidArgument, 'request is too large'),
  invalidSortOption: etcd(Code.invalidArgument, 'invalid sort option'),
  compacted: etcd(Code.outOfRange, 'mvcc: required revision has been compacted'),
  futureRevision: etcd(Code.outOfRange, 'mvcc: required revision is a future revision'),
  leaseTtlTooLarge: etcd(Code.outOfRange, 'too large lease TTL'),
  noSpace: etcd(Code.resourceExhausted, 'mvcc: database space exceeded'),
  tooManyRequests: etcd(Code.resourceExhausted, 'too many requests', true),
  leaseNotFound: etcd(Code.notFound, 'requested lease not found'),
  memberNotFound: etcd(Code.notFound, 'member not found'),
  memberIdExists: etcd(Code.failedPrecondition, 'member ID already exist'),
  peerUrlExists: etcd(Code.failedPrecondition, 'Peer URLs already exists'),
  notEnoughStarted: etcd(Code.failedPrecondition, 're-configuration failed due to not enough started members'),
  memberNotLearner: etcd(Code.failedPrecondition, 'can only promote a learner member'),
  learnerNotReady: etcd(Code.failedPrecondition, 'can only promote a learner member which is in sync with leader'),
  tooManyLearners: etcd(Code.failedPrecondition, 'too many learner members in cluster'),
  unhealthy: etcd(Code.unavailable, 'unhealthy cluster'),
  leaseExists: etcd(Code.failedPrecondition, 'lease already exists'),
  notLeader: etcd(Code.failedPrecondition, 'not leader'),
  badLeaderTransferee: etcd(Code.failedPrecondition, 'bad leader transferee'),
  noLeader: etcd(Code.unavailable, 'no leader', true),
  leaderChanged: etcd(Code.unavailable, 'leader changed'),
  notCapable: etcd(Code.unavailable, 'not capable'),
  learnerUnsupported: etcd(Code.unavailable, 'rpc not supported for learner'),
  stopped: etcd(Code.unavailable, 'server stopped'),
  timeout: etcd(Code.unavailable, 'request timed out'),
  timeoutLeaderFailure: etcd(Code.unavailable, 'request timed out, possibly due to previous leader failure'),
  timeoutConnectionLost: etcd(Code.unavailable, 'request timed out, possibly due to connection lost'),
  revisionOutOfOrder: define(Code.aborted, 'hexkeep: the revision of a write was out of order', true),
  txnOver: define(Code.aborted, 'hexkeep: that transaction has ended'),
  txnTooLarge: define(
    Code.resourceExhausted,
    'hexkeep: a transaction over several partitions changes or answers too much at once: split it',
  ),
  scatteredName: define(
    Code.invalidArgument,
    'hexkeep: with several partitions, candidates of this name would lie in different ones, and several could hold it at once: use another name',
  ),
  corrupt: etcd(Code.dataLoss, 'corrupt cluster'),
  watchCanceled: etcd(Code.canceled, 'watch canceled'),
  watchRangeEmpty: define(Code.invalidArgument, 'mvcc: watcher range is empty'),
  watchSeveralGroups: define(Code.unimplemented, 'hexkeep: a subscription over several partitions is not supported'),
  electionNoLeader: define(Code.unknown, 'election: no leader'),
  electionNotLeader: define(Code.unknown, 'election: not leader'),
  electionLeaderMissing: define(Code.unknown, '"leader" field must be provided'),
  sessionExpired: define(Code.unknown, 'mutex: session is expired'),
} as const;

/** Why peers refuse a member that was removed (etcd's words). */
export const REMOVED = 'the member has been permanently removed from the cluster';

/** This member was removed: it stops, and never comes back under its identity. */
export class RemovedError extends Error {
  override readonly name = 'RemovedError';

  constructor(member: string, dataDir: string) {
    super(
      `${REMOVED}: member ${member} is gone for good. To have this node in the cluster again, remove ${dataDir}, run "kvctl member add NAME --peer-urls=URL", and start it with --initial-cluster-state existing`,
    );
  }
}

/** An invariant does not hold. The node stops with this reason; it never answers from such a state. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Throws InvariantViolation with `message` unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/**
 * What to do about a member whose data is damaged. An emptied member has forgotten what it acknowledged:
 * only while every other one is up and has it all is nothing lost by that.
 */
export const DAMAGE_REMEDY =
  'Nothing was served from it. Restore this data directory from a backup, or, only while all other members run and have caught up, remove it and start again: they send their state.';

/**
 * Stored data is damaged. `file` and `offset` (bytes; -1 where the place inside the file is not
 * known) say where, `remedy` what the operator can do.
 */
export class CorruptionError extends Error {
  override readonly name = 'CorruptionError';
  readonly file: string;
  readonly offset: number;
  readonly remedy: string;

  constructor(file: string, offset: number, what: string, remedy: string) {
    super(`${file}${offset >= 0 ? ` at offset ${offset}` : ''}: ${what}. ${remedy}`);
    this.file = file;
    this.offset = offset;
    this.remedy = remedy;
  }
}

/** The configuration or the command line is wrong; the message is one line that says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
