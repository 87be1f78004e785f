/** How finely each feature is drawn. */
export interface Detail {
  /** Bins of the drawing of how often values occur. */
  readonly binCount: number;
  /** Drawing units between two points of a cumulative curve. */
  readonly curveStep: number;
  /** Values of a text feature that are named. */
  readonly categoryCount: number;
}

const FINE: Detail = { binCount: 40, curveStep: 10, categoryCount: 8 };
const COARSE: Detail = { binCount: 30, curveStep: 20, categoryCount: 5 };

/** Above this many features a report is drawn coarsely, to stay below 500 kB. */
const FINE_FEATURES_MAX = 100;

/** Features after this many, none of them among the worst, are listed and not drawn. */
export const DRAWN_FEATURES_MAX = 200;

export function detailFor(featureCount: number): Detail {
  return featureCount > FINE_FEATURES_MAX ? COARSE : FINE;
}
