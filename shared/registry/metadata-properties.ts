import { MonitoringError } from "../contracts/monitoring-error.ts";

/** SageMaker's own rules for CustomerMetadataProperties. */
const LONGEST_VALUE = 256;
const ILLEGAL = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u;

/**
 * Ids and hashes by which a registered model is traced, as SageMaker takes them. A text that it would
 * refuse is refused here: cut or spelled otherwise, an id would name something else.
 *
 * @param values absent ones are left out
 * @throws MonitoringError `metadata-invalid`
 */
export function metadataProperties(
  values: Readonly<Record<string, string | number | null | undefined>>,
): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") continue;
    const text = String(value);
    const rule =
      text.length > LONGEST_VALUE
        ? `must have at most ${LONGEST_VALUE} characters`
        : ILLEGAL.test(text)
          ? `must not hold "${ILLEGAL.exec(text)![0]}": letters, digits, spaces and _.:/=+-@ alone`
          : null;
    if (rule !== null) {
      throw new MonitoringError("metadata-invalid", `metadata ${key}: "${text}": ${rule}`);
    }
    properties[key] = text;
  }
  return properties;
}
