import { HttpProblem } from "../../contracts/http-problem.ts";
import { LABEL_FORMATS, type LabelFormat } from "../../contracts/label-source.ts";
import { bodyObject, bodyText, type LabelRequestBody, mediaReader } from "./label-request.ts";

const MEDIA_TYPES = new Map([["application/json", bodyObject]]);

/**
 * Reads `{"format": "jsonl.gz"}`.
 *
 * @throws HttpProblem 400, 413 or 415
 */
export function readUploadRequest(request: LabelRequestBody): LabelFormat {
  const read = mediaReader(request.headers, MEDIA_TYPES);
  const { format, ...others } = read(bodyText(request.body));
  const known = LABEL_FORMATS.find((name) => name === format);
  if (known !== undefined && Object.keys(others).length === 0) return known;
  throw new HttpProblem(
    400,
    "no-format",
    `request: must have the one key "format" with one of ${LABEL_FORMATS.join(", ")}`,
  );
}
