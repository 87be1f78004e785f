// The least any reader in Node can do: find the line breaks. Prints a JSON line: seconds, peak
// memory.
import { readChunks } from "../read-chunks.ts";

const [, , path] = process.argv;
const startMillis = performance.now();
let lineCount = 0;
for await (const chunk of readChunks(path!)) {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lineCount += 1;
}
const seconds = (performance.now() - startMillis) / 1000;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMegabytes, columns: 0, lineCount }));
