// npm run bench -- <subject>: measures, prints a table and, as the last line, its figures as JSON.
import { benchCanary } from "./canary.ts";
import { canaryTable } from "./canary-table.ts";
import { benchDrift, driftTable } from "./drift.ts";
import { appendHistory } from "./history.ts";
import { benchIngest, ingestTable } from "./ingest.ts";
import { benchJoin, joinTable } from "./join.ts";
import { benchProfile, profileTable } from "./profile.ts";

interface Measured {
  readonly table: string;
  readonly figures: object;
}

const SUBJECTS: Readonly<Record<string, () => Measured | Promise<Measured>>> = {
  canary: () => {
    const figures = benchCanary();
    return { table: canaryTable(figures), figures };
  },
  drift: () => {
    const figures = benchDrift();
    return { table: driftTable(figures), figures };
  },
  ingest: async () => {
    const figures = await benchIngest();
    return { table: ingestTable(figures), figures };
  },
  join: async () => {
    const figures = await benchJoin();
    return { table: joinTable(figures), figures };
  },
  profile: async () => {
    const figures = await benchProfile();
    return { table: profileTable(figures), figures };
  },
};

const [subject = "", ...rest] = process.argv.slice(2);
const measure = SUBJECTS[subject];
if (measure === undefined || rest.length > 0) {
  console.error(`usage: npm run bench -- ${Object.keys(SUBJECTS).join("|")}`);
  process.exit(1);
}
const { table, figures } = await measure();
console.log(`${table}\n`);
appendHistory(subject, figures);
console.log(JSON.stringify({ subject, ...figures }));
