/** A point of the drawing. */
type Point = readonly [x: number, y: number];

const curveSteps = 12;

/**
 * A path of SVG as closed polygons: M, L, H, V, C, Q, A and z, great or small.
 * @throws RangeError for a command it does not know
 * @see SVG 2, section 9.3, and for arcs appendix B.2.4
 */
export function polygonsOf(path: string): readonly (readonly Point[])[] {
  const polygons: Point[][] = [];
  let [at, start]: [Point, Point] = [
    [0, 0],
    [0, 0],
  ];
  for (const [, letter, text] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    const numbers = Array.from(text.matchAll(/-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g), ([one]) => Number(one));
    const command = letter.toUpperCase();
    if (command === 'Z') {
      at = start;
      continue;
    }
    const size = argumentCounts[command];
    if (!size) throw new RangeError(`path: expected M, L, H, V, C, Q, A or z, got ${letter}`);
    for (let from = 0; from < numbers.length; from += size) {
      const origin: Point = letter === command ? [0, 0] : at;
      const points = pointsOf(command, at, origin, numbers.slice(from, from + size));
      if (command === 'M' && from === 0) {
        start = points[0];
        polygons.push([]);
      }
      polygons.at(-1)?.push(...points);
      at = points[points.length - 1];
    }
  }
  return polygons;
}

const argumentCounts: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, Q: 4, A: 7 };

function pointsOf(command: string, at: Point, [x, y]: Point, numbers: readonly number[]): readonly Point[] {
  if (command === 'H') return [[x + numbers[0], at[1]]];
  if (command === 'V') return [[at[0], y + numbers[0]]];
  if (command === 'A') return arc(at, numbers, [x + numbers[5], y + numbers[6]]);
  const points: Point[] = [];
  for (let i = 0; i < numbers.length; i += 2) points.push([x + numbers[i], y + numbers[i + 1]]);
  if (command === 'C' || command === 'Q') return bezier([at, ...points]);
  return points;
}

/** De Casteljau's way. */
function bezier(controls: readonly Point[]): readonly Point[] {
  return Array.from({ length: curveSteps }, (_, step) => {
    const share = (step + 1) / curveSteps;
    let points = controls;
    while (points.length > 1)
      points = points
        .slice(1)
        .map(([x, y], i) => [
          points[i][0] + share * (x - points[i][0]),
          points[i][1] + share * (y - points[i][1]),
        ]);
    return points[0];
  });
}

function arc(from: Point, [rx0, ry0, , large, sweep]: readonly number[], to: Point): readonly Point[] {
  const [halfX, halfY] = [(from[0] - to[0]) / 2, (from[1] - to[1]) / 2];
  const grow = Math.max(1, Math.sqrt((halfX / rx0) ** 2 + (halfY / ry0) ** 2));
  const [rx, ry] = [rx0 * grow, ry0 * grow];
  const part = (rx * halfY) ** 2 + (ry * halfX) ** 2;
  const root = Math.sqrt(Math.max(0, (rx * ry) ** 2 / part - 1)) * (large === sweep ? -1 : 1);
  const [offX, offY] = [(root * rx * halfY) / ry, (-root * ry * halfX) / rx];
  const middle: Point = [offX + (from[0] + to[0]) / 2, offY + (from[1] + to[1]) / 2];
  const angleOf = (x: number, y: number) => Math.atan2(y / ry, x / rx);
  const first = angleOf(halfX - offX, halfY - offY);
  let turn = angleOf(-halfX - offX, -halfY - offY) - first;
  if (sweep === 1 && turn < 0) turn += 2 * Math.PI;
  if (sweep === 0 && turn > 0) turn -= 2 * Math.PI;
  return Array.from({ length: 2 * curveSteps }, (_, step): Point => {
    const angle = first + (turn * (step + 1)) / (2 * curveSteps);
    return [middle[0] + rx * Math.cos(angle), middle[1] + ry * Math.sin(angle)];
  });
}

const samplesAcross = 4;

/** How much of each pixel the path covers, 0 to 1: pixels × pixels, row by row, from a drawing 64 wide. */
export function coverage(
  part: {
    readonly path: string;
    readonly x: number;
    readonly y: number;
    readonly scale: number;
  },
  pixels: number,
  rule: 'evenodd' | 'nonzero',
): Float64Array {
  const polygons = polygonsOf(part.path).map((points) =>
    points.map(([x, y]): Point => [part.x + part.scale * x, part.y + part.scale * y]),
  );
  const covered = new Float64Array(pixels * pixels);
  const across = pixels * samplesAcross;
  for (let line = 0; line < across; line++) {
    const y = ((line + 0.5) * 64) / across;
    const crossings = crossingsAt(polygons, y);
    for (let column = 0; column < across; column++) {
      const x = ((column + 0.5) * 64) / across;
      const turns = crossings.reduce((sum, [at, way]) => (at < x ? sum + way : sum), 0);
      const passed = crossings.reduce((sum, [at]) => (at < x ? sum + 1 : sum), 0);
      if (rule === 'evenodd' ? passed % 2 === 0 : turns === 0) continue;
      const pixel = Math.floor(line / samplesAcross) * pixels + Math.floor(column / samplesAcross);
      covered[pixel] += 1 / samplesAcross ** 2;
    }
  }
  return covered;
}

/** Where a line at some height meets the edges, and whether they go down (1) or up (-1). */
function crossingsAt(
  polygons: readonly (readonly Point[])[],
  y: number,
): readonly (readonly [number, number])[] {
  return polygons.flatMap((points) =>
    points.flatMap(([x1, y1], i): readonly (readonly [number, number])[] => {
      const [x2, y2] = points[(i + 1) % points.length];
      if (y1 <= y === y2 <= y) return [];
      return [[x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), y2 > y1 ? 1 : -1]];
    }),
  );
}
