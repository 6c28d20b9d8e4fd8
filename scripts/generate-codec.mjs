// Writes proto/gen/*.ts from proto/*.proto: one interface and one codec per message, one method
// table per service. Revisions, terms and indexes stay below 2^53 and become numbers; identifiers
// use all 64 bits and become bigints (see ID_FIELDS). Run by `npm run generate`; a test checks
// that the result is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'proto');
const FILES = ['kv', 'rpc', 'v3lock', 'v3election', 'health', 'reflection_v1', 'peer', 'txn', 'placement', 'hexkeep'];
const ID_FIELDS = new Set([
  'cluster_id',
  'member_id',
  'to_member_id',
  'leader_member_id',
  'memberID',
  'targetID',
  'ID',
  'lease',
  'voters',
  'learners',
  'voters_outgoing',
  'learners_next',
  'removed',
  'from_member',
  'to_member',
  'wanted',
  'target',
]);
const isId = (field) =>
  ID_FIELDS.has(field.name) || (field.parent.name === 'StatusResponse' && field.name === 'leader');

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());

const load = (file) =>
  protobuf.parse(readFileSync(join(root, `${file}.proto`), 'utf8'), new protobuf.Root(), { keepCase: true });

/** Fully qualified type name to { file, kind, short }. */
const index = new Map();
const parsed = FILES.map((file) => {
  const result = load(file);
  const types = [];
  const enums = [];
  const services = [];
  const walk = (ns, prefix) => {
    for (const o of ns.nestedArray) {
      const full = `${prefix}.${o.name}`;
      if (o instanceof protobuf.Type) {
        index.set(full, { file, kind: 'message', short: o.name });
        types.push(o);
        walk(o, full);
      } else if (o instanceof protobuf.Enum) {
        index.set(full, { file, kind: 'enum', short: o.name });
        enums.push(o);
      } else if (o instanceof protobuf.Service) services.push(o);
      else if (o.nestedArray) walk(o, full);
    }
  };
  const pkg = result.package;
  let ns = result.root;
  for (const part of pkg.split('.')) ns = ns.get(part);
  walk(ns, pkg);
  return { file, pkg, types, enums, services };
});

function resolve(pkg, scope, name) {
  const tries = [`${pkg}.${scope}.${name}`, `${pkg}.${name}`, name];
  for (const t of tries) if (index.has(t)) return index.get(t);
  throw new Error(`unknown type ${name} in ${pkg}.${scope}`);
}

const WIRE = { int64: 0, uint64: 0, uint32: 0, int32: 0, bool: 0, enum: 0, bytes: 2, string: 2, message: 2 };

function describe(pkg, field) {
  const scalar = ['int64', 'uint64', 'uint32', 'int32', 'bool', 'bytes', 'string'].includes(field.type);
  const ref = scalar ? undefined : resolve(pkg, field.parent.name, field.type);
  const kind = scalar ? field.type : ref.kind;
  const big = (kind === 'int64' || kind === 'uint64') && isId(field);
  const ts =
    kind === 'bytes'
      ? 'Uint8Array'
      : kind === 'string'
        ? 'string'
        : kind === 'bool'
          ? 'boolean'
          : kind === 'enum'
            ? ref.short
            : kind === 'message'
              ? ref.short
              : big
                ? 'bigint'
                : 'number';
  const zero =
    kind === 'bytes'
      ? 'EMPTY'
      : kind === 'string'
        ? "''"
        : kind === 'bool'
          ? 'false'
          : kind === 'message'
            ? 'undefined'
            : big
              ? '0n'
              : '0';
  const prop = camel(field.name);
  const oneof = field.partOf !== null && field.partOf !== undefined;
  return { field, prop, kind, ref, big, ts, zero, repeated: field.repeated, oneof, tag: (n) => (field.id << 3) | n };
}

function writeValue(d, v) {
  switch (d.kind) {
    case 'int64':
      return d.big ? `w.int64(fromSigned(${v}))` : `w.int64(${v})`;
    case 'uint64':
      return d.big ? `w.uint64(fromUnsigned(${v}))` : `w.uint64(${v})`;
    case 'enum':
      return `w.int32(${v})`;
    default:
      return `w.${d.kind}(${v})`;
  }
}

function readValue(d) {
  switch (d.kind) {
    case 'int64':
      return d.big ? 'toSigned(r.int64())' : 'toNumber(r.int64())';
    case 'uint64':
      return d.big ? 'toUnsigned(r.uint64())' : 'toNumber(r.uint64())';
    case 'enum':
      return `r.int32() as ${d.ts}`;
    case 'message':
      return `${d.ts}.decodeFrom(r, r.uint32() + r.pos)`;
    default:
      return `r.${d.kind}()`;
  }
}

function emitMessage(pkg, type) {
  const ds = type.fieldsArray.map((f) => describe(pkg, f));
  const out = [];
  const doc = type.comment ? `/** ${type.comment.replace(/\n/g, ' ')} */\n` : '';
  out.push(`${doc}export interface ${type.name} {`);
  for (const d of ds) {
    const t = d.repeated ? `${d.ts}[]` : d.oneof || d.kind === 'message' ? `${d.ts} | undefined` : d.ts;
    out.push(`  ${d.prop}: ${t};`);
  }
  out.push('}\n');
  out.push(`/** ${type.name} as callers write it: whatever is left out is zero. */`);
  out.push(`export interface ${type.name}Init {`);
  for (const d of ds) {
    const base = d.kind === 'message' ? `${d.ts}Init` : d.ts;
    out.push(`  ${d.prop}?: ${d.repeated ? `readonly ${base}[]` : base} | undefined;`);
  }
  out.push('}\n');
  out.push(`export const ${type.name}: Codec<${type.name}, ${type.name}Init> = {`);
  out.push(`  name: '${pkg}.${type.name}',`);
  out.push(`  empty(): ${type.name} {`);
  out.push(
    `    return { ${ds.map((d) => `${d.prop}: ${d.repeated ? '[]' : d.oneof ? 'undefined' : d.zero}`).join(', ')} };`,
  );
  out.push('  },');
  out.push(`  encodeTo(${ds.length === 0 ? '_m' : 'm'}: ${type.name}Init, w: Writer): Writer {`);
  for (const d of ds) {
    const v = `m.${d.prop}`;
    if (d.repeated) {
      if (d.kind === 'message') {
        out.push(
          `    if (${v} !== undefined) for (const v of ${v}) ${d.ts}.encodeTo(v, w.uint32(${d.tag(2)}).fork()).ldelim();`,
        );
      } else if (WIRE[d.kind] === 2) {
        out.push(`    if (${v} !== undefined) for (const v of ${v}) w.uint32(${d.tag(2)}).${d.kind}(v);`);
      } else {
        out.push(`    if (${v} !== undefined && ${v}.length > 0) {`);
        out.push(`      w.uint32(${d.tag(2)}).fork();`);
        out.push(`      for (const v of ${v}) ${writeValue(d, 'v')};`);
        out.push('      w.ldelim();');
        out.push('    }');
      }
    } else if (d.kind === 'message') {
      out.push(`    if (${v} !== undefined) ${d.ts}.encodeTo(${v}, w.uint32(${d.tag(2)}).fork()).ldelim();`);
    } else {
      const nonZero = d.oneof
        ? `${v} !== undefined`
        : d.kind === 'bytes' || d.kind === 'string'
          ? `${v} !== undefined && ${v}.length > 0`
          : d.kind === 'bool'
            ? `${v} === true`
            : `${v} !== undefined && ${v} !== ${d.zero}`;
      out.push(`    if (${nonZero}) ${writeValue(d, v).replace(/^w\./, `w.uint32(${d.tag(WIRE[d.kind])}).`)};`);
    }
  }
  out.push('    return w;');
  out.push('  },');
  out.push(`  encode(m: ${type.name}Init): Uint8Array {`);
  out.push(`    return ${type.name}.encodeTo(m, Writer.create()).finish();`);
  out.push('  },');
  out.push(`  decode(bytes: Uint8Array): ${type.name} {`);
  out.push(`    return ${type.name}.decodeFrom(Reader.create(bytes), bytes.length);`);
  out.push('  },');
  out.push(`  decodeFrom(r: Reader, end: number): ${type.name} {`);
  out.push(`    if (end > r.len) throw new RangeError('truncated ${pkg}.${type.name}');`);
  out.push(`    const m = ${type.name}.empty();`);
  out.push('    while (r.pos < end) {');
  out.push('      const tag = r.uint32();');
  out.push('      switch (tag) {');
  for (const d of ds) {
    const wire = WIRE[d.kind];
    out.push(`        case ${d.tag(wire)}:`);
    if (d.repeated) out.push(`          m.${d.prop}.push(${readValue(d)});`);
    else {
      // The last member of a oneof on the wire wins.
      if (d.oneof) {
        for (const other of ds) {
          if (other !== d && other.oneof && other.field.partOf === d.field.partOf)
            out.push(`          m.${other.prop} = undefined;`);
        }
      }
      out.push(`          m.${d.prop} = ${readValue(d)};`);
    }
    out.push('          break;');
    if (d.repeated && wire === 0) {
      out.push(`        case ${d.tag(2)}: {`);
      out.push('          const stop = r.uint32() + r.pos;');
      out.push(`          while (r.pos < stop) m.${d.prop}.push(${readValue(d)});`);
      out.push('          break;');
      out.push('        }');
    }
  }
  out.push('        default:');
  const numbers = type.fieldsArray.map((f) => f.id);
  out.push(`          skipField(r, tag, ${JSON.stringify(numbers)});`);
  out.push('      }');
  out.push('    }');
  out.push(`    if (r.pos !== end) throw new RangeError('malformed ${pkg}.${type.name}');`);
  out.push('    return m;');
  out.push('  },');
  out.push('};\n');
  return out.join('\n');
}

function emitEnum(e) {
  const out = [`export const ${e.name} = {`];
  for (const [k, v] of Object.entries(e.values)) out.push(`  ${k}: ${v},`);
  out.push('} as const;');
  out.push(`export type ${e.name} = (typeof ${e.name})[keyof typeof ${e.name}];\n`);
  return out.join('\n');
}

function emitService(pkg, s) {
  const out = [`/** Methods of ${pkg}.${s.name}. */`, `export const ${s.name}Service = {`];
  for (const m of s.methodsArray) {
    const req = resolve(pkg, s.name, m.requestType).short;
    const res = resolve(pkg, s.name, m.responseType).short;
    const prop = m.name[0].toLowerCase() + m.name.slice(1);
    out.push(`  ${prop}: {`);
    out.push(`    path: '/${pkg}.${s.name}/${m.name}',`);
    out.push(`    request: ${req},`);
    out.push(`    response: ${res},`);
    out.push(`    requestStream: ${Boolean(m.requestStream)},`);
    out.push(`    responseStream: ${Boolean(m.responseStream)},`);
    out.push('  },');
  }
  out.push('} as const;\n');
  return out.join('\n');
}

const outputs = [];
for (const p of parsed) {
  const body = [
    ...p.enums.map(emitEnum),
    ...p.types.map((t) => emitMessage(p.pkg, t)),
    ...p.services.map((s) => emitService(p.pkg, s)),
  ].join('\n');
  const imports = new Map();
  for (const t of p.types) {
    for (const f of t.fieldsArray) {
      const d = describe(p.pkg, f);
      if (d.ref && d.ref.file !== p.file) {
        if (!imports.has(d.ref.file)) imports.set(d.ref.file, new Set());
        imports.get(d.ref.file).add(d.ref.short);
        if (d.ref.kind === 'message') imports.get(d.ref.file).add(`type ${d.ref.short}Init`);
      }
    }
  }
  const helpers = [
    'type Codec',
    'EMPTY',
    'fromSigned',
    'fromUnsigned',
    'Reader',
    'skipField',
    'toNumber',
    'toSigned',
    'toUnsigned',
    'Writer',
  ];
  const used = helpers.filter((h) => body.includes(h.replace('type ', '')));
  const head = [
    `// Generated from proto/${p.file}.proto by scripts/generate-codec.mjs. Do not edit.`,
    `import { ${used.join(', ')} } from '../wire.js';`,
    ...[...imports].map(([f, names]) => `import { ${[...names].sort().join(', ')} } from './${f}.js';`),
    '',
  ].join('\n');
  outputs.push([join(root, 'gen', `${p.file}.ts`), `${head}\n${body}`]);
}

const check = process.argv.includes('--check');
for (const [path, text] of outputs) {
  if (check) {
    if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is not what its .proto says: run npm run generate`);
      process.exitCode = 1;
    }
  } else writeFileSync(path, text);
}
