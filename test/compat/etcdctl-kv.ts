// put, get, del, txn, compaction: every option and output format.

import { DeleteRangeResponse, PutResponse, RangeResponse } from '../../proto/gen/rpc.js';
import { ctl, etcdctl } from './etcdctl.js';
import type { Step } from './session.js';

const FORMATS = ['simple', 'json', 'fields', 'table'] as const;

const protobuf = (command: string, codec: { decode(bytes: Uint8Array): unknown }): Step => ({
  name: `${command} -w protobuf`,
  run: async (session) => {
    const { code, out, err } = await etcdctl(session, [...command.split(' '), '-w', 'protobuf']);
    return { code, err, message: codec.decode(Buffer.from(out, 'latin1')) };
  },
});

const txn = (name: string, lines: readonly string[], ...flags: string[]): Step => ({
  name: `txn: ${name}`,
  run: (session) => etcdctl(session, ['txn', ...flags], { stdin: `${lines.join('\n')}\n` }),
});

const puts: readonly Step[] = [
  ctl('get nothing'),
  ctl('get nothing -w json'),
  ctl('put a 1'),
  ctl('put a 2 -w json'),
  ctl('put a 3 --prev-kv'),
  ctl('put a 4 --prev-kv -w json'),
  ctl('put a 5 --prev-kv -w fields'),
  ctl('put a 6 -w table'),
  protobuf('put a 7 --prev-kv', PutResponse),
  ctl('put fresh 1 --prev-kv'),
  ctl('put fromstdin', { stdin: 'a value with\nlines' }),
  ctl('get fromstdin'),
  ctl('put -- -dash value'),
  ctl('put a --ignore-value'),
  ctl('put missing --ignore-value'),
  ctl('put missing v --ignore-lease'),
  ctl('put a v --ignore-value'),
  ctl('put a 1 --lease=123abc'),
  ctl('put a 1 --lease=xyz'),
  ctl('put'),
  ctl('put a b c'),
  { name: 'put of an empty key', run: (s) => etcdctl(s, ['put', '', 'v']) },
  { name: 'put of an empty value', run: (s) => etcdctl(s, ['put', 'empty', '']) },
  { name: 'get of an empty value', run: (s) => etcdctl(s, ['get', 'empty', '-w', 'json']) },
  ctl('put a 1 --unknown-flag'),
];

const gets: readonly Step[] = [
  ...['p/1 z', 'p/2 y', 'p/3 x', 'p/4 w', 'p/2 y2', 'p/1 z2', 'p/1 z3'].map((kv) => ctl(`put ${kv}`)),
  ...FORMATS.map((f) => ctl(`get a -w ${f}`)),
  ...FORMATS.map((f) => ctl(`get p/ --prefix -w ${f}`)),
  protobuf('get p/ --prefix', RangeResponse),
  ctl('get p/1 p/3'),
  ctl('get p/3 p/1'),
  ctl('get p/2 --from-key'),
  ctl('get p/ --prefix --from-key'),
  ctl('get p/1 p/3 --prefix'),
  ctl('get --prefix'),
  ctl('get'),
  ctl('get a b c'),
  { name: 'get of the empty prefix', run: (s) => etcdctl(s, ['get', '', '--prefix', '--keys-only']) },
  { name: 'get of everything from the empty key', run: (s) => etcdctl(s, ['get', '', '--from-key', '--keys-only']) },
  { name: 'get of an empty key', run: (s) => etcdctl(s, ['get', '']) },
  ctl('get p/ --prefix --keys-only'),
  ctl('get p/ --prefix --keys-only -w json'),
  ctl('get p/ --prefix --print-value-only'),
  ctl('get p/ --prefix --print-value-only -w fields'),
  ctl('get p/ --prefix --print-value-only --keys-only'),
  ctl('get p/ --prefix --limit=2'),
  ctl('get p/ --prefix --limit=2 -w json'),
  ctl('get p/ --prefix --limit=4 -w json'),
  ...['CREATE', 'KEY', 'MODIFY', 'VALUE', 'VERSION'].flatMap((by) =>
    ['ASCEND', 'DESCEND'].map((order) => ctl(`get p/ --prefix --sort-by=${by} --order=${order}`)),
  ),
  ctl('get p/ --prefix --sort-by=modify --limit=1'),
  ctl('get p/ --prefix --order=descend --limit=2 -w json'),
  ctl('get p/ --prefix --sort-by=NOTHING'),
  ctl('get p/ --prefix --order=SIDEWAYS'),
  ctl('get p/1 --consistency=l'),
  ctl('get p/1 --consistency=x'),
  ctl('get p/1 --rev=20 -w json'),
  ctl('get p/1 --rev=100000'),
  ctl('get p/1 --rev=-1'),
  ctl('get p/1 --rev=x'),
  ctl('get p/1 --hex'),
  ctl('get p/1 --hex -w fields'),
  ctl('get p/1 -w nonsense'),
  ctl('get p/1', { member: 1 }, 'get through the second member'),
  ctl('get p/1 -w json', { member: 2 }, 'get through the third member'),
  ctl('get p/1', { all: true }, 'get with three endpoints'),
  ctl('get p/1 --command-timeout=3s --dial-timeout=1s --keepalive-time=1s --keepalive-timeout=2s'),
];

const deletes: readonly Step[] = [
  ctl('del nothing'),
  ctl('del fresh'),
  ctl('del empty -w json'),
  ctl('put d/1 1'),
  ctl('put d/2 2'),
  ctl('put d/3 3'),
  ctl('put d/4 4'),
  ctl('put d/5 5'),
  ctl('put d/6 6'),
  ctl('del d/1 d/3 --prev-kv'),
  ctl('del d/3 --prev-kv -w json'),
  ctl('del d/4 --prev-kv -w fields'),
  protobuf('del d/5 --prev-kv', DeleteRangeResponse),
  ctl('del d/6 -w table'),
  ctl('put d/7 7'),
  ctl('put d/8 8'),
  ctl('del d/ --prefix'),
  ctl('put zz/1 1'),
  ctl('del zz --from-key'),
  ctl('del --prefix --from-key x'),
  ctl('del'),
  ctl('del a b --prefix'),
];

const txns: readonly Step[] = [
  txn('value compare holds', ['value("p/1") = "z3"', '', 'put t/1 yes', 'get p/1', '', 'put t/1 no', '']),
  txn('value compare fails', ['value("p/1") = "nope"', '', 'put t/1 yes', '', 'put t/2 no', 'get t/1', '']),
  txn('version compare', ['version("p/1") > "1"', '', 'get p/1', '', '', '']),
  txn('create compare', ['create("nothing") = "0"', '', 'put t/3 made', '', 'get t/3', '']),
  txn('mod compare', ['mod("p/1") < "3"', '', 'get p/1', '', 'get p/2', '']),
  txn('lease compare', ['lease("p/1") = "0"', '', 'get p/1', '', 'get p/2', '']),
  txn('no compares', ['', 'put t/4 4', 'del t/3', 'get t/ --prefix', '', '', '']),
  txn('not equal', ['value("p/1") != "q"', '', 'get p/1', '', '', '']),
  txn('json', ['version("p/1") > "0"', '', 'put t/5 5', 'del t/4', 'get t/5', '', '', ''], '-w', 'json'),
  txn('fields', ['version("p/1") > "0"', '', 'put t/6 6', 'get t/6', '', '', ''], '-w', 'fields'),
  txn('table', ['version("p/1") > "0"', '', 'get t/6', '', '', ''], '-w', 'table'),
  txn('duplicate keys', ['', 'put t/7 1', 'put t/7 2', '', '', '']),
  txn('empty', ['', '', '']),
  txn('unknown command', ['', 'frobnicate x', '', '', '']),
  txn('bad compare', ['nonsense("p/1") = "1"', '', '', '']),
  txn('bad compare result', ['value("p/1") ~ "1"', '', '', '']),
  txn('compare without quotes', ['version(p/1) = 1', '', 'get p/1', '', '', '']),
  txn('interactive', ['value("p/1") = "z3"', '', 'get p/1', '', 'get p/2', ''], '-i'),
  txn('prev-kv and options inside', ['', 'put t/1 again --prev-kv', 'del t/1 --prev-kv', '', '', ''], '-w', 'json'),
  txn('deleting a range', ['', 'del t/ --prefix', 'get t/ --prefix', '', '', '']),
];

const compactions: readonly Step[] = [
  ctl('compaction 5'),
  ctl('get a --rev=4'),
  ctl('get a --rev=5 -w json'),
  ctl('compaction 5', {}, 'compaction of the same revision'),
  ctl('compaction 3', {}, 'compaction of an older revision'),
  ctl('compaction 0'),
  ctl('compaction 100000'),
  ctl('compaction 8 --physical'),
  ctl('compaction 9 --physical=true -w json'),
  ctl('compaction x'),
  ctl('compaction'),
  ctl('watch a --rev=2', {}, 'watch of a compacted revision'),
];

export const kvSteps: readonly Step[] = [...puts, ...gets, ...deletes, ...txns, ...compactions];
