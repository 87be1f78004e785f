import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Faults } from "../faults.ts";

export interface SageMakerEvent {
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
  readonly millis: number;
}

export interface EventBusOptions {
  /** SageMaker's own is `aws.sagemaker`, which an account takes from nobody else. */
  readonly source: string;
  readonly faults: Faults;
}

/** Puts events on the account's default bus, one after the other in the order in which they came. */
export class EventBus {
  readonly #client: EventBridgeClient;
  readonly #options: EventBusOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(client: EventBridgeClient, options: EventBusOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Returns at once; an event that cannot be put is lost, as SageMaker promises best effort. */
  publish(event: SageMakerEvent): void {
    const { faults } = this.#options;
    if (faults.strikes("lostEventCount")) return;
    const times = faults.strikes("doubledEventCount") ? 2 : 1;
    for (let time = 0; time < times; time++) {
      this.#last = this.#last.then(() => this.#put(event).catch(reportLoss));
    }
  }

  /** Waits until all that was published has been put. */
  async flush(): Promise<void> {
    await this.#last;
  }

  async #put({ detailType, resources, detail, millis }: SageMakerEvent): Promise<void> {
    const entry = {
      Source: this.#options.source,
      DetailType: detailType,
      Resources: [...resources],
      Time: new Date(millis),
      Detail: JSON.stringify(detail),
    };
    const { Entries } = await this.#client.send(new PutEventsCommand({ Entries: [entry] }));
    const refused = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused !== undefined) throw new Error(`${refused.ErrorCode}: ${refused.ErrorMessage}`);
  }
}

function reportLoss(error: unknown): void {
  console.error("SageMaker simulator: an event could not be put:", error);
}
