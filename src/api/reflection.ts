// Server reflection, v1 and v1alpha: the two differ in nothing but their name.

import { type FileDescriptor, fileDescriptors } from '../../proto/gen/descriptors.js';
import {
  type ServerReflectionRequest,
  type ServerReflectionResponseInit,
  ServerReflectionService,
} from '../../proto/gen/reflection_v1.js';
import { Code } from '../errors.js';
import type { BidiHandler, RpcMethod } from '../runtime/rpc.js';
import type { Api } from './api.js';
import { bidi } from './method.js';

const byName = new Map(fileDescriptors.map((file) => [file.name, file]));
const bySymbol = new Map(fileDescriptors.flatMap((file) => file.symbols.map((symbol) => [symbol, file] as const)));

const serviceNames = fileDescriptors.flatMap((file) => file.services).sort();

/** The file and what it imports, each once: a client that asks for one needs all of them. */
function closure(file: FileDescriptor): Uint8Array[] {
  const seen = new Set<string>();
  const add = (next: FileDescriptor | undefined): void => {
    if (next === undefined || seen.has(next.name)) return;
    seen.add(next.name);
    for (const name of next.dependencies) add(byName.get(name));
  };
  add(file);
  return [...seen].map((name) => Buffer.from(byName.get(name)?.encoded ?? '', 'base64'));
}

function describe(file: FileDescriptor | undefined, what: string): ServerReflectionResponseInit {
  if (file === undefined) return { errorResponse: { errorCode: Code.notFound, errorMessage: `${what} not found` } };
  return { fileDescriptorResponse: { fileDescriptorProto: closure(file) } };
}

function answer(request: ServerReflectionRequest): ServerReflectionResponseInit {
  if (request.listServices !== undefined) {
    return { listServicesResponse: { service: serviceNames.map((name) => ({ name })) } };
  }
  if (request.fileByFilename !== undefined) {
    return describe(byName.get(request.fileByFilename), `file ${request.fileByFilename}`);
  }
  if (request.fileContainingSymbol !== undefined) {
    return describe(bySymbol.get(request.fileContainingSymbol), `symbol ${request.fileContainingSymbol}`);
  }
  if (request.allExtensionNumbersOfType !== undefined && bySymbol.has(request.allExtensionNumbersOfType)) {
    return { allExtensionNumbersResponse: { baseTypeName: request.allExtensionNumbersOfType } };
  }
  // proto3 has no extensions, so there is none to be found.
  return { errorResponse: { errorCode: Code.notFound, errorMessage: 'extension not found' } };
}

const reflect: BidiHandler<ServerReflectionRequest, ServerReflectionResponseInit> = (input, out) => {
  out.onDrain(() => input.resume());
  input.onMessage((request) => {
    if (!out.send({ validHost: request.host, originalRequest: request, ...answer(request) })) input.pause();
  });
  input.onEnd(() => out.end());
};

export function createReflectionMethods(api: Api): RpcMethod[] {
  const v1 = ServerReflectionService.serverReflectionInfo;
  const v1alpha = { ...v1, path: v1.path.replace('.v1.', '.v1alpha.') };
  return [bidi(api.guard, v1, reflect), bidi(api.guard, v1alpha, reflect)];
}
