// Opens a replica from disk and checks that its parts fit together before it takes part in anything.

import type { Member } from '../../proto/gen/rpc.js';
import type { NodeConfig } from '../config.js';
import { CorruptionError, DAMAGE_REMEDY } from '../errors.js';
import { limits } from '../limits.js';
import { openMvcc } from '../mvcc/store.js';
import { createRaft } from '../raft/raft.js';
import type { ConfState, NodeId } from '../raft/types.js';
import type { GroupLog, GroupState, LogStore, StateStore } from '../storage/types.js';
import type { Group } from './group.js';
import type { MultiRaft } from './host.js';
import type { AskRevisions } from './numbering.js';

export interface OpenGroupOptions {
  readonly id: number;
  readonly self: NodeId;
  /** Configuration of a group that starts for the first time; empty: it is learned from the members. */
  readonly voters: readonly NodeId[];
  /** Of the system group: the members that the cluster begins with. */
  readonly members?: readonly Member[] | undefined;
  readonly config: NodeConfig;
  readonly ticksPerHeartbeat: number;
  readonly electionTicks: number;
  readonly log: LogStore;
  readonly state: StateStore;
  readonly host: MultiRaft;
  /** Revisions are the cluster's, not the group's. */
  readonly sequenced: boolean;
  /** Where revisions of the group's writes come from; undefined: from itself, or there are no writes. */
  readonly askRevisions?: AskRevisions | undefined;
}

export async function openGroup(options: OpenGroupOptions): Promise<Group> {
  const { id, self, config, host } = options;
  const log = await options.log.openGroup(id);
  const state = await options.state.openGroup(id);
  // Below 0 means none, which the store calls 0 (etcd's --quota-backend-bytes).
  const quotaBytes = config.quotaBytes === 0 ? limits.quotaBytesDefault : Math.max(0, config.quotaBytes);
  const { logger, timers } = host.runtime;
  const { sequenced } = options;
  const store = await openMvcc({ self, state, quotaBytes, txnOpsMax: config.maxTxnOps, sequenced, logger, timers });
  if (store.confState.voters.length === 0 && options.voters.length > 0) {
    store.setConfState(firstConf(options.voters), 0);
    if (options.members !== undefined) store.seedMembers(options.members);
  }
  await reconcile(log, state, store.confState);
  const raft = createRaft({
    id: self,
    electionTicks: options.electionTicks,
    heartbeatTicks: options.ticksPerHeartbeat,
    heartbeatPhase: () => host.heartbeatPhase,
    log,
    hardState: log.hardState,
    confState: store.confState,
    applied: state.appliedIndex,
    random: (bound) => host.runtime.random.below(bound),
    preVote: config.preVote,
    checkQuorum: true,
    appendBytesMax: limits.appendBytesMax,
    inflightAppendsMax: limits.inflightAppendsMax,
    inflightAppendBytesMax: limits.inflightAppendBytesMax,
    uncommittedBytesMax: limits.uncommittedBytesMax,
    committedBytesPerReadyMax: limits.committedBytesPerReadyMax,
    readIndexPendingMax: limits.readIndexPendingMax,
  });
  const truncateEveryEntries = config.snapshotCount;
  const catchUpEntries = config.catchUpEntries ?? limits.logCatchUpEntries;
  const sync = !config.unsafeNoFsync;
  return host.addGroup({
    id,
    raft,
    log,
    state,
    store,
    electionMs: config.electionMs,
    truncateEveryEntries,
    catchUpEntries,
    sync,
    askRevisions: options.askRevisions,
  });
}

const firstConf = (voters: readonly NodeId[]): ConfState => ({
  voters: [...voters].sort((a, b) => (a < b ? -1 : 1)),
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
});

/**
 * The applied state may stand anywhere inside the log. It stands beyond it only when a crash came
 * between the two halves of a snapshot's installation (state first); then the log starts anew there.
 */
async function reconcile(log: GroupLog, state: GroupState, confState: ConfState): Promise<void> {
  const { appliedIndex: index, appliedTerm: term } = state;
  if (index < log.firstIndex - 1) {
    const what = `the applied state ends at entry ${index}, the log begins at ${log.firstIndex}: entries between them are lost`;
    throw new CorruptionError('member/state', -1, what, DAMAGE_REMEDY);
  }
  if (index > log.lastIndex) {
    const snapshot = { index, term, confState, id: 0 };
    await new Promise<void>((done) => log.submit({ entries: [], hardState: undefined, snapshot }, true, done));
    return;
  }
  const logTerm = log.term(index);
  if (logTerm !== term) {
    const what = `entry ${index} has term ${logTerm} in the log and ${term} in the applied state`;
    throw new CorruptionError('member/log', -1, what, DAMAGE_REMEDY);
  }
}
