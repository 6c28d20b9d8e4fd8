import { describe, expect, it } from 'vitest';
import { Frame, type PeerCall } from '../../proto/gen/peer.js';
import type { Link } from '../runtime/ports.js';
import { CONNECTION_LOST, Peer } from './peer.js';

class FakeLink implements Link {
  readonly sent: Frame[] = [];
  send(bytes: Uint8Array): boolean {
    this.sent.push(Frame.decode(bytes));
    return true;
  }
  onFrame(): void {}
  onDrain(): void {}
  onClose(): void {}
  close(): void {}
}

function setup(): { peer: Peer; calls: PeerCall[] } {
  const calls: PeerCall[] = [];
  const events = { raft: () => {}, call: (_: bigint, call: PeerCall) => void calls.push(call), wantsFlush: () => {} };
  return { peer: new Peer(2n, events), calls };
}

const body = Buffer.from('x');
const frameWith = (call: { id: number }): Frame =>
  Frame.decode(Frame.encode({ calls: [{ ...call, group: 1, method: 1, term: 1, body }] }));

describe('calls between two nodes', () => {
  it('are answered on the stream that they came by', () => {
    const { peer, calls } = setup();
    const link = new FakeLink();
    peer.attach(link);
    peer.receive(frameWith({ id: 5 }), 1);
    peer.replier(calls[0]?.id ?? 0)(0, '', body);
    peer.flush();
    expect(link.sent[0]?.replies).toMatchObject([{ id: 5, code: 0 }]);
  });

  it('are not answered on another one: the peer may have started anew, and have a call of that number', () => {
    const { peer } = setup();
    peer.attach(new FakeLink());
    peer.receive(frameWith({ id: 5 }), 1);
    const reply = peer.replier(5);
    peer.detach();
    const next = new FakeLink();
    peer.attach(next);
    reply(0, '', body);
    peer.flush();
    expect(next.sent).toEqual([]);
  });

  it('end as lost with their stream', () => {
    const { peer } = setup();
    peer.attach(new FakeLink());
    const answers: string[] = [];
    peer.call(1, 1, 1, body, (_code, error) => answers.push(error));
    peer.detach();
    expect(answers).toEqual([CONNECTION_LOST]);
  });
});
