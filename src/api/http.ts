// Plain HTTP on the client port: /health, /livez, /readyz, /version and /metrics.

import { AlarmType } from '../../proto/gen/rpc.js';
import type { HttpRequest, HttpResponse, HttpRoutes } from '../runtime/rpc.js';
import { ETCD_CLUSTER_VERSION, ETCD_VERSION } from '../version.js';
import type { NodeServices } from './services.js';

/** A quorum read that takes longer makes the member unhealthy (etcd's figure). */
const HEALTH_READ_TIMEOUT_MS = 1_000;

const CORS = {
  'access-control-allow-headers': 'accept, content-type, authorization',
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE',
  'access-control-allow-origin': '*',
};

/** The part of observability/ that is served here. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
  healthChecked(healthy: boolean): void;
}

/** Why this member is unhealthy; undefined when it is well. */
async function problem(services: NodeServices, request: HttpRequest): Promise<string | undefined> {
  const { system } = services.router;
  const excluded = new Set(request.query.getAll('exclude').map((name) => name.toUpperCase()));
  for (const [name, type] of Object.entries(AlarmType)) {
    if (type !== AlarmType.NONE && system.store.hasAlarm(type) && !excluded.has(name)) return `ALARM ${name}`;
  }
  if (request.query.get('serializable') === 'true') return undefined;
  if (system.leadership.leader === 0n) return 'RAFT NO LEADER';
  try {
    await system.readIndex(HEALTH_READ_TIMEOUT_MS);
    return undefined;
  } catch (error) {
    return `RANGE ERROR:${error instanceof Error ? error.message : String(error)}`;
  }
}

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { ...CORS, 'content-type': 'text/plain; charset=utf-8' },
  body,
});

type Route = (request: HttpRequest) => Promise<HttpResponse>;

/** Refuses every method but GET and HEAD. */
function getOnly(route: Route): Route {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return route(request);
    const refused = text(405, 'Method Not Allowed\n');
    return { ...refused, headers: { ...refused.headers, allow: 'GET', 'x-content-type-options': 'nosniff' } };
  };
}

export function createHttpRoutes(services: NodeServices, metrics: MetricsText): HttpRoutes {
  const health: Route = async (request) => {
    const reason = await problem(services, request);
    metrics.healthChecked(reason === undefined);
    // A string, not a boolean: scripts compare with "true".
    return text(reason === undefined ? 200 : 503, JSON.stringify({ health: String(reason === undefined) }));
  };
  const ready: Route = async (request) => {
    const reason = await problem(services, request);
    return reason === undefined ? text(200, 'ok\n') : text(503, `[-]${reason}\n`);
  };
  return new Map<string, Route>([
    ['/health', getOnly(health)],
    ['/livez', getOnly(async () => text(200, 'ok\n'))],
    ['/readyz', getOnly(ready)],
    [
      '/version',
      getOnly(async () => ({
        status: 200,
        headers: { ...CORS, 'content-type': 'application/json' },
        body: JSON.stringify({ etcdserver: ETCD_VERSION, etcdcluster: ETCD_CLUSTER_VERSION }),
      })),
    ],
    [
      '/metrics',
      getOnly(async () => ({
        status: 200,
        headers: { ...CORS, 'content-type': metrics.contentType },
        body: await metrics.text(),
      })),
    ],
  ]);
}
