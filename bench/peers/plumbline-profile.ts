// Profiles a capture file with Plumbline; prints a JSON line: seconds, peak memory.
//
// Yields, for each column: count, missing, types, mean, standard deviation, minimum, maximum, a KLL
// sketch of the quantiles with its own error bound and HyperLogLog; for up to 128 distinct texts
// their exact counts, beyond that frequent items; encoded to the bytes that are stored.

import { encodeProfile } from "../../shared/profile/codec.ts";
import { profileRecords } from "../../shared/profile/profile-records.ts";
import { readChunks } from "../read-chunks.ts";

const [, , path] = process.argv;
const startMillis = performance.now();
const { profiles, counts } = await profileRecords(readChunks(path!));
let [columns, storedBytes] = [0, 0];
for (const profile of profiles.values()) {
  storedBytes += encodeProfile(profile).length;
  for (const shape of profile.shapes.values()) columns += shape.columns.size;
}
const seconds = (performance.now() - startMillis) / 1000;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
const { recordCount } = counts;
console.log(JSON.stringify({ seconds, peakMegabytes, columns, recordCount, storedBytes }));
