import { ClusterService, KVService } from '../../../proto/gen/rpc.js';
import type { Connection } from '../../../src/client/connection.js';
import type { Run } from '../commands.js';
import type { Context } from '../context.js';
import { Exit, ExitError } from '../exit.js';
import { parseUint64, quote } from '../go-format.js';
import { fromUtf8, toBytes, write } from '../text.js';

interface UrlOptions {
  readonly peerUrls: string;
}

interface AddOptions extends UrlOptions {
  readonly learner: boolean;
}

const refuse = (message: string): never => {
  throw new ExitError(Exit.badArguments, message);
};

const text = (bytes: string): string => toBytes(bytes).toString('utf8');

function memberIdOf(args: readonly string[]): bigint {
  const [id] = args;
  if (id === undefined || args.length !== 1) return refuse('member ID is not provided');
  try {
    return parseUint64(id, 16);
  } catch {
    return refuse(`bad member ID arg (strconv.ParseUint: parsing ${quote(id)}: invalid syntax), expecting ID in Hex`);
  }
}

function peerUrlsOf(context: Context): string[] {
  const { peerUrls } = context.options<UrlOptions>();
  const urls = peerUrls === '' ? refuse('member peer urls not provided') : text(peerUrls).split(',');
  for (const url of urls) checkPeerUrl(url);
  return urls;
}

/** As etcd's client library does, before it asks the server. */
function checkPeerUrl(url: string): void {
  const fail = (what: string): never => {
    throw new ExitError(Exit.error, `${what}: ${fromUtf8(url)}`);
  };
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(url);
  if (match === null) {
    const colonFirst = /^[^/?#]*:/.test(url);
    if (!colonFirst) return fail('URL scheme must be http, https, unix, or unixs');
    throw new ExitError(Exit.error, `parse ${quote(fromUtf8(url))}: first path segment in URL cannot contain colon`);
  }
  const [, scheme = '', host = '', path = ''] = match;
  if (!['http', 'https', 'unix', 'unixs'].includes(scheme)) fail('URL scheme must be http, https, unix, or unixs');
  if (!/:\d+$/.test(host)) fail('URL address does not have the form "host:port"');
  if (path !== '') fail('URL must not contain a path');
}

export const list: Run = async (context) => {
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberList, {}, 'read');
  (await context.printer()).memberList(response);
};

export const add: Run = async (context, args) => {
  const [name] = args;
  if (name === undefined) return refuse('member name not provided');
  if (args.length > 1) {
    const urls = args.filter((arg) => arg.toLowerCase().startsWith('http'));
    refuse(`too many arguments${urls.map((url) => `, did you mean --peer-urls=${url}`).join('')}`);
  }
  const peerURLs = peerUrlsOf(context);
  const { learner: isLearner } = context.options<AddOptions>();
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberAdd, { peerURLs, isLearner }, 'write');
  const id = response.member?.ID ?? 0n;
  (await context.printer()).memberChange({ change: 'add', id, response });
  if (context.global.writeOut === 'simple') await printStart(context, connection, text(name), id, peerURLs);
};

/** What the new member is to be started with. */
async function printStart(
  context: Context,
  connection: Connection,
  name: string,
  id: bigint,
  peerURLs: readonly string[],
): Promise<void> {
  // A linearizable read first: whoever answers then knows the new member.
  await context.call(connection, KVService.range, { key: Buffer.from('_') }, 'read');
  const { members } = await context.call(connection, ClusterService.memberList, {}, 'read');
  const cluster = members.flatMap((m) => m.peerURLs.map((url) => `${m.ID === id ? name : m.name}=${url}`));
  const line = (variable: string, value: string): void => write(`ETCD_${variable}=${quote(fromUtf8(value))}\n`);
  write('\n');
  line('NAME', name);
  line('INITIAL_CLUSTER', cluster.join(','));
  line('INITIAL_ADVERTISE_PEER_URLS', peerURLs.join(','));
  line('INITIAL_CLUSTER_STATE', 'existing');
}

export const remove: Run = async (context, args) => {
  const ID = memberIdOf(args);
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberRemove, { ID }, 'write');
  (await context.printer()).memberChange({ change: 'remove', id: ID, response });
};

export const update: Run = async (context, args) => {
  const ID = memberIdOf(args);
  const peerURLs = peerUrlsOf(context);
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberUpdate, { ID, peerURLs }, 'write');
  (await context.printer()).memberChange({ change: 'update', id: ID, response });
};

export const promote: Run = async (context, args) => {
  const ID = memberIdOf(args);
  const connection = await context.connection();
  const response = await context.call(connection, ClusterService.memberPromote, { ID }, 'write');
  (await context.printer()).memberChange({ change: 'promote', id: ID, response });
};
