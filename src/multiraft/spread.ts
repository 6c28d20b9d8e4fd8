// Where leaders are: each node hands groups over to nodes that lead fewer, one at a time and not in a hurry. Rules S1 to
// S3 of docs/design/quiet.md. No clock but the ticks, and no agreement between nodes: what they lead is in their beats.

import { isJoint } from '../raft/conf-change.js';
import { NO_NODE, type NodeId, type RaftStatus } from '../raft/types.js';
import type { Random } from '../runtime/ports.js';
import type { Liveness } from './liveness.js';
import type { Leadership } from './types.js';

/** A group that this node may lead. */
export interface Spreadable {
  readonly id: number;
  readonly leadership: Leadership;
  readonly isQuiet: boolean;
  status(): RaftStatus;
  transferLeadership(to: NodeId): Promise<void>;
}

export interface SpreadHost {
  readonly self: NodeId;
  readonly groups: Iterable<Spreadable>;
  readonly leaving: boolean;
  readonly beatsPerElection: number;
  readonly electionTicks: number;
  readonly random: Random;
  /** Of the other nodes, connected or not. */
  readonly livenesses: Iterable<Liveness>;
  /** Undefined: not connected. */
  liveness(node: NodeId): Liveness | undefined;
  /** For the log. */
  moved(group: number, to: NodeId, error: unknown): void;
}

/** S1: then the other node does not lead more than this one afterwards. */
export const LEADS_MORE = 2;
/** S2 and S3: election timeouts for which a node was heard of, and a group led. */
const STEADY_ELECTIONS = 3;

interface Led {
  readonly term: number;
  readonly sinceBeat: number;
}

interface Move {
  readonly group: Spreadable;
  readonly to: NodeId;
}

export class Spread {
  readonly #host: SpreadHost;
  readonly #led = new Map<number, Led>();
  #beats = 0;
  /** No move before this beat; undefined: nothing was uneven when it was last looked at. */
  #notBefore: number | undefined;
  #moving = false;

  constructor(host: SpreadHost) {
    this.#host = host;
  }

  /** Once a heartbeat interval. */
  beat(): void {
    this.#beats++;
    this.#noteLeaderships();
    if (this.#moving || this.#host.leaving) return;
    const move = this.#choose();
    if (move === undefined) this.#notBefore = undefined;
    // A pause also before the first one: nodes that see the same do not act in the same moment.
    else if (this.#notBefore === undefined) this.#pause();
    else if (this.#beats >= this.#notBefore) this.#carryOut(move);
  }

  /** S3: long enough that beats tell what came of the last move, and never the same for two nodes. */
  #pause(): void {
    const half = Math.ceil(this.#host.beatsPerElection / 2);
    this.#notBefore = this.#beats + half + this.#host.random.below(half);
  }

  #noteLeaderships(): void {
    for (const { id, leadership } of this.#host.groups) {
      if (!leadership.isLeader) this.#led.delete(id);
      else if (this.#led.get(id)?.term !== leadership.term) {
        this.#led.set(id, { term: leadership.term, sinceBeat: this.#beats });
      }
    }
  }

  #choose(): Move | undefined {
    const mine = this.#led.size;
    if (!this.#isUneven(mine)) return undefined;
    let best: (Move & { readonly leads: number }) | undefined;
    for (const group of this.#host.groups) {
      const led = this.#led.get(group.id);
      if (led === undefined) continue;
      const status = group.status();
      // S3: one at a time, whoever began it.
      if (status.transferee !== NO_NODE) return undefined;
      const steady = this.#beats - led.sinceBeat >= STEADY_ELECTIONS * this.#host.beatsPerElection;
      if (!steady || !group.leadership.ready || isJoint(status.conf)) continue;
      const to = this.#least(status);
      if (to === undefined || to.leads + LEADS_MORE > mine) continue;
      if (best === undefined || to.leads < best.leads || (to.leads === best.leads && isBetter(group, best.group))) {
        best = { group, to: to.node, leads: to.leads };
      }
    }
    return best;
  }

  /** Most of the time nobody leads fewer, and no group need be looked at. */
  #isUneven(mine: number): boolean {
    for (const { leading, heardTicks } of this.#host.livenesses) {
      if (heardTicks > 0 && leading + LEADS_MORE <= mine) return true;
    }
    return false;
  }

  /** S2: of the voters that could take over at once, the one that leads least. */
  #least({ conf, progress, commit }: RaftStatus): { node: NodeId; leads: number } | undefined {
    let least: { node: NodeId; leads: number } | undefined;
    for (const node of conf.voters) {
      const follower = progress.get(node);
      if (follower?.state !== 'replicate' || follower.match < commit) continue;
      const liveness = this.#host.liveness(node);
      if (liveness === undefined || liveness.leaving) continue;
      if (liveness.heardTicks < STEADY_ELECTIONS * this.#host.electionTicks) continue;
      if (least === undefined || liveness.leading < least.leads) least = { node, leads: liveness.leading };
    }
    return least;
  }

  #carryOut({ group, to }: Move): void {
    this.#moving = true;
    const ended = (error: unknown): void => {
      this.#moving = false;
      this.#pause();
      this.#host.moved(group.id, to, error);
    };
    group.transferLeadership(to).then(() => ended(undefined), ended);
  }
}

/** Quiet ones first: nobody is kept waiting. The system group, number 0, last: everybody asks its leader. */
function isBetter(a: Spreadable, b: Spreadable): boolean {
  return a.isQuiet === b.isQuiet ? a.id > b.id : a.isQuiet;
}
