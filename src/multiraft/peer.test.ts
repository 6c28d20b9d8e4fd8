import { describe, expect, it } from 'vitest';
import { Frame, type PeerCall } from '../../proto/gen/peer.js';
import { message } from '../raft/message.js';
import { MessageType } from '../raft/types.js';
import type { Link } from '../runtime/ports.js';
import { CONNECTION_LOST, Peer } from './peer.js';
import { decodeFrame, type GroupBeat } from './wire.js';

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

function setup(): { peer: Peer; calls: PeerCall[]; beats: GroupBeat[] } {
  const calls: PeerCall[] = [];
  const beats: GroupBeat[] = [];
  const events = {
    raft: () => {},
    groupBeat: (beat: GroupBeat) => void beats.push(beat),
    call: (_: bigint, call: PeerCall) => void calls.push(call),
    selfBeat: () => ({ leading: 3, leaving: false }),
    wantsFlush: () => {},
  };
  return { peer: new Peer(2n, 1n, 40, events), calls, beats };
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

describe('heartbeats between two nodes', () => {
  it('go in one frame for all groups, with a beat that tells what holds behind them', () => {
    const { peer, beats } = setup();
    const link = new FakeLink();
    peer.attach(link);
    peer.beat();
    for (const group of [1, 2, 3]) {
      peer.sendRaft(group, message(MessageType.heartbeat, 2n, 5, { commit: 9, context: 4 }), 0);
      peer.sendRaft(group, message(MessageType.heartbeatResponse, 2n, 6, { context: 8 }), 7);
    }
    peer.liveness.leads.add({ id: 1, unconfirmed: () => {} }, 5);
    peer.flush();
    expect(link.sent.length).toBe(1);
    const [frame] = link.sent as [Frame];
    expect(frame.raft).toEqual([]);
    expect(frame.beat).toMatchObject({ leading: 3, leadsCount: 1 });
    peer.receive(frame, 1);
    expect(beats.map(({ group, quiet }) => [group, quiet])).toEqual(
      [1, 2, 3].map((g) => [g, 0]).concat([1, 2, 3].map((g) => [g, 7])),
    );
    expect(beats[0]?.message).toMatchObject({
      type: MessageType.heartbeat,
      from: 2n,
      to: 1n,
      term: 5,
      commit: 9,
      context: 4,
    });
    expect(beats[3]?.message).toMatchObject({ type: MessageType.heartbeatResponse, term: 6, context: 8 });
  });

  it.each([
    ['heartbeats', { heartbeats: [1, 2, 3, 4] }],
    ['acknowledgements', { heartbeatAcks: [1, 2, 3, 4, 5] }],
  ])('are refused when they are cut short: %s', (_, frame) => {
    expect(() => decodeFrame(Frame.encode(frame))).toThrow(RangeError);
  });
});
