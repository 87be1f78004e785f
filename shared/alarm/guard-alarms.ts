import { type Alarm, type AlarmInput, alarmsOf, parseAlarmName } from "./alarms.ts";

/** A guarded deployment: the new fleet serves under the champion's name, and its own configuration. */
export interface GuardedDeployment {
  readonly run: string;
  readonly variant: string;
  readonly configName: string;
}

const KINDS = ["server-errors", "latency"] as const;

/**
 * What SageMaker itself rolls a guarded deployment back by: the alarms of the endpoint's own metrics, of the
 * new fleet alone. Their names are none of the endpoint's, so that registering its monitor leaves them.
 */
export function guardAlarms(
  { stage, definition }: Pick<AlarmInput, "stage" | "definition">,
  { run, variant, configName }: GuardedDeployment,
): Alarm[] {
  const alarms = alarmsOf({ stage, definition, variants: [variant], watermarkMillis: 0 });
  return alarms.flatMap((alarm) => {
    const kind = KINDS.find((known) => known === parseAlarmName(alarm.name)?.kind);
    if (kind === undefined) return [];
    const dimensions = { ...alarm.dimensions, EndpointConfigName: configName };
    return [{ ...alarm, name: guardAlarmName(stage, run, kind), dimensions }];
  });
}

export function guardAlarmNames(stage: string, run: string): string[] {
  return KINDS.map((kind) => guardAlarmName(stage, run, kind));
}

function guardAlarmName(stage: string, run: string, kind: string): string {
  return `plumbline-${stage}-guard-${run}-${kind}`;
}
