// What every step of a configuration must keep, asserted where the step is taken: whatever led to it.

import { invariant } from '../errors.js';
import { changeConf, encodeConfChange } from '../raft/conf-change.js';
import type { ConfChange } from '../raft/types.js';
import type { Replicas, Wanted } from './next-step.js';

/** Throws InvariantViolation. */
export function checkStep(
  { self, conf, caughtUp, active }: Replicas,
  wanted: Wanted,
  changes: readonly ConfChange[],
): void {
  const { voters } = changeConf(conf, encodeConfChange(changes, true));
  const shown = changes.map(({ type, node }) => `${type} ${node.toString(16)}`).join(', ');
  const promise = (holds: boolean, what: string): void =>
    invariant(holds, `a change of configuration (${shown}) ${what}`);
  if (voters.length === conf.voters.length && voters.every((id) => conf.voters.includes(id))) return;
  const comers = voters.filter((id) => !conf.voters.includes(id));
  promise(comers.every(caughtUp), 'would count a replica that has not caught up');
  // Copies are not given up for ones that are still to come.
  promise(voters.length >= Math.min(conf.voters.length, wanted.voters.size), 'would leave too few voters');
  promise(voters.includes(self) || !conf.voters.includes(self), 'would take the vote of the leader');
  promise(voters.filter(active).length > voters.length / 2, 'would leave no majority that answers');
}
