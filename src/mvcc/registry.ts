// What the cluster knows about itself: members, alarms, configuration.

import { AlarmAction, type AlarmMember, type AlarmRequest, AlarmType, type Member } from '../../proto/gen/rpc.js';
import type { ConfState } from '../raft/types.js';
import type { GroupState, StateBatch } from '../storage/types.js';
import { emptyConf, getAlarms, getConf, getMembers, putAlarms, putConf, putMembers } from './meta.js';

export class Registry {
  members = new Map<bigint, Member>();
  alarms: AlarmMember[] = [];
  #conf: ConfState = emptyConf;
  #confChanged = false;

  load(state: GroupState): void {
    this.members = new Map(getMembers(state).map((m) => [m.ID, m]));
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

  writeConf(batch: StateBatch): void {
    if (this.#confChanged) putConf(batch, this.#conf);
    this.#confChanged = false;
  }

  hasAlarm(type: AlarmType): boolean {
    return this.alarms.some((a) => a.alarm === type);
  }

  publish(batch: StateBatch, member: Member): void {
    this.members.set(member.ID, member);
    putMembers(batch, this.members.values());
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
