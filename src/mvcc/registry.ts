// What the cluster knows about itself: members, alarms, configuration.

import { MemberChange, Placement } from '../../proto/gen/placement.js';
import { AlarmAction, type AlarmMember, type AlarmRequest, AlarmType, Member } from '../../proto/gen/rpc.js';
import type { ConfState } from '../raft/types.js';
import type { GroupState, StateBatch } from '../storage/types.js';
import { MemberTable } from './member-table.js';
import { emptyConf, getAlarms, getConf, putAlarms, putConf } from './meta.js';
import { PlacementTable } from './placement-table.js';
import { type Command, CommandKind } from './types.js';

export class Registry {
  readonly members = new MemberTable();
  readonly placement = new PlacementTable();
  alarms: AlarmMember[] = [];
  #conf: ConfState = emptyConf;
  #confChanged = false;

  load(state: GroupState): void {
    this.members.load(state);
    this.placement.load(state);
    this.alarms = getAlarms(state);
    this.#conf = getConf(state);
    this.#confChanged = false;
  }

  get conf(): ConfState {
    return this.#conf;
  }

  set conf(conf: ConfState) {
    this.#conf = conf;
    this.#confChanged = true;
  }

  /** The configuration is another one than what was written. */
  get confChanged(): boolean {
    return this.#confChanged;
  }

  writeConf(batch: StateBatch): void {
    if (this.#confChanged) putConf(batch, this.#conf);
    this.#confChanged = false;
  }

  hasAlarm(type: AlarmType): boolean {
    return this.alarms.some((a) => a.alarm === type);
  }

  /** What the log says of members and placement. Throws RpcError, having changed nothing, when it can not be. */
  run(batch: StateBatch, { kind, payload }: Command): undefined {
    if (kind === CommandKind.publishMember) this.members.publish(batch, Member.decode(payload));
    else if (kind === CommandKind.changeMember) this.members.change(batch, MemberChange.decode(payload));
    else this.placement.change(batch, Placement.decode(payload));
  }

  /** Returns the alarms that the request is about, as etcd answers. */
  alarm(batch: StateBatch, r: AlarmRequest): AlarmMember[] {
    const matches = (a: AlarmMember): boolean =>
      (r.memberID === 0n || a.memberID === r.memberID) && a.alarm === r.alarm;
    if (r.action === AlarmAction.GET) {
      return this.alarms.filter((a) => r.alarm === AlarmType.NONE || a.alarm === r.alarm);
    }
    if (r.action === AlarmAction.DEACTIVATE) {
      const gone = this.alarms.filter(matches);
      this.alarms = this.alarms.filter((a) => !matches(a));
      putAlarms(batch, this.alarms);
      return gone;
    }
    const known = this.alarms.find(matches);
    const raised = known ?? { memberID: r.memberID, alarm: r.alarm };
    if (known === undefined && r.alarm !== AlarmType.NONE) this.alarms = [...this.alarms, raised];
    putAlarms(batch, this.alarms);
    return [raised];
  }
}
