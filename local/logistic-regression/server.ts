import { mediaTypeOf } from "../sagemaker/serving/media-type.ts";
import { InferenceError, type ModelServer } from "../sagemaker/serving/model-server.ts";
import { parseModel, predictProbability } from "./model.ts";
import { readCsvRows, readJsonLinesRows, readJsonRows } from "./rows.ts";

const READERS = {
  "text/csv": readCsvRows,
  "application/json": readJsonRows,
  "application/jsonlines": readJsonLinesRows,
} as const;

type MediaType = keyof typeof READERS;

/** Serves a logistic regression: rows in, probabilities out, each as CSV, JSON or JSON Lines. */
export function logisticRegressionServer(files: ReadonlyMap<string, string>): ModelServer {
  const artefact = files.get("model.json");
  if (artefact === undefined) throw new Error("model.tar.gz holds no model.json.");
  const model = parseModel(artefact);
  return {
    invoke({ body, contentType, accept }) {
      const inputType = mediaTypeOf(contentType);
      if (!isServed(inputType)) {
        throw new InferenceError(415, `content type "${contentType}" is not served`);
      }
      const rows = READERS[inputType](body, model.features);
      const probabilities = rows.map((row) => predictProbability(model, row));
      return answer(probabilities, acceptedType(accept, inputType));
    },
  };
}

function acceptedType(accept: string | undefined, inputType: MediaType): MediaType {
  const wanted = mediaTypeOf(accept ?? "*/*");
  if (wanted === "*/*") return inputType;
  if (isServed(wanted)) return wanted;
  throw new InferenceError(406, `no answer in the accepted type "${accept}"`);
}

function answer(probabilities: readonly number[], type: MediaType) {
  if (type === "text/csv") {
    return { contentType: "text/csv; charset=utf-8", body: probabilities.join("\n") };
  }
  const rows = probabilities.map((probability) => ({ probability }));
  if (type === "application/jsonlines") {
    return { contentType: type, body: rows.map((row) => JSON.stringify(row)).join("\n") };
  }
  return { contentType: type, body: JSON.stringify(rows.length === 1 ? rows[0] : rows) };
}

function isServed(type: string): type is MediaType {
  return Object.hasOwn(READERS, type);
}
