// Brings one group's configuration, at whoever leads it, to what the tables say.

import { errors } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { ConfChange, NodeId, ProposeResult, RaftStatus } from '../raft/types.js';
import type { Logger } from '../runtime/ports.js';
import { nextStep, type Step, type Wanted } from './next-step.js';
import { checkStep } from './step-rules.js';

/** A group whose configuration can be changed. */
export interface PlacedGroup extends GroupHandle {
  /** At the leader: appends a change, none: leaves a joint configuration. See RaftCore. */
  changeConf(changes: readonly ConfChange[]): ProposeResult;
}

export class Reconfigurer {
  readonly #group: PlacedGroup;
  readonly #self: NodeId;
  readonly #logger: Logger;
  /** What was committed at the last look, in the same term: who has that has caught up. */
  #before = { term: 0, commit: 0 };
  #transferring = false;

  constructor(group: PlacedGroup, self: NodeId, logger: Logger) {
    this.#group = group;
    this.#self = self;
    this.#logger = logger;
  }

  /** One look, and at most one step; to be called again and again. True when nothing is left to do. */
  step(wanted: Wanted): boolean {
    const { leadership } = this.#group;
    if (!leadership.ready || this.#transferring) return false;
    const status = this.#group.status();
    const { term, commit } = this.#before;
    this.#before = { term: status.term, commit: status.commit };
    // A new leader does not know yet what its replicas have.
    if (term !== status.term) return false;
    const replicas = replicasOf(status, this.#self, commit);
    const step = nextStep(replicas, wanted);
    if (step.kind === 'change') checkStep(replicas, wanted, step.changes);
    this.#take(step);
    return step.kind === 'done';
  }

  #take(step: Step): void {
    if (step.kind === 'leaveJoint') this.#group.changeConf([]);
    else if (step.kind === 'change') {
      const { ok } = this.#group.changeConf(step.changes);
      if (ok) this.#log({ changes: step.changes.map(({ type, node }) => `${type} ${node.toString(16)}`) }, 'changing');
    } else if (step.kind === 'transfer') this.#transfer(step.to);
  }

  #transfer(to: NodeId): void {
    this.#log({ to: to.toString(16) }, 'handing leadership over for a change of');
    this.#transferring = true;
    this.#group
      .transferLeadership(to)
      .catch((error) => {
        if (error.message !== errors.stopped().message)
          this.#log({ error: String(error) }, 'no handover, no change of');
      })
      .finally(() => {
        this.#transferring = false;
      });
  }

  #log(fields: Record<string, unknown>, what: string): void {
    this.#logger.info({ group: this.#group.id, ...fields }, `${what} the configuration`);
  }
}

function replicasOf({ conf, progress }: RaftStatus, self: NodeId, commit: number) {
  return {
    self,
    conf,
    caughtUp: (id: NodeId) => id === self || (progress.get(id)?.match ?? 0) >= commit,
    active: (id: NodeId) => id === self || progress.get(id)?.recentlyActive === true,
  };
}
