import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { TrainingJobDefinition } from "../../contracts/retraining-definition.ts";
import { stageText } from "../stage.ts";

export interface StageChoices {
  readonly image: string;
  readonly roleArn: string;
}

/**
 * What a training job's definition chooses, by key or in full. A stage lists its training images and roles,
 * so that who may write a definition cannot widen what the stack may pass.
 */
export function stageChoices({
  image,
  role,
}: Pick<TrainingJobDefinition, "image" | "role">): StageChoices | MonitoringError {
  const images = choicesOf(stageText("trainingImages"));
  const roles = choicesOf(stageText("trainingRoles"));
  const chosen = { image: find(images, image), roleArn: find(roles, role) };
  if (chosen.image === undefined) return refused("image", image, images);
  if (chosen.roleArn === undefined) return refused("role", role, roles);
  return { image: chosen.image, roleArn: chosen.roleArn };
}

/** The role of models: that of the training job, or the stage's first where a pipeline trains. */
export function modelRole(role: string | undefined): string {
  const roles = choicesOf(stageText("trainingRoles"));
  const [first] = roles.values();
  return (role === undefined ? first : find(roles, role)) ?? first!;
}

type Choices = ReadonlyMap<string, string>;

/** Of `key=value,key=value`; no value holds a comma. */
function choicesOf(listed: string): Choices {
  return new Map(
    listed.split(",").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

function find(choices: Choices, choice: string): string | undefined {
  return choices.get(choice) ?? [...choices.values()].find((value) => value === choice);
}

function refused(what: "image" | "role", choice: string, choices: Choices): MonitoringError {
  const rule = `must be one of the stage's, which are ${[...choices.keys()].join(", ")}`;
  return new MonitoringError(
    "not-a-choice-of-the-stage",
    `retraining.trainingJob.${what}: "${choice}": ${rule}`,
    { details: { what, choice } },
  );
}
