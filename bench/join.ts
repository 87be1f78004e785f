// Joins a million labels with a million captures from files: Plumbline, a Map with JSON.parse, and
// DuckDB, in turns.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateCaptures } from "./generate-captures.ts";
import { generateLabels } from "./generate-labels.ts";
import { measurePeer, type Peer, prepareJoinPeers } from "./peers.ts";

const home = fileURLToPath(new URL("../.local/bench", import.meta.url));
const CAPTURES = {
  path: join(home, "data", "m.jsonl"),
  recordCount: 1_000_000,
  numericColumnCount: 20,
  textColumnCount: 5,
};
const LABELS_PATH = join(home, "data", "m-labels.jsonl");

const ROUNDS = 5;
const PAIRS_PER_SECOND_FLOOR = 500_000;
const MAP_RATIO_FLOOR = 2.5;
/** Peak memory is also measured of one partition of so many. */
const PARTITIONS = 8;

interface JoinRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly pairs: number;
  readonly right: number;
}

export interface JoinPeerFigures {
  readonly medianSeconds: number;
  readonly bestSeconds: number;
  readonly worstSeconds: number;
  readonly medianCpuSeconds: number;
  readonly peakMegabytes: number;
}

export interface JoinFigures {
  readonly rounds: number;
  readonly megabytes: number;
  readonly pairs: number;
  readonly peers: Readonly<Record<string, JoinPeerFigures>>;
  readonly pairsPerSecond: number;
  /** A peer's median over Plumbline's. */
  readonly mapRatio: number;
  readonly duckdbRatio: number;
  /** Peak memory of one partition of {@link PARTITIONS}. */
  readonly partitionPeakMegabytes: number;
  /** What fell short of its limit; empty when all is well. */
  readonly missed: readonly string[];
}

export async function benchJoin(): Promise<JoinFigures> {
  const peers = await prepareJoinPeers(home);
  const captureBytes = generateCaptures(CAPTURES);
  await generateLabels(CAPTURES.path, LABELS_PATH);
  const runs = await measureRounds(peers);
  const figures = Object.fromEntries([...runs].map(([peer, found]) => [peer, summarize(found)]));
  const ours = figures.plumbline!.medianSeconds;
  const [{ pairs, right }] = runs.get("plumbline") as [JoinRun];
  const pairsPerSecond = pairs / ours;
  const mapRatio = figures.map!.medianSeconds / ours;
  const missed = [...runs].flatMap(([peer, found]) =>
    found.every((run) => run.pairs === pairs && run.right === right)
      ? []
      : [`${peer} found other pairs than plumbline`],
  );
  if (pairs !== CAPTURES.recordCount) missed.push(`${pairs} pairs of ${CAPTURES.recordCount}`);
  if (pairsPerSecond < PAIRS_PER_SECOND_FLOOR) missed.push(`${pairsPerSecond} pairs a second`);
  if (mapRatio < MAP_RATIO_FLOOR) missed.push(`${mapRatio.toFixed(2)} times a Map`);
  if (missed.length > 0) process.exitCode = 1;
  const part = [CAPTURES.path, LABELS_PATH, "0", String(PARTITIONS)];
  const partition = await measurePeer<JoinRun>(peers.plumbline!, ...part);
  return {
    rounds: ROUNDS,
    megabytes: (captureBytes + statSync(LABELS_PATH).size) / 1e6,
    pairs,
    peers: figures,
    pairsPerSecond,
    mapRatio,
    duckdbRatio: figures.duckdb!.medianSeconds / ours,
    partitionPeakMegabytes: partition.peakMegabytes,
    missed,
  };
}

/** Each round runs every peer once, so that a busy minute of the machine hits all alike. */
async function measureRounds(peers: Record<string, Peer>): Promise<Map<string, JoinRun[]>> {
  const runs = new Map<string, JoinRun[]>(Object.keys(peers).map((peer) => [peer, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, peer] of Object.entries(peers)) {
      const measured = await measurePeer<JoinRun>(peer, CAPTURES.path, LABELS_PATH);
      console.error(`join, round ${round}: ${name} ${measured.seconds.toFixed(2)} s`);
      runs.get(name)!.push(measured);
    }
  }
  return runs;
}

function summarize(runs: readonly JoinRun[]): JoinPeerFigures {
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const cpuSeconds = runs.map((run) => run.cpuSeconds).sort((a, b) => a - b);
  return {
    medianSeconds: seconds[seconds.length >> 1]!,
    bestSeconds: seconds[0]!,
    worstSeconds: seconds.at(-1)!,
    medianCpuSeconds: cpuSeconds[cpuSeconds.length >> 1]!,
    peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/** The figures as a person reads them. */
export function joinTable(figures: JoinFigures): string {
  const { pairs, megabytes, peers, pairsPerSecond, mapRatio, duckdbRatio, missed } = figures;
  return [
    `${pairs} pairs, ${megabytes.toFixed(0)} MB   median s   best  worst  cpu s  peak MB`,
    ...Object.entries(peers).map(([peer, found]) => {
      const { medianSeconds, bestSeconds, worstSeconds, medianCpuSeconds } = found;
      const seconds = [medianSeconds, bestSeconds, worstSeconds, medianCpuSeconds]
        .map((value) => value.toFixed(2).padStart(7))
        .join("");
      return `  ${peer.padEnd(24)}${seconds}${found.peakMegabytes.toFixed(0).padStart(9)}`;
    }),
    `${(pairsPerSecond / 1e6).toFixed(2)} million pairs a second: ` +
      `${mapRatio.toFixed(2)} times a Map, ${duckdbRatio.toFixed(2)} times DuckDB`,
    `one partition of ${PARTITIONS}: ${figures.partitionPeakMegabytes.toFixed(0)} MB at its peak`,
    ...missed.map((reason) => `MISSED: ${reason}`),
  ].join("\n");
}
