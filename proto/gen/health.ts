// Generated from proto/health.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, Reader, skipField, Writer } from '../wire.js';

export const ServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  SERVICE_UNKNOWN: 3,
} as const;
export type ServingStatus = (typeof ServingStatus)[keyof typeof ServingStatus];

export interface HealthCheckRequest {
  service: string;
}

/** HealthCheckRequest as callers write it: whatever is left out is zero. */
export interface HealthCheckRequestInit {
  service?: string | undefined;
}

export const HealthCheckRequest: Codec<HealthCheckRequest, HealthCheckRequestInit> = {
  name: 'grpc.health.v1.HealthCheckRequest',
  empty(): HealthCheckRequest {
    return { service: '' };
  },
  encodeTo(m: HealthCheckRequestInit, w: Writer): Writer {
    if (m.service !== undefined && m.service.length > 0) w.uint32(10).string(m.service);
    return w;
  },
  encode(m: HealthCheckRequestInit): Uint8Array {
    return HealthCheckRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HealthCheckRequest {
    return HealthCheckRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HealthCheckRequest {
    if (end > r.len) throw new RangeError('truncated grpc.health.v1.HealthCheckRequest');
    const m = HealthCheckRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.service = r.string();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.health.v1.HealthCheckRequest');
    return m;
  },
};

export interface HealthCheckResponse {
  status: ServingStatus;
}

/** HealthCheckResponse as callers write it: whatever is left out is zero. */
export interface HealthCheckResponseInit {
  status?: ServingStatus | undefined;
}

export const HealthCheckResponse: Codec<HealthCheckResponse, HealthCheckResponseInit> = {
  name: 'grpc.health.v1.HealthCheckResponse',
  empty(): HealthCheckResponse {
    return { status: 0 };
  },
  encodeTo(m: HealthCheckResponseInit, w: Writer): Writer {
    if (m.status !== undefined && m.status !== 0) w.uint32(8).int32(m.status);
    return w;
  },
  encode(m: HealthCheckResponseInit): Uint8Array {
    return HealthCheckResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): HealthCheckResponse {
    return HealthCheckResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): HealthCheckResponse {
    if (end > r.len) throw new RangeError('truncated grpc.health.v1.HealthCheckResponse');
    const m = HealthCheckResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.status = r.int32() as ServingStatus;
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.health.v1.HealthCheckResponse');
    return m;
  },
};

/** Methods of grpc.health.v1.Health. */
export const HealthService = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
    requestStream: false,
    responseStream: false,
  },
  watch: {
    path: '/grpc.health.v1.Health/Watch',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
    requestStream: false,
    responseStream: true,
  },
} as const;
