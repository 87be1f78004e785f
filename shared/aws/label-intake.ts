import { groundTruthKey } from "../contracts/storage-keys.ts";
import type { LabelBatch } from "../labels/intake/batch.ts";
import { sha256Of } from "../window/fold.ts";
import {
  claimDelivery,
  type KnownDelivery,
  type LabelAnswer,
  type LabelDelivery,
  settleDelivery,
} from "./label-deliveries.ts";
import { countLabels } from "./label-hours.ts";
import { readLabelIndex, writeLabelIndex } from "./label-index.ts";
import { writeObjectOnce } from "./objects.ts";
import { stageText } from "./stage.ts";

export interface LabelIntake extends LabelDelivery {
  /** Whether its sender named the delivery, and so asks for the same answer when it comes again. */
  readonly isNamed: boolean;
}

export interface TakenLabels extends LabelAnswer {
  readonly batch: LabelBatch;
}

/**
 * Takes the labels of one delivery. What it returns is never lost, whatever dies when, by the order of
 * the writes:
 *
 * 1. The delivery is noted with the time of its first attempt, so every later attempt writes to the same key.
 * 2. The labels are written to `ground-truth/`, once: an object is never written over, so no attempt that
 *    knows less can take away what another one wrote.
 * 3. The hour is counted, so that a join looks at it.
 * 4. The labels go to the index of known labels. An entry there means that the label lies in some object
 *    and that its hour is counted: so "duplicate" is as safe an answer as "accepted".
 * 5. The answer is kept, and given.
 *
 * After a crash between any two the sender has no answer, comes again, and finds labels whose index entry
 * names its own object to be its own. Only the same label in two deliveries at the same moment is written
 * twice; the join takes both for one, and the index names one of them.
 *
 * @param readBatch given when the delivery first arrived, so that every attempt judges alike
 * @throws HttpProblem 409 when the delivery came before with another content
 */
export async function takeLabels(
  intake: LabelIntake,
  readBatch: (arrivedMillis: number) => LabelBatch,
): Promise<TakenLabels> {
  const { endpoint, isNamed } = intake;
  const known = await claimDelivery(intake);
  const { arrivedMillis } = known;
  const batch = readBatch(arrivedMillis);
  if (known.answer !== null) return { ...answerAgain(known.answer, isNamed), batch };

  const key = keyOf(intake, known);
  const index = await readLabelIndex(
    endpoint,
    batch.labels.map(({ hash }) => hash),
  );
  const fresh = batch.labels.filter(({ hash }) => (index.get(hash) ?? key) === key);
  const duplicateCount = batch.labels.length - fresh.length + batch.repeatedCount;
  const answer = { acceptedCount: fresh.length, duplicateCount };
  if (fresh.length > 0) {
    const text = fresh.map(({ line }) => `${line}\n`).join("");
    await writeObjectOnce({ bucket: stageText("bucket"), key }, text, "application/x-ndjson");
  }
  await countLabels(endpoint, arrivedMillis, {
    ...answer,
    rejectedCount: batch.rejections.length,
  });
  const hashes = fresh.map(({ hash }) => hash);
  await writeLabelIndex(endpoint, hashes, { object: key, arrivedMillis });
  return { ...(await settleDelivery(intake, answer)), batch };
}

/** Without a name it is not known to be the same delivery: its labels are, and have come again. */
function answerAgain(answer: LabelAnswer, isNamed: boolean): LabelAnswer {
  const { acceptedCount, duplicateCount } = answer;
  return isNamed ? answer : { acceptedCount: 0, duplicateCount: acceptedCount + duplicateCount };
}

/** A name may be used again, for other labels, when the delivery has been forgotten. */
function keyOf({ endpoint, deliveryId }: LabelDelivery, known: KnownDelivery): string {
  const { arrivedMillis, contentSha256 } = known;
  const objectId = sha256Of(`${deliveryId}\n${arrivedMillis}\n${contentSha256}`).slice(0, 32);
  return groundTruthKey(endpoint, arrivedMillis, objectId);
}
