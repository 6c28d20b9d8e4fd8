// Generated from proto/reflection_v1.proto by scripts/generate-codec.mjs. Do not edit.
import { type Codec, Reader, skipField, Writer } from '../wire.js';

export interface ServerReflectionRequest {
  host: string;
  fileByFilename: string | undefined;
  fileContainingSymbol: string | undefined;
  fileContainingExtension: ExtensionRequest | undefined;
  allExtensionNumbersOfType: string | undefined;
  listServices: string | undefined;
}

/** ServerReflectionRequest as callers write it: whatever is left out is zero. */
export interface ServerReflectionRequestInit {
  host?: string | undefined;
  fileByFilename?: string | undefined;
  fileContainingSymbol?: string | undefined;
  fileContainingExtension?: ExtensionRequestInit | undefined;
  allExtensionNumbersOfType?: string | undefined;
  listServices?: string | undefined;
}

export const ServerReflectionRequest: Codec<ServerReflectionRequest, ServerReflectionRequestInit> = {
  name: 'grpc.reflection.v1.ServerReflectionRequest',
  empty(): ServerReflectionRequest {
    return { host: '', fileByFilename: undefined, fileContainingSymbol: undefined, fileContainingExtension: undefined, allExtensionNumbersOfType: undefined, listServices: undefined };
  },
  encodeTo(m: ServerReflectionRequestInit, w: Writer): Writer {
    if (m.host !== undefined && m.host.length > 0) w.uint32(10).string(m.host);
    if (m.fileByFilename !== undefined) w.uint32(26).string(m.fileByFilename);
    if (m.fileContainingSymbol !== undefined) w.uint32(34).string(m.fileContainingSymbol);
    if (m.fileContainingExtension !== undefined) ExtensionRequest.encodeTo(m.fileContainingExtension, w.uint32(42).fork()).ldelim();
    if (m.allExtensionNumbersOfType !== undefined) w.uint32(50).string(m.allExtensionNumbersOfType);
    if (m.listServices !== undefined) w.uint32(58).string(m.listServices);
    return w;
  },
  encode(m: ServerReflectionRequestInit): Uint8Array {
    return ServerReflectionRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ServerReflectionRequest {
    return ServerReflectionRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ServerReflectionRequest {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ServerReflectionRequest');
    const m = ServerReflectionRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.host = r.string();
          break;
        case 26:
          m.fileContainingSymbol = undefined;
          m.fileContainingExtension = undefined;
          m.allExtensionNumbersOfType = undefined;
          m.listServices = undefined;
          m.fileByFilename = r.string();
          break;
        case 34:
          m.fileByFilename = undefined;
          m.fileContainingExtension = undefined;
          m.allExtensionNumbersOfType = undefined;
          m.listServices = undefined;
          m.fileContainingSymbol = r.string();
          break;
        case 42:
          m.fileByFilename = undefined;
          m.fileContainingSymbol = undefined;
          m.allExtensionNumbersOfType = undefined;
          m.listServices = undefined;
          m.fileContainingExtension = ExtensionRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 50:
          m.fileByFilename = undefined;
          m.fileContainingSymbol = undefined;
          m.fileContainingExtension = undefined;
          m.listServices = undefined;
          m.allExtensionNumbersOfType = r.string();
          break;
        case 58:
          m.fileByFilename = undefined;
          m.fileContainingSymbol = undefined;
          m.fileContainingExtension = undefined;
          m.allExtensionNumbersOfType = undefined;
          m.listServices = r.string();
          break;
        default:
          skipField(r, tag, [1,3,4,5,6,7]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ServerReflectionRequest');
    return m;
  },
};

export interface ExtensionRequest {
  containingType: string;
  extensionNumber: number;
}

/** ExtensionRequest as callers write it: whatever is left out is zero. */
export interface ExtensionRequestInit {
  containingType?: string | undefined;
  extensionNumber?: number | undefined;
}

export const ExtensionRequest: Codec<ExtensionRequest, ExtensionRequestInit> = {
  name: 'grpc.reflection.v1.ExtensionRequest',
  empty(): ExtensionRequest {
    return { containingType: '', extensionNumber: 0 };
  },
  encodeTo(m: ExtensionRequestInit, w: Writer): Writer {
    if (m.containingType !== undefined && m.containingType.length > 0) w.uint32(10).string(m.containingType);
    if (m.extensionNumber !== undefined && m.extensionNumber !== 0) w.uint32(16).int32(m.extensionNumber);
    return w;
  },
  encode(m: ExtensionRequestInit): Uint8Array {
    return ExtensionRequest.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ExtensionRequest {
    return ExtensionRequest.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ExtensionRequest {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ExtensionRequest');
    const m = ExtensionRequest.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.containingType = r.string();
          break;
        case 16:
          m.extensionNumber = r.int32();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ExtensionRequest');
    return m;
  },
};

export interface ServerReflectionResponse {
  validHost: string;
  originalRequest: ServerReflectionRequest | undefined;
  fileDescriptorResponse: FileDescriptorResponse | undefined;
  allExtensionNumbersResponse: ExtensionNumberResponse | undefined;
  listServicesResponse: ListServiceResponse | undefined;
  errorResponse: ErrorResponse | undefined;
}

/** ServerReflectionResponse as callers write it: whatever is left out is zero. */
export interface ServerReflectionResponseInit {
  validHost?: string | undefined;
  originalRequest?: ServerReflectionRequestInit | undefined;
  fileDescriptorResponse?: FileDescriptorResponseInit | undefined;
  allExtensionNumbersResponse?: ExtensionNumberResponseInit | undefined;
  listServicesResponse?: ListServiceResponseInit | undefined;
  errorResponse?: ErrorResponseInit | undefined;
}

export const ServerReflectionResponse: Codec<ServerReflectionResponse, ServerReflectionResponseInit> = {
  name: 'grpc.reflection.v1.ServerReflectionResponse',
  empty(): ServerReflectionResponse {
    return { validHost: '', originalRequest: undefined, fileDescriptorResponse: undefined, allExtensionNumbersResponse: undefined, listServicesResponse: undefined, errorResponse: undefined };
  },
  encodeTo(m: ServerReflectionResponseInit, w: Writer): Writer {
    if (m.validHost !== undefined && m.validHost.length > 0) w.uint32(10).string(m.validHost);
    if (m.originalRequest !== undefined) ServerReflectionRequest.encodeTo(m.originalRequest, w.uint32(18).fork()).ldelim();
    if (m.fileDescriptorResponse !== undefined) FileDescriptorResponse.encodeTo(m.fileDescriptorResponse, w.uint32(34).fork()).ldelim();
    if (m.allExtensionNumbersResponse !== undefined) ExtensionNumberResponse.encodeTo(m.allExtensionNumbersResponse, w.uint32(42).fork()).ldelim();
    if (m.listServicesResponse !== undefined) ListServiceResponse.encodeTo(m.listServicesResponse, w.uint32(50).fork()).ldelim();
    if (m.errorResponse !== undefined) ErrorResponse.encodeTo(m.errorResponse, w.uint32(58).fork()).ldelim();
    return w;
  },
  encode(m: ServerReflectionResponseInit): Uint8Array {
    return ServerReflectionResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ServerReflectionResponse {
    return ServerReflectionResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ServerReflectionResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ServerReflectionResponse');
    const m = ServerReflectionResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.validHost = r.string();
          break;
        case 18:
          m.originalRequest = ServerReflectionRequest.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 34:
          m.allExtensionNumbersResponse = undefined;
          m.listServicesResponse = undefined;
          m.errorResponse = undefined;
          m.fileDescriptorResponse = FileDescriptorResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 42:
          m.fileDescriptorResponse = undefined;
          m.listServicesResponse = undefined;
          m.errorResponse = undefined;
          m.allExtensionNumbersResponse = ExtensionNumberResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 50:
          m.fileDescriptorResponse = undefined;
          m.allExtensionNumbersResponse = undefined;
          m.errorResponse = undefined;
          m.listServicesResponse = ListServiceResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        case 58:
          m.fileDescriptorResponse = undefined;
          m.allExtensionNumbersResponse = undefined;
          m.listServicesResponse = undefined;
          m.errorResponse = ErrorResponse.decodeFrom(r, r.uint32() + r.pos);
          break;
        default:
          skipField(r, tag, [1,2,4,5,6,7]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ServerReflectionResponse');
    return m;
  },
};

export interface FileDescriptorResponse {
  fileDescriptorProto: Uint8Array[];
}

/** FileDescriptorResponse as callers write it: whatever is left out is zero. */
export interface FileDescriptorResponseInit {
  fileDescriptorProto?: readonly Uint8Array[] | undefined;
}

export const FileDescriptorResponse: Codec<FileDescriptorResponse, FileDescriptorResponseInit> = {
  name: 'grpc.reflection.v1.FileDescriptorResponse',
  empty(): FileDescriptorResponse {
    return { fileDescriptorProto: [] };
  },
  encodeTo(m: FileDescriptorResponseInit, w: Writer): Writer {
    if (m.fileDescriptorProto !== undefined) for (const v of m.fileDescriptorProto) w.uint32(10).bytes(v);
    return w;
  },
  encode(m: FileDescriptorResponseInit): Uint8Array {
    return FileDescriptorResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): FileDescriptorResponse {
    return FileDescriptorResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): FileDescriptorResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.FileDescriptorResponse');
    const m = FileDescriptorResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.fileDescriptorProto.push(r.bytes());
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.FileDescriptorResponse');
    return m;
  },
};

export interface ExtensionNumberResponse {
  baseTypeName: string;
  extensionNumber: number[];
}

/** ExtensionNumberResponse as callers write it: whatever is left out is zero. */
export interface ExtensionNumberResponseInit {
  baseTypeName?: string | undefined;
  extensionNumber?: readonly number[] | undefined;
}

export const ExtensionNumberResponse: Codec<ExtensionNumberResponse, ExtensionNumberResponseInit> = {
  name: 'grpc.reflection.v1.ExtensionNumberResponse',
  empty(): ExtensionNumberResponse {
    return { baseTypeName: '', extensionNumber: [] };
  },
  encodeTo(m: ExtensionNumberResponseInit, w: Writer): Writer {
    if (m.baseTypeName !== undefined && m.baseTypeName.length > 0) w.uint32(10).string(m.baseTypeName);
    if (m.extensionNumber !== undefined && m.extensionNumber.length > 0) {
      w.uint32(18).fork();
      for (const v of m.extensionNumber) w.int32(v);
      w.ldelim();
    }
    return w;
  },
  encode(m: ExtensionNumberResponseInit): Uint8Array {
    return ExtensionNumberResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ExtensionNumberResponse {
    return ExtensionNumberResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ExtensionNumberResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ExtensionNumberResponse');
    const m = ExtensionNumberResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.baseTypeName = r.string();
          break;
        case 16:
          m.extensionNumber.push(r.int32());
          break;
        case 18: {
          const stop = r.uint32() + r.pos;
          while (r.pos < stop) m.extensionNumber.push(r.int32());
          break;
        }
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ExtensionNumberResponse');
    return m;
  },
};

export interface ListServiceResponse {
  service: ServiceResponse[];
}

/** ListServiceResponse as callers write it: whatever is left out is zero. */
export interface ListServiceResponseInit {
  service?: readonly ServiceResponseInit[] | undefined;
}

export const ListServiceResponse: Codec<ListServiceResponse, ListServiceResponseInit> = {
  name: 'grpc.reflection.v1.ListServiceResponse',
  empty(): ListServiceResponse {
    return { service: [] };
  },
  encodeTo(m: ListServiceResponseInit, w: Writer): Writer {
    if (m.service !== undefined) for (const v of m.service) ServiceResponse.encodeTo(v, w.uint32(10).fork()).ldelim();
    return w;
  },
  encode(m: ListServiceResponseInit): Uint8Array {
    return ListServiceResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ListServiceResponse {
    return ListServiceResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ListServiceResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ListServiceResponse');
    const m = ListServiceResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.service.push(ServiceResponse.decodeFrom(r, r.uint32() + r.pos));
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ListServiceResponse');
    return m;
  },
};

export interface ServiceResponse {
  name: string;
}

/** ServiceResponse as callers write it: whatever is left out is zero. */
export interface ServiceResponseInit {
  name?: string | undefined;
}

export const ServiceResponse: Codec<ServiceResponse, ServiceResponseInit> = {
  name: 'grpc.reflection.v1.ServiceResponse',
  empty(): ServiceResponse {
    return { name: '' };
  },
  encodeTo(m: ServiceResponseInit, w: Writer): Writer {
    if (m.name !== undefined && m.name.length > 0) w.uint32(10).string(m.name);
    return w;
  },
  encode(m: ServiceResponseInit): Uint8Array {
    return ServiceResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ServiceResponse {
    return ServiceResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ServiceResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ServiceResponse');
    const m = ServiceResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        default:
          skipField(r, tag, [1]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ServiceResponse');
    return m;
  },
};

export interface ErrorResponse {
  errorCode: number;
  errorMessage: string;
}

/** ErrorResponse as callers write it: whatever is left out is zero. */
export interface ErrorResponseInit {
  errorCode?: number | undefined;
  errorMessage?: string | undefined;
}

export const ErrorResponse: Codec<ErrorResponse, ErrorResponseInit> = {
  name: 'grpc.reflection.v1.ErrorResponse',
  empty(): ErrorResponse {
    return { errorCode: 0, errorMessage: '' };
  },
  encodeTo(m: ErrorResponseInit, w: Writer): Writer {
    if (m.errorCode !== undefined && m.errorCode !== 0) w.uint32(8).int32(m.errorCode);
    if (m.errorMessage !== undefined && m.errorMessage.length > 0) w.uint32(18).string(m.errorMessage);
    return w;
  },
  encode(m: ErrorResponseInit): Uint8Array {
    return ErrorResponse.encodeTo(m, Writer.create()).finish();
  },
  decode(bytes: Uint8Array): ErrorResponse {
    return ErrorResponse.decodeFrom(Reader.create(bytes), bytes.length);
  },
  decodeFrom(r: Reader, end: number): ErrorResponse {
    if (end > r.len) throw new RangeError('truncated grpc.reflection.v1.ErrorResponse');
    const m = ErrorResponse.empty();
    while (r.pos < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.errorCode = r.int32();
          break;
        case 18:
          m.errorMessage = r.string();
          break;
        default:
          skipField(r, tag, [1,2]);
      }
    }
    if (r.pos !== end) throw new RangeError('malformed grpc.reflection.v1.ErrorResponse');
    return m;
  },
};

/** Methods of grpc.reflection.v1.ServerReflection. */
export const ServerReflectionService = {
  serverReflectionInfo: {
    path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    request: ServerReflectionRequest,
    response: ServerReflectionResponse,
    requestStream: true,
    responseStream: true,
  },
} as const;
