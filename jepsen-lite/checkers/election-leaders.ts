// What others see of an election: leaders that stood for it, later ones after earlier ones.

import type { Operation } from '../history/types.js';
import { inputOf, outputOf } from './fields.js';
import type { Findings } from './findings.js';
import { type Acquisition, byName, Newest } from './lock-tokens.js';

/** An answer to the question who leads, or an observation. */
export interface Sight {
  /** Of the election. */
  readonly name: string;
  /** Undefined: nobody led. */
  readonly leader: { readonly candidate: string; readonly token: number } | undefined;
  /** Who observed it; undefined for an answer. */
  readonly observer: string | undefined;
  readonly operation: Operation;
}

export function sightsOf(operations: readonly Operation[]): Sight[] {
  return operations.filter(({ f, type }) => (f === 'leader' || f === 'observe') && type === 'ok').map(sightOf);
}

function sightOf(operation: Operation): Sight {
  const output = outputOf(operation);
  const candidate = output.textOrNull('candidate');
  const token = output.numberOrNull('token');
  if ((candidate === null) !== (token === null))
    throw new Error(`${operation.f} at ${operation.index} tells of half a leader`);
  return {
    name: output.name('election'),
    leader: candidate === null || token === null ? undefined : { candidate, token },
    observer: operation.f === 'observe' ? output.name('observer') : undefined,
    operation,
  };
}

/**
 * Each leader that is seen had campaigned; a campaign that was answered explains its own token only.
 *
 * Except for ghosts: a client repeats an attempt to enter that got no answer, and the first one may take
 * effect when the place is left already. It has a later token, nobody behind it, and is removed as soon
 * as its client sees it, unless the same process campaigns again and makes the place its own. Returns how
 * many were seen; that they go away, workloads test at their end.
 */
export function checkPhantoms(operations: readonly Operation[], sights: readonly Sight[], findings: Findings): number {
  const campaigns = operations.filter(({ f }) => f === 'campaign');
  const byToken = new Map<string, Operation>();
  const byCandidate = new Map<string, Operation>();
  for (const campaign of campaigns) {
    const input = inputOf(campaign);
    const name = input.name('election');
    const key =
      campaign.type === 'ok' ? idOf(name, outputOf(campaign).number('token')) : idOf(name, input.text('candidate'));
    const known = campaign.type === 'ok' ? byToken : byCandidate;
    if (!known.has(key)) known.set(key, campaign);
  }
  const answered = new Map<string, { readonly token: number; readonly campaign: Operation }>();
  for (const campaign of campaigns) {
    if (campaign.type !== 'ok') continue;
    const id = idOf(inputOf(campaign).name('election'), inputOf(campaign).text('candidate'));
    answered.set(id, { token: outputOf(campaign).number('token'), campaign });
  }
  const ghosts = new Set<string>();
  const said = new Set<string>();
  for (const { name, leader, operation } of sights) {
    if (leader === undefined) continue;
    const { candidate, token } = leader;
    const winner = byToken.get(idOf(name, token));
    const campaign = winner ?? byCandidate.get(idOf(name, candidate));
    const isHis = campaign !== undefined && inputOf(campaign).text('candidate') === candidate;
    if (isHis && campaign.index < operation.endIndex) continue;
    const id = idOf(name, token) + candidate;
    const first = answered.get(idOf(name, candidate));
    const isLater = first !== undefined && first.token < token && first.campaign.endIndex < operation.endIndex;
    const gaveUp = byCandidate.get(idOf(name, candidate));
    const isLeft = isLater || (gaveUp !== undefined && gaveUp.index < operation.endIndex);
    const isAdopted = winner !== undefined && winner.process === (gaveUp ?? first?.campaign)?.process;
    if (isLeft && (winner === undefined || isAdopted)) {
      ghosts.add(id);
      continue;
    }
    if (said.has(id)) continue;
    said.add(id);
    const what = isHis ? 'before it campaigned' : 'and no campaign of it had this token';
    const message = `${candidate} was seen to lead ${name} with token ${token}, ${what}`;
    findings.add('phantom-leader', message, winner === undefined ? [operation] : [winner, operation], { name, token });
  }
  return ghosts.size;
}

const idOf = (name: string, of: string | number): string => JSON.stringify([name, of]);

/** What one observer sees never goes back. */
export function checkObservers(sights: readonly Sight[], findings: Findings): void {
  const newest = new Map<string, { readonly token: number; readonly operation: Operation }>();
  for (const { name, leader, observer, operation } of sights) {
    if (leader === undefined || observer === undefined) continue;
    const id = idOf(name, observer);
    const before = newest.get(id);
    if (before !== undefined && leader.token < before.token) {
      const message = `observer ${observer} of ${name} saw token ${leader.token} after ${before.token}`;
      findings.add('observe-order', message, [before.operation, operation], { name, token: leader.token });
    } else newest.set(id, { token: leader.token, operation });
  }
}

/** An answer does not show a leader older than what was known before the question. */
export function checkStale(acquisitions: readonly Acquisition[], sights: readonly Sight[], findings: Findings): void {
  const sightsByName = byName(sights);
  const won = byName(acquisitions);
  for (const [name, group] of sightsByName) {
    const seen = group.flatMap(({ leader, operation }) => (leader === undefined ? [] : [{ ...leader, operation }]));
    const newest = new Newest([...(won.get(name) ?? []), ...seen]);
    for (const { leader, observer, operation } of group) {
      const before = newest.before(operation);
      if (observer !== undefined || leader === undefined) continue;
      if (before === undefined || before.token <= leader.token) continue;
      const message = `${name} was said to be led with token ${leader.token}, after one with token ${before.token} led`;
      findings.add('stale-leader', message, [before.operation, operation], { name, token: leader.token });
    }
  }
}

/** An answer does not show a leader whose resignation was acknowledged before the question. */
export function checkResigned(operations: readonly Operation[], sights: readonly Sight[], findings: Findings): void {
  const resigned = new Map<string, Operation>();
  for (const operation of operations) {
    if (operation.f !== 'resign' || operation.type !== 'ok') continue;
    const input = inputOf(operation);
    const id = idOf(input.name('election'), input.number('token'));
    if (operation.endIndex < (resigned.get(id)?.endIndex ?? Number.POSITIVE_INFINITY)) resigned.set(id, operation);
  }
  for (const { name, leader, observer, operation } of sights) {
    if (leader === undefined || observer !== undefined) continue;
    const resignation = resigned.get(idOf(name, leader.token));
    if (resignation === undefined || resignation.endIndex > operation.index) continue;
    const message = `${leader.candidate} was said to lead ${name} with token ${leader.token}, which it had resigned`;
    findings.add('resigned-leader', message, [resignation, operation], { name, token: leader.token });
  }
}
