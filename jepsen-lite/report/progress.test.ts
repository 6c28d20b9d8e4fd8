import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from './progress.js';

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

  const start = (isTTY: boolean, total = 100, what = 'seeds') => {
    const stream = new Sink(isTTY);
    return { stream, progress: new Progress({ total, what, stream, nowMs: () => Date.now() }) };
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

  it('has no rate for seconds, and no guess at the beginning', () => {
    const { progress } = start(false, 60, 'seconds');
    progress.update({ done: 1, anomalies: 0 });
    vi.advanceTimersByTime(1_000);
    expect(progress.line()).toBe('1/60 seconds, 0 anomalies');
    vi.advanceTimersByTime(9_000);
    progress.update({ done: 10, anomalies: 0 });
    expect(progress.line()).toBe('10/60 seconds, 0 anomalies, 50 s left');
    progress.stop();
  });
});
