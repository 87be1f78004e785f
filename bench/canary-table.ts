import type { CanaryFigures } from "./canary.ts";

const count = (value: number | null): string =>
  value === null ? "not in the time" : value.toLocaleString("en-US");
const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`;

/** The figures as a person reads them; they stand in `bench/canary.md` too. */
export function canaryTable({ falseRollBacks, detections }: CanaryFigures): string {
  return [
    "| judged every 5 minutes for a day, 5 % of 200,000 requests | canaries | rolled back | rate at most |",
    "|---|---|---|---|",
    ...falseRollBacks.map(
      ({ judge, canaries, rolledBack, upperBound }) =>
        `| ${judge} | ${canaries} | ${rolledBack} | ${percent(upperBound)} |`,
    ),
    "",
    "| the candidate is worse | its samples until it is rolled back: median | 80 % | 90 % |",
    "|---|---|---|---|",
    ...detections.map(
      ({ harm, gate, median, quantile80, quantile90 }) =>
        `| ${harm} | ${count(median)} ${gate === "labels" ? "labelled" : "requests"} | ` +
        `${count(quantile80)} | ${count(quantile90)} |`,
    ),
  ].join("\n");
}

/** The whole page. */
export function canaryPage(figures: CanaryFigures): string {
  return [
    "# The canary's judge, simulated",
    "",
    "Made by `npm run bench -- canary` from fixed seeds. Traffic has busy and quiet hours; error rates,",
    "latency and predictions change over the day in both variants alike, and for a quarter of an hour a",
    "dependency is down. All gates are judged (failed requests, slow requests, invalid outputs,",
    "predictions, labels), with the default policy where nothing else is said: 1 % false roll-backs in all.",
    "",
    canaryTable(figures),
    "",
    "Rate at most: upper 95 % bound. Every look stands on all looks before it, so those of a minute or a",
    "week later would be as safe. What is promised is that of models that are identical or worse by no",
    "more than is tolerated, while requests are independent of each other. `slow by itself` breaks that:",
    "at 2,000,000 requests a day each variant is half again as slow in one of its intervals of fifty.",
    "",
    "Spread: standard deviation of the logarithm of latency. A request of the champion is slow when it takes",
    "longer than three quarters of its requests did at the canary's start, one of the candidate when it",
    "takes longer than that by what is tolerated (10 %).",
    "",
  ].join("\n");
}
