import { beforeEach, describe, expect, it } from 'vitest';
import { AlarmRequest, PutRequest } from '../../proto/gen/rpc.js';
import { FakeNode, MEMBER } from '../../test/fakes/node.js';
import { errors } from '../errors.js';
import { CommandKind } from '../mvcc/types.js';
import { createMetrics, type Metrics } from '../observability/metrics.js';
import type { HttpRoutes } from '../runtime/rpc.js';
import { createHttpRoutes } from './http.js';
import { createMethods } from './methods.js';

let node: FakeNode;
let metrics: Metrics;
let routes: HttpRoutes;

beforeEach(async () => {
  node = await FakeNode.create();
  metrics = createMetrics(node.services, { process: false });
  routes = createHttpRoutes(node.services, metrics);
});

async function request(
  path: string,
  method = 'GET',
): Promise<[status: number, body: string, type: string | undefined]> {
  const url = new URL(path, 'http://x');
  const route = routes.get(url.pathname);
  if (route === undefined) throw new Error(`no route ${path}`);
  const response = await route({ method, path: url.pathname, query: url.searchParams, body: Buffer.alloc(0) });
  return [response.status, String(response.body), response.headers['content-type']];
}

describe('/health', () => {
  it('is a string', async () => {
    expect(await request('/health')).toEqual([200, '{"health":"true"}', 'text/plain; charset=utf-8']);
    expect(node.readIndexes).toBe(1);
  });

  it('is false without a leader, a quorum, or with an alarm', async () => {
    node.lead(0n);
    expect((await request('/health')).slice(0, 2)).toEqual([503, '{"health":"false"}']);
    expect((await request('/health?serializable=true'))[0]).toBe(200);
    node.lead(2n);
    node.broken = errors.timeout();
    expect((await request('/health'))[0]).toBe(503);
    expect(await request('/readyz')).toEqual([
      503,
      '[-]RANGE ERROR:etcdserver: request timed out\n',
      'text/plain; charset=utf-8',
    ]);
    node.broken = undefined;
    await node.group.propose(CommandKind.alarm, AlarmRequest.encode({ action: 1, memberID: MEMBER, alarm: 1 }));
    expect((await request('/health'))[0]).toBe(503);
    expect((await request('/health?exclude=NOSPACE'))[0]).toBe(200);
    expect((await request('/livez'))[0]).toBe(200);
    expect(await metrics.text()).toMatch(/^etcd_server_health_failures 3$/m);
  });

  it.each(['/health', '/version', '/metrics', '/livez', '/readyz'])('%s refuses POST', async (path) => {
    expect((await request(path, 'POST')).slice(0, 2)).toEqual([405, 'Method Not Allowed\n']);
  });
});

describe('/version', () => {
  it('names the API that clients look for', async () => {
    expect(await request('/version')).toEqual([
      200,
      '{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}',
      'application/json',
    ]);
  });
});

describe('/metrics', () => {
  const value = async (name: string): Promise<number | undefined> => {
    const line = (await request('/metrics'))[1].split('\n').find((l) => l.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  };

  it('counts what happened', async () => {
    const put = PutRequest.encode({ key: Buffer.from('a') });
    await node.group.propose(CommandKind.put, put);
    await node.group.propose(CommandKind.put, put);
    expect(await value('etcd_mvcc_put_total')).toBe(2);
    expect(await value('etcd_debugging_mvcc_current_revision')).toBe(3);
    expect(await value('etcd_debugging_mvcc_keys_total')).toBe(1);
    expect(await value('etcd_server_proposals_applied_total')).toBe(2);
    expect(await value('etcd_server_is_leader')).toBe(1);
    expect(await value('hexkeep_data_dir_bytes')).toBe(4_096);
    node.lead(0n);
    node.lead(2n);
    node.lead(2n);
    node.lead(MEMBER);
    expect(await value('etcd_server_leader_changes_seen_total')).toBe(3);
    expect(await value('etcd_server_has_leader')).toBe(1);
  });

  it('counts calls by method and code', async () => {
    const [method] = createMethods(node.services);
    if (method === undefined) throw new Error('no method');
    const { observer } = metrics;
    for (const code of [0, 0, 14]) {
      observer.started(method);
      observer.received(10);
      observer.finished(method, code);
    }
    observer.started(method);
    observer.sent(7);
    const labels = 'grpc_type="unary",grpc_service="etcdserverpb.KV",grpc_method="Range"';
    expect(await value(`grpc_server_started_total{${labels}}`)).toBe(4);
    expect(await value(`grpc_server_handled_total{${labels},grpc_code="OK"}`)).toBe(2);
    expect(await value(`grpc_server_handled_total{${labels},grpc_code="Unavailable"}`)).toBe(1);
    expect(await value('etcd_network_client_grpc_received_bytes_total')).toBe(30);
    expect(await value('etcd_network_client_grpc_sent_bytes_total')).toBe(7);
  });

  it('takes in what the node is made of', async () => {
    let synced: (ms: number) => void = () => {};
    const peer = { up: true, pendingCalls: 2, sentBytes: 5, receivedBytes: 6 };
    const with_ = createMetrics(node.services, {
      process: true,
      groups: [
        { pendingProposals: 1, failedProposals: 2, pendingReads: 3, isQuiet: true, leadership: { isLeader: false } },
      ],
      transport: { peers: new Map([[0xabn, peer]]) },
      log: {
        onSynced: (fn) => {
          synced = fn;
        },
      },
    });
    synced(3);
    const text = await with_.text();
    for (const line of [
      'etcd_server_proposals_pending 1',
      'etcd_server_proposals_failed_total 2',
      'hexkeep_reads_pending 3',
      'hexkeep_peer_up{peer="ab"} 1',
      'etcd_network_peer_sent_bytes_total{To="ab"} 5',
      'etcd_network_peer_received_bytes_total{From="ab"} 6',
      'etcd_disk_wal_fsync_duration_seconds_bucket{le="0.002"} 0',
      'etcd_disk_wal_fsync_duration_seconds_bucket{le="0.004"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });
});
