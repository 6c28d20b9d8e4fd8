// A stream of ride requests at places in the city: the same for the same seed.

import { BOX, cellOf, isInside, type Place } from './city.js';

export interface Ride {
  readonly id: string;
  readonly cell: string;
  readonly pickup: Place;
  readonly dropOff: Place;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Rides without end, their pickups in `cells`. */
export function* rideStream(seed: number, cells: ReadonlySet<string>): Generator<Ride, never> {
  const random = generator(seed);
  const [south, north, west, east] = BOX;
  const place = (): Place => {
    for (;;) {
      const found = { latitude: south + random() * (north - south), longitude: west + random() * (east - west) };
      if (isInside(found)) return found;
    }
  };
  for (let number = 1; ; number++) {
    let pickup = place();
    while (!cells.has(cellOf(pickup))) pickup = place();
    yield { id: `ride-${String(number).padStart(6, '0')}`, cell: cellOf(pickup), pickup, dropOff: place() };
  }
}
