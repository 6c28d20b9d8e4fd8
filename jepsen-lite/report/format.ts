// Numbers as readers want them.

import type { Json } from '../history/types.js';

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** `0.4 ms`, `12 ms`, `3.25 s`, `2 min 5 s`, `1 h 4 min`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'for ever';
  if (ms < 1_000) return `${trim(ms, ms < 10 ? 2 : 0)} ms`;
  if (ms < 60_000) return `${trim(ms / 1_000, 2)} s`;
  const seconds = Math.round(ms / 1_000);
  const [large, small] = seconds < 3_600 ? [60, 1] : [3_600, 60];
  const [units, rest] = [Math.floor(seconds / large), Math.floor((seconds % large) / small)];
  const names = large === 60 ? ['min', 's'] : ['h', 'min'];
  return rest === 0 ? `${units} ${names[0]}` : `${units} ${names[0]} ${rest} ${names[1]}`;
}

/** A moment of the run, in seconds. */
export const moment = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1_000).toFixed(3)} s` : 'never');

/** `12,345`. */
export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** `1 fault`, `2 faults`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Three significant digits or so. */
export const ratio = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : trim(value, value < 10 ? 2 : 1);

export const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** JSON without what only machines need. Of lists that are longer than `most`, beginning and end. */
export function plain(value: Json, most = Number.POSITIVE_INFINITY): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${elements(value, most).join(' ')}]`;
  return Object.entries(value)
    .map(([key, v]) => `${key} ${plain(v, most)}`)
    .join(', ');
}

function elements(list: readonly Json[], most: number): string[] {
  const texts = (part: readonly Json[]): string[] => part.map((value) => plain(value, most));
  if (list.length <= most) return texts(list);
  const head = Math.floor(most / 3);
  return [...texts(list.slice(0, head)), '…', ...texts(list.slice(head - most))];
}
