// Every bound of the server, with its unit in its name. A bound that a user can set has its
// default here.

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /** etcd's --max-request-bytes: a larger request is refused with `request is too large`. */
  requestBytesMax: 1.5 * MiB,
  /** Requests of all connections that have come in part, together; more are refused. */
  requestsAssemblingBytesMax: 256 * MiB,
  /** Calls in flight on one client connection. */
  callsPerConnectionMax: 100_000,
  /** What the transport accepts beyond requestBytesMax before it refuses by itself (etcd's figure). */
  requestOverheadBytes: 512 * KiB,
  /** etcd's --max-txn-ops. */
  txnOpsMax: 128,
  /** etcd's --quota-backend-bytes default. */
  quotaBytesDefault: 2 * 1024 * MiB,
  /** Requests of one node that wait for consensus; more are refused with `too many requests`. */
  proposalsPendingMax: 20_000,
  readsPendingMax: 100_000,
  /** A request without a deadline of its own fails after this: 5 s plus two election timeouts (etcd). */
  requestTimeoutMs: 7_000,

  /** A leader that gets no revisions for so long asks again; reads of its partition may wait for that. */
  revisionAskTimeoutMs: 200,
  /** One message to the sequencer is given up after this; a new one then goes to whoever leads. */
  revisionCallTimeoutMs: 2_000,
  /** Revisions that one entry of the system group's log allows to hand out. */
  revisionStride: 100_000,
  /** Asks for revisions of one node that wait for their answer. */
  revisionAsksPendingMax: 10_000,

  /** Transactions over partitions that wait for one partition at its leader; more are refused. */
  txnsWaitingMax: 2_000,
  /** From the first partition's turn until all are prepared; after it the transaction is aborted, and others get on. */
  txnPrepareTimeoutMs: 3_000,
  /** A transaction without a revision after this is aborted: its partitions serve no reads meanwhile. */
  txnRevisionTimeoutMs: 1_000,
  /** A partition prepared for so long asks the coordinator what became of it, and goes on asking. */
  txnOutcomeAskMs: 500,
  /** One message about an outcome is given up after this; it is sent again after a pause. */
  txnTellTimeoutMs: 2_000,
  txnTellPauseMs: 50,
  /** Keys and values that one transaction over partitions changes: they are one log entry. */
  txnChangesBytesMax: 8 * MiB,
  /** Its answer: a message between nodes. */
  txnAnswerBytesMax: 32 * MiB,

  /** Raft: entries of one append message, together. */
  appendBytesMax: 1 * MiB,
  /** Raft: append messages in flight to one follower. */
  inflightAppendsMax: 256,
  inflightAppendBytesMax: 16 * MiB,
  /** Raft: proposed and not yet committed; beyond it proposals are dropped. */
  uncommittedBytesMax: 64 * MiB,
  /** Raft: committed entries handed out in one Ready. */
  committedBytesPerReadyMax: 4 * MiB,
  /** Raft: ReadIndex rounds that wait for their quorum. */
  readIndexPendingMax: 4_096,

  /** Log entries kept for slow followers after a snapshot point (etcd: 5,000 catch-up entries). */
  logCatchUpEntries: 5_000,
  /** Applied entries between two truncations of the log (etcd's --snapshot-count is 100,000). */
  logTruncateEveryEntries: 10_000,
  /** Recent log entries kept in memory, all groups of a node together. */
  logCacheBytesMax: 32 * MiB,

  snapshotChunkBytes: 256 * KiB,
  /** Snapshots that one node sends another at a time: a member that joins needs one of every group. */
  snapshotsPerPeerMax: 4,
  /** Snapshot chunks sent and not yet acknowledged by the transport. */
  snapshotChunksInFlightMax: 8,

  /** A member that is to be removed takes part for so long, so that its clients can go elsewhere. */
  leaverDrainMs: 300,
  /** A node that joins asks the members for so long before it gives up. */
  joinTimeoutMs: 10_000,
  /** etcd's HealthInterval: a member counts as connected when it has been for so long. */
  healthyAfterMs: 5_000,
  /** etcd's --max-learners. */
  learnersMax: 1,

  /** Voters of a partition, of those that the cluster has members for. */
  replicationFactorDefault: 3,
  /** Partitions whose replicas move at the same time. */
  replicaMovesMax: 16,
  /** A replica that has not become a voter after this goes back to where it was... */
  replicaMoveTimeoutMs: 120_000,
  /** ...and is not tried there again for so long. */
  replicaQuarantineMs: 600_000,
  /** A member that is down for longer has its replicas replaced. */
  replaceAfterMsDefault: 300_000,

  /** Bytes queued for one peer; beyond it Raft messages to the peer are dropped (Raft repeats them). */
  peerQueueBytesMax: 64 * MiB,
  peerFrameBytesMax: 8 * MiB,
  /** Calls to one peer (forwarded requests) without an answer. */
  peerCallsPendingMax: 50_000,

  /** Current values kept in memory by one group. */
  mvccCacheBytesMax: 64 * MiB,
  /** Keys read from disk at a time by a range. */
  rangeBatchKeys: 1_000,

  watchesPerStreamMax: 10_000,
  /** Bytes of undelivered watch responses of one stream; beyond it its watches fall back to history. */
  watchStreamBufferBytesMax: 4 * MiB,
  /** The same while the transport is full. */
  watchBlockedStreamBufferBytesMax: 256 * KiB,
  /** Responses without events that wait on one stream; beyond it the stream is ended. */
  watchStreamControlsMax: 20_000,
  /** Events read from history at a time, for one group of lagging watches. */
  watchCatchUpEvents: 1_000,
  /** Events that wait until every partition has resolved their revision; beyond it watches fall back to history. */
  watchMergeBufferBytesMax: 64 * MiB,
  /** After a partition could not resolve what watches wait for. */
  watchClaimRetryMs: 30,
  watchProgressIntervalMs: 600_000,

  leaseTtlSecondsMax: 9_000_000_000,
  /** Lease revocations that the leader proposes per second (etcd's figure). */
  leaseRevocationsPerSecondMax: 1_000,
  leasesMax: 2_000_000,
  /** Keep-alives (and, apart from them, time-to-live requests) of one node that wait for the leader's answer. */
  leaseCallsPendingMax: 100_000,
  /** Callers on one node that wait for a lock or a leadership, each kind. */
  turnWaitersMax: 100_000,
  /** Values of a leader that wait for one observer; older ones are passed over. */
  observedEventsMax: 256,
  /** Lease IDs in one message to the leader, and such messages without an answer. */
  leaseCallsPerMessageMax: 4_096,
  leaseMessagesInFlightMax: 16,
  /** Leases with another home that one partition may hold keys with. */
  leaseStubsMax: 2_000_000,
  /** How often a partition's leader asks whether those leases still exist. */
  leaseStubCheckIntervalMs: 10_000,
  /** Longest pause before another attempt to end a lease in a partition that could not be reached. */
  leaseRetryPauseMsMax: 2_000,
  /** Keep-alives of one stream that wait for their answer; beyond it the stream is not read. */
  keepAlivesPerStreamPendingMax: 1_024,

  /** Prefixes of locks and elections whose keys a group keeps in memory by age, and keys of one prefix. */
  prefixIndexPrefixesMax: 20_000,
  prefixIndexKeysMax: 1_000,
} as const;
