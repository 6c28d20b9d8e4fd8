// The ring of partitions for a terminal, with who holds what beside it.

import type { PartitionRingResponse, RingPartition } from '../../proto/gen/hexkeep.js';

const WIDTH = 33;
const HEIGHT = 15;
/** More than that can not be told apart on the circle. */
const DRAWN_MAX = 48;
const FULL = 2 ** 32;

/** Marks of the matrix: what a member is to a partition. */
const LEADS = '◆';
const VOTES = '●';
const COMES = '+';
const GOES = '−';
const NOT = '·';

export function ringPicture(ring: PartitionRingResponse): string {
  const { partitions } = ring;
  const beside = matrix(ring);
  const circle = partitions.length <= DRAWN_MAX ? drawCircle(partitions) : [];
  const lines = Math.max(circle.length, beside.length);
  const joined = Array.from({ length: lines }, (_, i) =>
    circle.length === 0 ? (beside[i] ?? '') : `${(circle[i] ?? '').padEnd(WIDTH + 3)}${beside[i] ?? ''}`.trimEnd(),
  );
  const factor = ring.replicationFactor === 0 ? 'every member votes' : `${ring.replicationFactor} vote`;
  const heading = `${partitions.length} partitions, in each of which ${factor}, on ${ring.members.length} members`;
  const legend = `${LEADS} leads  ${VOTES} votes  ${COMES} is to vote  ${GOES} is to go  ${NOT} has a copy`;
  return `${heading}\n\n${joined.join('\n')}\n\n${legend}\n`;
}

function drawCircle(partitions: readonly RingPartition[]): string[] {
  const grid = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '));
  const put = (turn: number, text: string): void => {
    // Clockwise from the top; a character is twice as high as wide.
    const angle = turn * 2 * Math.PI;
    const x = Math.round((WIDTH - 3) / 2 + ((WIDTH - 3) / 2) * Math.sin(angle));
    const y = Math.round((HEIGHT - 1) / 2 - ((HEIGHT - 1) / 2) * Math.cos(angle));
    [...text].forEach((c, i) => {
      const row = grid[y];
      if (row !== undefined && x + i < WIDTH) row[x + i] = c;
    });
  };
  for (let i = 0; i < 96; i++) put(i / 96, '.');
  for (const { position, number } of partitions) put(position / FULL, String(number));
  return grid.map((row) => row.join('').trimEnd());
}

function matrix({ members, partitions }: PartitionRingResponse): string[] {
  const names = members.map((m) => (m.name === '' ? m.memberId.toString(16).slice(0, 6) : m.name));
  const widths = names.map((name) => Math.max([...name].length, 2));
  const row = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(10)} ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ')}`.trimEnd();
  const lines = [row('partition', names)];
  for (const p of partitions) {
    const cells = members.map(({ memberId }) => mark(p, memberId));
    lines.push(row(String(p.number), cells));
  }
  lines.push(
    row(
      'votes in',
      members.map((m) => String(m.replicas)),
    ),
  );
  lines.push(
    row(
      'leads',
      members.map((m) => String(m.leads)),
    ),
  );
  if (members.some((m) => m.zone !== ''))
    lines.push(
      row(
        'zone',
        members.map((m) => m.zone),
      ),
    );
  if (members.some((m) => m.down))
    lines.push(
      row(
        '',
        members.map((m) => (m.down ? 'down' : '')),
      ),
    );
  return lines;
}

function mark(p: RingPartition, id: bigint): string {
  const stays = p.target.includes(id) && p.wanted.includes(id);
  if (!p.voters.includes(id)) return p.target.includes(id) || p.wanted.includes(id) ? COMES : NOT;
  if (!stays) return GOES;
  return p.leaderMemberId === id ? LEADS : VOTES;
}
