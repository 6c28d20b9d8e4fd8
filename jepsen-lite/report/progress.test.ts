import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress, type ProgressOptions } from './progress.js';

class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 100;
  text = '';

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (isTTY: boolean, total = 100, what = 'seeds', pace: ProgressOptions['pace'] = 'measured') => {
    const stream = new Sink(isTTY);
    return { stream, progress: new Progress({ total, what, pace, stream, nowMs: () => Date.now() }) };
  };

  it('writes a line every ten seconds where there is no terminal', () => {
    const { stream, progress } = start(false);
    progress.update({ done: 3, anomalies: 0 });
    vi.advanceTimersByTime(9_999);
    expect(stream.text).toBe('');
    vi.advanceTimersByTime(1);
    progress.update({ done: 40, anomalies: 1 });
    vi.advanceTimersByTime(10_000);
    expect(stream.text).toBe(
      '3/100 seeds, 0 anomalies, 0.3 seeds/s, 5 min 24 s left\n40/100 seeds, 1 anomaly, 2 seeds/s, 30 s left\n',
    );
    progress.stop();
    vi.advanceTimersByTime(60_000);
    expect(stream.text.split('\n')).toHaveLength(3);
  });

  it('draws a bar on a terminal, and takes it away', () => {
    const { stream, progress } = start(true);
    progress.update({ done: 50, anomalies: 2 });
    vi.advanceTimersByTime(4_000);
    progress.update({ done: 50, anomalies: 2 });
    vi.advanceTimersByTime(1_000);
    expect(stream.text).toContain('[============            ] 50/100 seeds, 2 anomalies, 12.5 seeds/s, 4 s left');
    expect(stream.text).not.toContain('\n');
    const before = stream.text.length;
    progress.stop();
    progress.stop();
    // Back to the first column, and the line is cleared.
    expect(stream.text.slice(before).endsWith('\u001b[1G\u001b[2K')).toBe(true);
    expect(stream.text).not.toContain('\u001b[?7l');
    vi.advanceTimersByTime(60_000);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('lets seconds pass by the clock, whenever they began, and guesses nothing at the beginning and at the end', () => {
    const { progress } = start(false, 60, 'seconds', 'clock');
    progress.update({ done: 1, anomalies: 0 });
    vi.advanceTimersByTime(1_000);
    expect(progress.line()).toBe('1/60 seconds, 0 anomalies');
    vi.advanceTimersByTime(29_000);
    progress.update({ done: 10, anomalies: 0 });
    expect(progress.line()).toBe('10/60 seconds, 0 anomalies, 50 s left');
    progress.update({ done: 60, anomalies: 0, note: 'healing' });
    expect(progress.line()).toBe('60/60 seconds, healing, 0 anomalies');
    progress.stop();
  });

  it('guesses nothing where nobody knows how much of it is needed', () => {
    const { progress } = start(false, 300, 'runs at most', 'none');
    vi.advanceTimersByTime(30_000);
    progress.update({ done: 12, note: 'shrinking: 4 of 9 faults left' });
    expect(progress.line()).toBe('12/300 runs at most, shrinking: 4 of 9 faults left');
    progress.stop();
  });

  it('clears its line for what is written beside it', () => {
    const { stream, progress } = start(true);
    progress.update({ done: 1, anomalies: 0 });
    vi.advanceTimersByTime(1_000);
    progress.aside(() => stream.write('found\n'));
    expect(stream.text.endsWith('\r\u001b[2Kfound\n')).toBe(true);
    progress.update({ done: 2, anomalies: 1 });
    vi.advanceTimersByTime(1_000);
    expect(stream.text.split('found\n')[1]).toContain('2/100 seeds, 1 anomaly');
    progress.stop();
    const other = start(false);
    other.progress.aside(() => other.stream.write('found\n'));
    expect(other.stream.text).toBe('found\n');
    other.progress.stop();
  });
});
