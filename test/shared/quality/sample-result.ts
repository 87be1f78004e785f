import type { QualityConstraints } from "../../../shared/contracts/quality-files.ts";
import {
  findModelQuality,
  type QualityFinding,
} from "../../../shared/quality/find-model-quality.ts";
import { JoinedRowsBuilder } from "../../../shared/quality/joined-rows.ts";
import { coverageOutcome, labelCoverage } from "../../../shared/quality/label-coverage.ts";
import { predictionColumns } from "../../../shared/quality/prediction-columns.ts";

const CONSTRAINTS: QualityConstraints = {
  problem: "binary-classification",
  constraints: {
    accuracy: { threshold: 0.91, comparison_operator: "LessThanThreshold" },
    auc: { threshold: 0.5, comparison_operator: "LessThanThreshold" },
  },
};

/** 3,120 labelled rows of 3,600, of which 84 in 100 are predicted rightly. */
export function sampleFinding(): QualityFinding {
  const builder = new JoinedRowsBuilder(predictionColumns({ problem: "binary-classification" }));
  for (let row = 0; row < 3600; row += 1) {
    const truth = row % 3 === 0 ? 1 : 0;
    const isRight = row % 25 < 21;
    const probability = (isRight ? truth === 1 : truth === 0)
      ? 0.9 - (row % 7) / 50
      : 0.1 + (row % 7) / 50;
    builder.addRecord(
      [{ probability: String(probability), label: null }],
      row < 3120 ? [String(truth)] : [],
    );
  }
  const joined = builder.rows();
  const coverage = labelCoverage(joined, { invocationCount: 3600, unmatchedLabelCount: null });
  return findModelQuality({
    joined,
    coverage,
    coverageOutcome: coverageOutcome(coverage, { minimumCoverage: 0.8, isMature: true }),
    dialect: "calibrated",
    minimumLabelCount: 100,
    constraints: CONSTRAINTS,
    baseline: null,
  });
}
