// A file of labels was put into the inbox → ground truth, and a quarantine of what is no label.
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { importLabels } from "../../shared/aws/label-files.ts";
import { readMonitors, validDefinitions } from "../../shared/aws/monitors.ts";
import { noteRefusedFile } from "../../shared/aws/refused-files.ts";
import { stageText } from "../../shared/aws/stage.ts";
import { labelSource } from "../../shared/contracts/label-source.ts";
import { objectCreated } from "../../shared/contracts/object-created.ts";

/**
 * S3 delivers at least once and in no order. A file's labels are written under keys made of the file's
 * content, so a repeated delivery changes nothing. Only `ground-truth/` and `quarantine/` are written,
 * and what lies there is refused, so no file can lead to another.
 */
export const handler = sqsHandler(objectCreated, async ({ time, detail }) => {
  const object = { bucket: detail.bucket.name, key: detail.object.key };
  const monitors = await readMonitors();
  const definitions = validDefinitions(monitors);
  // Whoever mends a definition will want the labels that came meanwhile.
  const monitored = [...definitions, ...monitors.map(({ endpoint }) => ({ endpoint }))];
  const source = labelSource(object, monitored, stageText("bucket"));
  const arrivedMillis = Date.parse(time);
  const { etag } = detail.object;
  if (source.kind !== "labels") {
    logger.warn(source.kind, { ...object, why: source.explanation });
    await noteRefusedFile({ object, etag, arrivedMillis, source });
    return;
  }
  const { endpoint, format } = source;
  const definition = definitions.find((each) => each.endpoint === endpoint);
  const problem = definition?.problem ?? null;
  const counts = await importLabels({ object, etag, endpoint, format, problem, arrivedMillis });
  if (counts === null) logger.info("object gone or replaced: nothing to import", { ...object });
  else logger.info("imported", { ...object, endpoint, ...counts });
});
