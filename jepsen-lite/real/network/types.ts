// What connects the nodes of a real cluster, and what can go wrong with it.

import type { ClientDoors } from './doors.js';

/** Ends one fault; others that are there at the same time stay. Idempotent. */
export type Release = () => Promise<void>;

/** Faults of the network. They may overlap: a line works when nothing cuts it. */
export interface NetworkFaults {
  /** Nothing passes between `a` and `b`. */
  cut(a: string, b: string): Promise<Release>;
  /** What `from` sends to `to` is lost; the other way works. */
  cutOneWay(from: string, to: string): Promise<Release>;
  /** What `a` and `b` send each other takes `ms` longer. Rejects where `canDelay` is false. */
  delay(a: string, b: string, ms: number): Promise<Release>;
  /** No client reaches `node`. */
  cutClients(node: string): Promise<Release>;
  /** Ends all of them. */
  heal(): Promise<void>;
  readonly canDelay: boolean;
}

export type NetworkKind = 'namespaces' | 'proxies';

/** Where the nodes of one cluster live. */
export interface Network {
  readonly kind: NetworkKind;
  readonly faults: NetworkFaults;
  /** `host:port` that a node listens on, and that clients and other nodes are told. */
  clientAddress(node: string): string;
  peerAddress(node: string): string;
  /** Where clients run. */
  readonly doors: ClientDoors;
  /** The command that runs `command` where the node lives. */
  place(node: string, command: readonly string[]): readonly string[];
  /** What has to be in the environment of a node. */
  environment(node: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export type Availability = { readonly ok: true } | { readonly ok: false; readonly why: string };
