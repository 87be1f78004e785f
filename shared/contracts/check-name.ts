/** The checks by the one name they have in keys, reports, events and on the command line. */
export const CHECK_NAMES = ["data-quality", "model-quality"] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

/** The variant under which an endpoint's aggregate over all its variants is reported. */
export const ALL_VARIANTS = "_all";
