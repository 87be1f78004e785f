import type { QualityStatistics } from "../contracts/quality-files.ts";
import type { Curve, SparkCurves } from "../quality/spark-curves.ts";
import { CompactPath } from "./compact-path.ts";
import { type Html, html } from "./html.ts";

/** Drawing units; a unit is half a pixel at the drawing's natural width. */
const SIZE = 600;
const [LEFT, TOP, BASE] = [0, 36, 500];
const LABEL_Y = 536;

/** Points nearer than this to the last one drawn are left out: no eye could tell. */
const STEP = 2;

/** The two curves of a model that gives probabilities, the baseline's behind the window's. */
export function qualityCurves(curves: SparkCurves, baseline: QualityStatistics | null): Html {
  const roc = baselineCurve(baseline, "receiver_operating_characteristic_curve", [
    "false_positive_rates",
    "true_positive_rates",
  ]);
  const precisionRecall = baselineCurve(baseline, "precision_recall_curve", [
    "recalls",
    "precisions",
  ]);
  const hasBaseline = roc !== null || precisionRecall !== null;
  return html`<section><h2>Curves</h2>
    <p class="n">${hasBaseline && html`<span class="key"></span>baseline `}
      <span class="key kw"></span>window. Each point is a threshold on the probability.</p>
    <div class="d">
      ${figure("Receiver operating characteristic", ["false positive rate", "true positive rate"], {
        window: curves.roc,
        baseline: roc,
        chance: true,
      })}
      ${figure("Precision and recall", ["recall", "precision"], {
        window: curves.precisionRecall,
        baseline: precisionRecall,
        chance: false,
      })}
    </div>
  </section>`;
}

function baselineCurve(
  baseline: QualityStatistics | null,
  name: string,
  [xs, ys]: readonly [string, string],
): Curve | null {
  const curve = baseline?.metrics[name] as Readonly<Record<string, unknown>> | undefined;
  const [x, y] = [curve?.[xs], curve?.[ys]];
  if (!Array.isArray(x) || !Array.isArray(y)) return null;
  return x.length > 0 && x.length === y.length ? { x, y } : null;
}

interface Drawn {
  readonly window: Curve;
  readonly baseline: Curve | null;
  /** Whether the diagonal is what guessing would give. */
  readonly chance: boolean;
}

function figure(title: string, [x, y]: readonly [string, string], drawn: Drawn): Html {
  const label = `${title}: ${y} against ${x}; the numbers stand in statistics.json`;
  return html`<div><h3>${title}</h3>
    <svg viewBox="0 0 ${SIZE} ${LABEL_Y + 8}" role="img" aria-label="${label}">
      <path class="x" d="M${LEFT},${TOP}V${BASE}H${SIZE}"/>
      ${drawn.chance && html`<path class="x" d="M${LEFT},${BASE}L${SIZE},${TOP}"/>`}
      ${drawn.baseline && html`<path class="bl" d="${pathOf(drawn.baseline)}"/>`}
      <path class="wl" d="${pathOf(drawn.window)}"/>
      <text x="0" y="${TOP - 12}">${y} 1</text>
      <text x="0" y="${LABEL_Y}">0</text>
      <text x="${SIZE}" y="${LABEL_Y}" text-anchor="end">${x} 1</text>
    </svg></div>`;
}

function pathOf({ x, y }: Curve): string {
  const path = new CompactPath();
  let last: readonly [number, number] | null = null;
  for (const [index, xValue] of x.entries()) {
    const point = [
      Math.round(LEFT + xValue * (SIZE - LEFT)),
      Math.round(BASE - y[index]! * (BASE - TOP)),
    ] as const;
    const isNear = last !== null && Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP;
    if (isNear && index < x.length - 1) continue;
    if (last === null) path.moveTo(...point);
    else path.lineTo(...point);
    last = point;
  }
  return path.toString();
}
