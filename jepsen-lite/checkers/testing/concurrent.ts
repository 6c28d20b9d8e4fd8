// Valid histories of concurrent clients, made up: every operation takes effect at one moment between its
// invocation and its answer, and that is known because it is done here.

import type { SimRandom } from '../../../src/runtime/sim/random.js';
import { Recorder } from '../../history/recorder.js';
import type { History, Json } from '../../history/types.js';

export interface Call {
  readonly f: string;
  readonly input: Json;
}

/** What became of a call. What fails must not have changed anything. */
export interface Answer {
  readonly type: 'ok' | 'fail';
  readonly output: Json;
}

export interface Plan {
  readonly operations: number;
  /** How many operations are open at a time, at most; those of unknown outcome not counted. */
  readonly clients: number;
  /** What some client asks for next. */
  readonly next: () => Call;
  /** Carries a call out, now. */
  readonly apply: (call: Call) => Answer;
  /** Of the calls, those that are refused, and those whose outcome is not known. */
  readonly failed?: number;
  readonly unknown?: number;
}

interface Open {
  readonly process: number;
  readonly call: Call;
  answer: Answer | undefined;
}

/**
 * A history of the plan. Calls of unknown outcome take effect before that is told, or later, or never.
 * Times are the indexes, in milliseconds. At the end a few operations may be open.
 */
export function concurrent(random: SimRandom, plan: Plan): History {
  return new Concurrent(random, plan).run();
}

class Concurrent {
  readonly #random: SimRandom;
  readonly #plan: Plan;
  readonly #recorder: Recorder;
  readonly #clients: (Open | undefined)[];
  readonly #processes: number[];
  readonly #late: Call[] = [];
  #asked = 0;

  constructor(random: SimRandom, plan: Plan) {
    let timeNs = 0;
    this.#random = random;
    this.#plan = plan;
    this.#recorder = new Recorder(() => 1_000_000 * timeNs++);
    this.#clients = Array.from({ length: plan.clients }, () => undefined);
    this.#processes = Array.from({ length: plan.clients }, (_, i) => i);
  }

  run(): History {
    while (this.#asked < this.#plan.operations) {
      this.#advance(this.#random.below(this.#plan.clients));
      if (this.#late.length > 0 && this.#random.float() < 0.05) this.#applyLate();
    }
    for (let client = 0; client < this.#plan.clients; client++) {
      if (this.#clients[client] !== undefined && this.#random.float() < 0.8) this.#end(client);
    }
    return this.#recorder.events;
  }

  /** Asks, has the call carried out, or answers: whatever comes next for that client. */
  #advance(client: number): void {
    const open = this.#clients[client];
    if (open === undefined) this.#ask(client);
    else if (open.answer === undefined) this.#carryOut(client, open);
    else this.#end(client);
  }

  #ask(client: number): void {
    const call = this.#plan.next();
    const process = this.#processes[client] as number;
    this.#asked++;
    this.#clients[client] = { process, call, answer: undefined };
    this.#recorder.add('invoke', process, call.f, call.input);
  }

  #carryOut(client: number, open: Open): void {
    const { failed = 0, unknown = 0 } = this.#plan;
    const chance = this.#random.float();
    if (chance < failed) open.answer = { type: 'fail', output: open.call.input };
    else if (chance < failed + unknown) this.#giveUp(client, open);
    else open.answer = this.#plan.apply(open.call);
  }

  #giveUp(client: number, open: Open): void {
    if (this.#random.float() < 0.4) this.#plan.apply(open.call);
    else this.#late.push(open.call);
    this.#recorder.add('info', open.process, open.call.f, open.call.input, 'timed out');
    this.#processes[client] = Math.max(...this.#processes) + 1;
    this.#clients[client] = undefined;
  }

  #applyLate(): void {
    const [call] = this.#late.splice(this.#random.below(this.#late.length), 1);
    if (call !== undefined) this.#plan.apply(call);
  }

  #end(client: number): void {
    const { process, call, answer } = this.#clients[client] as Open;
    const { type, output } = answer ?? this.#plan.apply(call);
    this.#recorder.add(type, process, call.f, output);
    this.#clients[client] = undefined;
  }
}
