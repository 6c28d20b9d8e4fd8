// The space quota: a member that would pass it raises the NOSPACE alarm, and everyone refuses
// writes until the alarm is disarmed.

import { AlarmAction, AlarmRequest, AlarmType } from '../../proto/gen/rpc.js';
import { errors, type RpcError } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import type { NodeServices } from './services.js';

/** What a key is reckoned to take beside its bytes (etcd's figure). */
const KEY_OVERHEAD_BYTES = 256;
/** What a lease is reckoned to take (etcd's figure). */
export const LEASE_COST_BYTES = 64;

const NO_SPACE_TEXT = errors.noSpace().message;

export class Quota {
  readonly #services: NodeServices;
  #raising: Promise<void> | undefined;

  constructor(services: NodeServices) {
    this.#services = services;
  }

  /** True if a write of `bytes` would fill `group` beyond its quota. */
  exceeded(group: GroupHandle, bytes: number): boolean {
    const { quotaBytes } = group.store;
    return quotaBytes > 0 && group.store.sizeBytes + bytes + KEY_OVERHEAD_BYTES >= quotaBytes;
  }

  /** Raises the alarm, then rejects with noSpace. */
  async refuse(): Promise<never> {
    await this.raise();
    throw errors.noSpace();
  }

  /** The error of an applied write; the first that found no space raises the alarm. */
  async failed(error: RpcError): Promise<never> {
    if (error.message === NO_SPACE_TEXT) await this.raise();
    throw error;
  }

  /**
   * Activates NOSPACE for this member unless that is under way or done. A failure to raise it is
   * left to the next write that finds no space.
   */
  raise(): Promise<void> {
    const group = this.#services.router.system;
    if (group.store.hasAlarm(AlarmType.NOSPACE)) return Promise.resolve();
    this.#raising ??= group
      .propose(
        CommandKind.alarm,
        AlarmRequest.encode({
          action: AlarmAction.ACTIVATE,
          memberID: this.#services.memberId,
          alarm: AlarmType.NOSPACE,
        }),
      )
      .then(
        () => this.#services.runtime.logger.warn({}, 'space quota exceeded: raised the NOSPACE alarm'),
        (error: unknown) =>
          this.#services.runtime.logger.warn({ error: String(error) }, 'cannot raise the NOSPACE alarm'),
      )
      .finally(() => {
        this.#raising = undefined;
      });
    return this.#raising;
  }
}
