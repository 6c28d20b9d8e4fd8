// Vienna: its outline, drawn by hand to about a kilometre, and the H3 cells that cover it.

import { cellToLatLng, latLngToCell, polygonToCells } from 'h3-js';

/** [latitude, longitude], degrees (WGS 84), counter-clockwise from the north. */
const OUTLINE: [number, number][] = [
  [48.3225, 16.385],
  [48.289, 16.345],
  [48.273, 16.263],
  [48.243, 16.204],
  [48.205, 16.184],
  [48.171, 16.208],
  [48.139, 16.256],
  [48.122, 16.317],
  [48.131, 16.396],
  [48.119, 16.446],
  [48.143, 16.51],
  [48.17, 16.563],
  [48.215, 16.575],
  [48.246, 16.545],
  [48.277, 16.5],
  [48.292, 16.462],
];

/** H3 resolution 7: about 5 square kilometres a cell. */
export const RESOLUTION = 7;

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The cells of the city, in a fixed order; `limit` keeps the ones nearest to the centre. */
export function cityCells(limit: number): string[] {
  const centre: Place = { latitude: 48.2085, longitude: 16.3731 };
  const distance = (cell: string): number => {
    const [latitude, longitude] = cellToLatLng(cell);
    return Math.hypot(
      latitude - centre.latitude,
      (longitude - centre.longitude) * Math.cos((latitude * Math.PI) / 180),
    );
  };
  const cells = polygonToCells(OUTLINE, RESOLUTION).sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
  return cells.slice(0, limit);
}

export const cellOf = (place: Place): string => latLngToCell(place.latitude, place.longitude, RESOLUTION);

/** Whether a point is inside the outline (ray casting). */
export function isInside(place: Place): boolean {
  let inside = false;
  for (let i = 0, j = OUTLINE.length - 1; i < OUTLINE.length; j = i++) {
    const [yi, xi] = OUTLINE[i] as [number, number];
    const [yj, xj] = OUTLINE[j] as [number, number];
    const crosses = yi > place.latitude !== yj > place.latitude;
    if (crosses && place.longitude < ((xj - xi) * (place.latitude - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Smallest box around the outline: [south, north, west, east]. */
export const BOX = [
  Math.min(...OUTLINE.map(([lat]) => lat)),
  Math.max(...OUTLINE.map(([lat]) => lat)),
  Math.min(...OUTLINE.map(([, lng]) => lng)),
  Math.max(...OUTLINE.map(([, lng]) => lng)),
] as const;
