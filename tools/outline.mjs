// Write `src/tumen/plot/world.json`: the outlines of the countries behind the map, as TopoJSON.
//
//     npm install --prefix build/outline world-atlas@2.0.2 topojson-client@3.1.0
//     cp tools/outline.mjs build/outline && (cd build/outline && node outline.mjs) > src/tumen/plot/world.json
//
// The outlines are those of Natural Earth 4.1.0 (public domain, 1:110 million) as the npm package `world-atlas` 2.0.2 ships them.
// Natural Earth draws who holds an area; the polygon that holds Crimea is drawn as part of Ukraine, as in `schemas/extents.csv`.
// Antarctica is left out.

import { readFileSync } from "node:fs";
import { feature, mergeArcs } from "topojson-client";

const CRIMEA = [34.1, 44.95];

/** Whether a point lies within a ring, by the even-odd rule. */
function within([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const world = JSON.parse(readFileSync("node_modules/world-atlas/countries-110m.json", "utf8"));
const countries = world.objects.countries.geometries.filter((country) => country.properties.name !== "Antarctica");
const named = (name) => countries.find((country) => country.properties.name === name);
const russia = named("Russia");
const ukraine = named("Ukraine");
const outlines = feature(world, russia).geometry.coordinates;
const held = outlines.findIndex(([outer]) => within(CRIMEA, outer));
if (held >= 0) {
  const [crimea] = russia.arcs.splice(held, 1);
  Object.assign(ukraine, mergeArcs(world, [ukraine, { type: "Polygon", arcs: crimea }]));
}
world.objects = {
  countries: {
    type: "GeometryCollection",
    geometries: countries.map(({ type, arcs, properties }) => ({ type, arcs, properties })),
  },
};
process.stdout.write(`${JSON.stringify(world)}\n`);
process.stderr.write(held >= 0 ? "Crimea drawn as part of Ukraine\n" : "Crimea was no polygon of Russia\n");
