import { cellToLatLng } from 'h3-js';
import { expect, it } from 'vitest';
import { cellOf, cityCells, isInside } from './city.js';
import { candidatesFor } from './keys.js';
import { percentile } from './report.js';
import { rideStream } from './rides.js';

const cells = cityCells(80);

it('covers the city with cells whose centres are inside of it', () => {
  expect(cityCells(500).length).toBeGreaterThan(60);
  expect(new Set(cells).size).toBe(80);
  for (const cell of cells) {
    const [latitude, longitude] = cellToLatLng(cell);
    expect(isInside({ latitude, longitude })).toBe(true);
  }
  // St. Stephen's Cathedral is in the innermost cell or next to it; the airport is out of town.
  expect(cells.slice(0, 7)).toContain(cellOf({ latitude: 48.2085, longitude: 16.3731 }));
  expect(isInside({ latitude: 48.1103, longitude: 16.5697 })).toBe(false);
});

it('asks for the same rides under the same seed, all of them in the city', () => {
  const take = (seed: number) => {
    const stream = rideStream(seed, new Set(cells));
    return Array.from({ length: 200 }, () => stream.next().value);
  };
  expect(take(3)).toEqual(take(3));
  expect(take(3)).not.toEqual(take(4));
  for (const { cell, pickup, dropOff } of take(3)) {
    expect(cells).toContain(cell);
    expect(cellOf(pickup)).toBe(cell);
    expect(isInside(pickup) && isInside(dropOff)).toBe(true);
  }
});

it('spreads cells over dispatchers, and moves only those of one that is gone', () => {
  const all = ['a', 'b', 'c', 'd', 'e'];
  const first = (cell: string, names: string[]) => candidatesFor(cell, names, 3)[0] as string;
  const counts = all.map((name) => cells.filter((cell) => first(cell, all) === name).length);
  expect(Math.min(...counts)).toBeGreaterThan(4);
  const without = all.filter((name) => name !== 'c');
  for (const cell of cells) if (first(cell, all) !== 'c') expect(first(cell, without)).toBe(first(cell, all));
});

it('takes percentiles', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0, 0.5, 0.99, 1].map((q) => percentile(numbers, q))).toEqual([1, 50, 99, 100]);
  expect(percentile([], 0.5)).toBeNaN();
});
