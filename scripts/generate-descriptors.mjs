// Writes proto/gen/descriptors.ts: the FileDescriptorProto of each client-facing .proto file, encoded,
// for server reflection. Run by `npm run generate`; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const proto = join(dirname(fileURLToPath(import.meta.url)), '..', 'proto');
const FILES = ['kv', 'rpc', 'v3lock', 'v3election', 'health', 'reflection_v1', 'reflection_v1alpha', 'hexkeep'];

const google = protobuf.Root.fromJSON(
  JSON.parse(
    readFileSync(join(proto, '..', 'node_modules', 'protobufjs', 'google', 'protobuf', 'descriptor.json'), 'utf8'),
  ),
);
const FileDescriptorProto = google.lookupType('google.protobuf.FileDescriptorProto');

const SCALARS = { int64: 3, uint64: 4, int32: 5, bool: 8, string: 9, bytes: 12, uint32: 13 };
const OPTIONAL = 1;
const REPEATED = 3;
const ENUM = 14;
const MESSAGE = 11;

/** Full name of every type, to tell messages from enums. */
const kinds = new Map();
const parsed = FILES.map((file) => {
  const text = readFileSync(join(proto, `${file}.proto`), 'utf8');
  const { root, package: pkg, imports } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  const ns = pkg.split('.').reduce((at, part) => at.get(part), root);
  const walk = (at, prefix) => {
    for (const o of at.nestedArray ?? []) {
      if (o instanceof protobuf.Type) kinds.set(`${prefix}.${o.name}`, MESSAGE);
      else if (o instanceof protobuf.Enum) kinds.set(`${prefix}.${o.name}`, ENUM);
      walk(o, `${prefix}.${o.name}`);
    }
  };
  walk(ns, pkg);
  return { file, pkg, ns, imports: imports ?? [] };
});

/** The innermost scope that knows the name, as protobuf resolves names. */
function resolve(scope, name) {
  for (let at = scope; ; at = at.slice(0, at.lastIndexOf('.'))) {
    const full = at === '' ? name : `${at}.${name}`;
    if (kinds.has(full)) return full;
    if (at === '') throw new Error(`unknown type ${name} in ${scope}`);
    if (!at.includes('.')) {
      if (kinds.has(name)) return name;
      throw new Error(`unknown type ${name} in ${scope}`);
    }
  }
}

function describeField(scope, type, field) {
  const scalar = SCALARS[field.type];
  const full = scalar === undefined ? resolve(scope, field.type) : undefined;
  const oneof = field.partOf ? { oneofIndex: type.oneofsArray.indexOf(field.partOf) } : {};
  return {
    name: field.name,
    number: field.id,
    label: field.repeated ? REPEATED : OPTIONAL,
    type: scalar ?? kinds.get(full),
    ...(full === undefined ? {} : { typeName: `.${full}` }),
    ...oneof,
    jsonName: field.name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase()),
  };
}

const describeEnum = (e) => ({
  name: e.name,
  value: Object.entries(e.values).map(([name, number]) => ({ name, number })),
});

function describeMessage(scope, type) {
  const full = `${scope}.${type.name}`;
  const nested = type.nestedArray ?? [];
  return {
    name: type.name,
    field: type.fieldsArray.map((field) => describeField(full, type, field)),
    nestedType: nested.filter((o) => o instanceof protobuf.Type).map((o) => describeMessage(full, o)),
    enumType: nested.filter((o) => o instanceof protobuf.Enum).map(describeEnum),
    oneofDecl: type.oneofsArray.map((o) => ({ name: o.name })),
  };
}

const describeService = (pkg, service) => ({
  name: service.name,
  method: service.methodsArray.map((m) => ({
    name: m.name,
    inputType: `.${resolve(pkg, m.requestType)}`,
    outputType: `.${resolve(pkg, m.responseType)}`,
    clientStreaming: Boolean(m.requestStream),
    serverStreaming: Boolean(m.responseStream),
  })),
});

function describeFile({ file, pkg, ns, imports }) {
  const nested = ns.nestedArray;
  return {
    name: `${file}.proto`,
    package: pkg,
    dependency: imports,
    messageType: nested.filter((o) => o instanceof protobuf.Type).map((o) => describeMessage(pkg, o)),
    enumType: nested.filter((o) => o instanceof protobuf.Enum).map(describeEnum),
    service: nested.filter((o) => o instanceof protobuf.Service).map((o) => describeService(pkg, o)),
    syntax: 'proto3',
  };
}

const symbols = ({ messageType, enumType, service, package: pkg }) => {
  const names = [];
  const walk = (scope, m) => {
    const full = `${scope}.${m.name}`;
    names.push(full);
    for (const e of m.enumType) names.push(`${full}.${e.name}`);
    for (const n of m.nestedType) walk(full, n);
  };
  for (const m of messageType) walk(pkg, m);
  for (const e of enumType) names.push(`${pkg}.${e.name}`);
  for (const s of service) {
    names.push(`${pkg}.${s.name}`, ...s.method.map((m) => `${pkg}.${s.name}.${m.name}`));
  }
  return names;
};

const lines = [
  '// Generated from proto/*.proto by scripts/generate-descriptors.mjs. Do not edit.',
  '',
  'export interface FileDescriptor {',
  '  readonly name: string;',
  '  readonly dependencies: readonly string[];',
  '  readonly services: readonly string[];',
  '  /** Full names of what the file declares. */',
  '  readonly symbols: readonly string[];',
  '  /** google.protobuf.FileDescriptorProto, encoded, in base64. */',
  '  readonly encoded: string;',
  '}',
  '',
  'export const fileDescriptors: readonly FileDescriptor[] = [',
];
for (const file of parsed) {
  const description = describeFile(file);
  const bytes = FileDescriptorProto.encode(FileDescriptorProto.fromObject(description)).finish();
  lines.push(
    '  {',
    `    name: '${description.name}',`,
    `    dependencies: ${JSON.stringify(description.dependency)},`,
    `    services: ${JSON.stringify(description.service.map((s) => `${file.pkg}.${s.name}`))},`,
    `    symbols: ${JSON.stringify(symbols(description))},`,
    `    encoded: '${Buffer.from(bytes).toString('base64')}',`,
    '  },',
  );
}
lines.push('];', '');

const path = join(proto, 'gen', 'descriptors.ts');
const text = lines.join('\n');
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what proto/*.proto say: run npm run generate`);
    process.exitCode = 1;
  }
} else writeFileSync(path, text);
