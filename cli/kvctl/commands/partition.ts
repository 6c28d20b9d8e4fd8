import { PartitionsService } from '../../../proto/gen/hexkeep.js';
import type { Run } from '../commands.js';
import { Exit, ExitError } from '../exit.js';
import { parseUint64 } from '../go-format.js';
import { ringPicture } from '../ring-picture.js';
import { toBytes } from '../text.js';

export const list: Run = async (context) => {
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.list, {}, 'read');
  (await context.printer()).partitionList(response);
};

export const where: Run = async (context, positionals) => {
  const [key, ...others] = positionals;
  if (key === undefined || key === '' || others.length > 0) {
    throw new ExitError(Exit.badArguments, 'partition where command needs one argument: the key');
  }
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.locate, { key: toBytes(key) }, 'read');
  (await context.printer()).partitionWhere(key, response);
};

const refuse = (message: string): never => {
  throw new ExitError(Exit.badArguments, message);
};

function numberOf(command: string, args: readonly string[]): number {
  const [text, ...others] = args;
  if (text === undefined || others.length > 0) return refuse(`${command} command needs one argument: the partition`);
  if (!/^\d{1,9}$/.test(text)) return refuse(`${command}: "${text}" is no partition: write its number`);
  return Number(text);
}

function memberIdOf(flag: string, text: string): bigint {
  if (text === '') return refuse(`--${flag} is missing: write a member's ID, in hexadecimal as "member list" shows it`);
  try {
    return parseUint64(text, 16);
  } catch {
    return refuse(`--${flag}: "${text}" is no member's ID: write it in hexadecimal, as "member list" shows it`);
  }
}

function noMore(command: string, args: readonly string[]): void {
  if (args.length > 0) refuse(`${command} command accepts no arguments`);
}

export const show: Run = async (context, args) => {
  const partition = numberOf('partition show', args);
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.show, { partition }, 'read');
  const { leaderMemberId, commitIndex } = response;
  const records = response.replicas.map((r) => {
    const role = r.memberId === leaderMemberId ? 'leader' : r.votes ? 'voter' : 'learner';
    const plan = r.wanted === r.votes ? 'stays' : r.wanted ? 'is to vote' : 'is to learn';
    return [
      ['member', r.memberId],
      ['name', r.name],
      ['zone', r.zone],
      ['role', role],
      ['plan', plan],
      ['entries_behind', Math.max(0, commitIndex - r.matchIndex)],
      ['heard_of', r.active],
    ] as const;
  });
  (await context.printer()).report({ header: response.header, title: 'replicas', records });
};

export const ring: Run = async (context, args) => {
  noMore('partition ring', args);
  const connection = await context.connection();
  const response = await context.call(connection, PartitionsService.ring, {}, 'read');
  const records = response.partitions.map(
    (p) =>
      [
        ['partition', p.number],
        ['position', p.position],
        ['leader', p.leaderMemberId],
        ['voters', p.voters],
        ['wanted', p.wanted],
        ['target', p.target],
      ] as const,
  );
  const picture = ringPicture(response);
  (await context.printer()).report({ header: response.header, title: 'partitions', records, picture });
};

export const move: Run = async (context, args) => {
  const partition = numberOf('partition move', args);
  const options = context.options<{ readonly from: string; readonly to: string }>();
  const fromMember = memberIdOf('from', options.from);
  const toMember = memberIdOf('to', options.to);
  const connection = await context.connection();
  const request = { partition, fromMember, toMember };
  const response = await context.call(connection, PartitionsService.move, request, 'write');
  const records = [
    [
      ['partition', partition],
      ['wanted', response.wanted],
    ] as const,
  ];
  const [from, to] = [fromMember.toString(16), toMember.toString(16)];
  const picture = `The vote in partition ${partition} moves from ${from} to ${to}: "partition show ${partition}" tells how far it is\n`;
  (await context.printer()).report({ header: response.header, title: 'partitions', records, picture });
};

export const balance: Run = async (context, args) => {
  noMore('partition balance', args);
  const { replicationFactor } = context.options<{ readonly replicationFactor: number | bigint }>();
  const factor = Number(replicationFactor);
  if (factor < 0) refuse('--replication-factor must be at least 1');
  const connection = await context.connection();
  const request = { replicationFactor: factor };
  const response = await context.call(connection, PartitionsService.balance, request, 'write');
  const records = [
    [
      ['replication_factor', response.replicationFactor],
      ['replicas_to_move', response.replicasToMove],
    ] as const,
  ];
  const picture = `Replication factor ${response.replicationFactor}; replicas to move: ${response.replicasToMove}\n`;
  (await context.printer()).report({ header: response.header, title: 'balance', records, picture });
};
