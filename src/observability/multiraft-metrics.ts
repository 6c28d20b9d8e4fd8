// Metrics of groups and of the streams between nodes, from counters that multiraft/ keeps anyway.

import { Counter, Gauge, type Registry } from 'prom-client';

export interface GroupCounters {
  /** Proposals of this node without an outcome. */
  readonly pendingProposals: number;
  readonly failedProposals: number;
  readonly pendingReads: number;
  readonly isQuiet: boolean;
  readonly leadership: { readonly isLeader: boolean };
}

export interface PeerCounters {
  readonly up: boolean;
  readonly pendingCalls: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface TransportCounters {
  readonly peers: ReadonlyMap<bigint, PeerCounters>;
}

export function addGroupCounters(registry: Registry, groups: readonly GroupCounters[]): void {
  const sum = (value: (group: GroupCounters) => number): number => groups.reduce((n, group) => n + value(group), 0);
  const gauge = (name: string, help: string, value: (group: GroupCounters) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(sum(value));
      },
    });
  };
  gauge(
    'etcd_server_proposals_pending',
    'The current number of pending proposals to commit.',
    (g) => g.pendingProposals,
  );
  gauge('hexkeep_reads_pending', 'Linearizable reads that wait for their confirmation.', (g) => g.pendingReads);
  gauge('hexkeep_groups', 'Groups that have a replica on this node, the system group included.', () => 1);
  gauge('hexkeep_groups_quiet', 'Those of them that have nothing to do and get no ticks.', (g) => (g.isQuiet ? 1 : 0));
  gauge('hexkeep_groups_leading', 'Those of them that this node leads.', (g) => (g.leadership.isLeader ? 1 : 0));
  new Counter({
    name: 'etcd_server_proposals_failed_total',
    help: 'The total number of failed proposals seen.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(sum((g) => g.failedProposals));
    },
  });
}

export function addPeerCounters(registry: Registry, transport: TransportCounters): void {
  const labelNames = ['peer'];
  const gauge = (name: string, help: string, value: (peer: PeerCounters) => number): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        for (const [id, peer] of transport.peers) this.set({ peer: id.toString(16) }, value(peer));
      },
    });
  };
  const bytes = (name: string, help: string, label: string, value: (peer: PeerCounters) => number): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [id, peer] of transport.peers) this.inc({ [label]: id.toString(16) }, value(peer));
      },
    });
  };
  gauge('hexkeep_peer_up', 'Whether the stream to a peer is up.', (peer) => (peer.up ? 1 : 0));
  gauge('hexkeep_peer_calls_pending', 'Calls to a peer without an answer.', (peer) => peer.pendingCalls);
  bytes('etcd_network_peer_sent_bytes_total', 'The total number of bytes sent to peers.', 'To', (p) => p.sentBytes);
  bytes(
    'etcd_network_peer_received_bytes_total',
    'The total number of bytes received from peers.',
    'From',
    (p) => p.receivedBytes,
  );
}
