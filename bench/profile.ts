// Profiles the same capture files with Plumbline and its peers, in turns, and how true the sketches
// are.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CaptureFile, generateCaptures } from "./generate-captures.ts";
import { type Measurement, measurePeer, type Peer, preparePeers } from "./peers.ts";
import { type AccuracyFigures, measureAccuracy } from "./profile-accuracy.ts";

const home = fileURLToPath(new URL("../.local/bench", import.meta.url));
const file = (name: string, recordCount: number, columnCounts: [number, number]): CaptureFile => ({
  path: join(home, "data", `${name}.jsonl`),
  recordCount,
  numericColumnCount: columnCounts[0],
  textColumnCount: columnCounts[1],
});

const FILES = {
  "100k x 25": file("s", 100_000, [20, 5]),
  "1M x 25": file("m", 1_000_000, [20, 5]),
  "100k x 200": file("w", 100_000, [180, 20]),
} as const;
type FileName = keyof typeof FILES;

const ROUNDS = 5;
/** The slowest peer may have fewer. */
const SLOWEST = { name: "whylogs", rounds: 3 };
/** How many times as fast as a peer Plumbline must be, on every file. */
const FLOORS = { whylogs: 6, pandas: 2, duckdb: 2.5 } as const;
type Rival = keyof typeof FLOORS;
const RIVALS = Object.keys(FLOORS) as Rival[];
const PEAK_LIMIT_MEGABYTES = 100;
const GROWTH_LIMIT = 1.2;
const ERROR_LIMIT = 0.005;

export interface PeerFigures {
  readonly rounds: number;
  readonly medianSeconds: number;
  readonly bestSeconds: number;
  readonly worstSeconds: number;
  readonly peakMegabytes: number;
}

export interface FileFigures {
  readonly file: FileName;
  readonly megabytes: number;
  readonly peers: Readonly<Record<string, PeerFigures>>;
  /** A peer's median over Plumbline's. */
  readonly ratios: Readonly<Record<Rival, number>>;
  /** The same of the best runs, which neighbours on the machine disturb least. */
  readonly bestRatios: Readonly<Record<Rival, number>>;
  /** Plumbline's speed as a fraction of a bare scan for line breaks. */
  readonly newlineScanFraction: number;
}

export interface ProfileFigures {
  readonly files: readonly FileFigures[];
  readonly accuracy: readonly AccuracyFigures[];
  /** Peak memory at ten times the records over that at the fewest. */
  readonly memoryGrowth: number;
  /** What fell short of its limit; empty when all is well. */
  readonly missed: readonly string[];
}

export async function benchProfile(): Promise<ProfileFigures> {
  const peers = await preparePeers(home);
  const files: FileFigures[] = [];
  for (const name of Object.keys(FILES) as FileName[]) files.push(await measureFile(name, peers));
  const accuracy = await measureAccuracy();
  const peak = (name: FileName): number =>
    files.find(({ file }) => file === name)!.peers["plumbline"]!.peakMegabytes;
  const memoryGrowth = peak("1M x 25") / peak("100k x 25");
  const missed = [...missedByFiles(files), ...missedByAccuracy(accuracy)];
  if (memoryGrowth > GROWTH_LIMIT) missed.push(`memory grows by ${memoryGrowth.toFixed(2)}`);
  if (missed.length > 0) process.exitCode = 1;
  return { files, accuracy, memoryGrowth, missed };
}

/** Each round runs every peer once, so that a busy minute of the machine hits all alike. */
async function measureFile(name: FileName, peers: Record<string, Peer>): Promise<FileFigures> {
  const { path } = FILES[name];
  const megabytes = generateCaptures(FILES[name]) / 1e6;
  const runs = new Map<string, Measurement[]>(Object.keys(peers).map((peer) => [peer, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [peer, program] of Object.entries(peers)) {
      if (peer === SLOWEST.name && round >= SLOWEST.rounds) continue;
      const measured = await measurePeer(program, path);
      console.error(`${name}, round ${round + 1}: ${peer} ${measured.seconds.toFixed(2)} s`);
      runs.get(peer)!.push(measured);
    }
  }
  const figures = Object.fromEntries([...runs].map(([peer, found]) => [peer, summarize(found)]));
  const ratiosOf = (key: "medianSeconds" | "bestSeconds"): Record<string, number> =>
    Object.fromEntries(
      Object.keys(figures).map((peer) => [peer, figures[peer]![key] / figures["plumbline"]![key]]),
    );
  const [all, best] = [ratiosOf("medianSeconds"), ratiosOf("bestSeconds")];
  return {
    file: name,
    megabytes,
    peers: figures,
    ratios: pickRivals(all),
    bestRatios: pickRivals(best),
    newlineScanFraction: all["newlineScan"]!,
  };
}

function pickRivals(ratios: Record<string, number>): Record<Rival, number> {
  return Object.fromEntries(RIVALS.map((rival) => [rival, ratios[rival]!])) as Record<
    Rival,
    number
  >;
}

function summarize(runs: readonly Measurement[]): PeerFigures {
  const ascending = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return {
    rounds: runs.length,
    medianSeconds: ascending[runs.length >> 1]!,
    bestSeconds: ascending[0]!,
    worstSeconds: ascending.at(-1)!,
    peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

function missedByFiles(files: readonly FileFigures[]): string[] {
  return files.flatMap(({ file, peers, ratios }) => {
    const missed = RIVALS.filter((rival) => ratios[rival] < FLOORS[rival]).map(
      (rival) => `${file}: ${ratios[rival].toFixed(2)} times ${rival}, at least ${FLOORS[rival]}`,
    );
    const { peakMegabytes } = peers["plumbline"]!;
    if (peakMegabytes > PEAK_LIMIT_MEGABYTES) {
      missed.push(`${file}: ${peakMegabytes.toFixed(0)} MB, at most ${PEAK_LIMIT_MEGABYTES}`);
    }
    return missed;
  });
}

function missedByAccuracy(accuracy: readonly AccuracyFigures[]): string[] {
  return accuracy
    .filter(({ rankError, ksError }) => Math.max(rankError, ksError) > ERROR_LIMIT)
    .map(({ data }) => `${data} data: error above ${ERROR_LIMIT}`);
}

const HEADINGS = " median s   best  worst  peak MB   times as fast (best runs)";

/** The figures as a person reads them. */
export function profileTable({ files, accuracy, memoryGrowth, missed }: ProfileFigures): string {
  const lines = files.flatMap(
    ({ file, megabytes, peers, ratios, bestRatios, newlineScanFraction }) => [
      `${file}, ${megabytes.toFixed(0)} MB`.padEnd(24) + HEADINGS,
      ...Object.entries(peers).map(([peer, found]) => {
        const ratio = ratios[peer as Rival];
        const seconds = [found.medianSeconds, found.bestSeconds, found.worstSeconds]
          .map((value) => value.toFixed(2).padStart(7))
          .join("");
        const peak = found.peakMegabytes.toFixed(0).padStart(9);
        const bestRatio = bestRatios[peer as Rival];
        const times = ratio === undefined ? "" : ratio.toFixed(1).padStart(10);
        const bestTimes = bestRatio === undefined ? "" : ` (${bestRatio.toFixed(1)})`;
        return `  ${peer.padEnd(24)}${seconds}${peak}${times}${bestTimes}`;
      }),
      `  ${(100 * newlineScanFraction).toFixed(1)} % of a bare scan for line breaks`,
    ],
  );
  return [
    ...lines,
    `memory at ten times the records: ${memoryGrowth.toFixed(2)} times`,
    "1,000,000 numbers        rank error   KS error   proven bound",
    ...accuracy.map(
      ({ data, rankError, ksError, provenError }) =>
        `  ${data.padEnd(22)}${[rankError, ksError, provenError]
          .map((error) => `${(100 * error).toFixed(3)} %`.padStart(12))
          .join("")}`,
    ),
    missed.length === 0 ? "every limit is kept" : `missed: ${missed.join("; ")}`,
  ].join("\n");
}
