import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type { Context, SNSEvent, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod/mini";
import { MonitoringError } from "../contracts/monitoring-error.ts";

/** One line of JSON a message; within a handler it carries the request's and the event's ids. */
export const logger = new Logger();

type Work<Input, Result = void> = (input: Input) => Promise<Result>;
type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** An id that one event keeps on its whole way: EventBridge's, or that of the SNS message. */
const CORRELATION_KEY = "correlation_id";

/**
 * A handler of a queue of events. Each record is parsed with the schema and worked on, one after
 * another; those that fail are logged and given back alone, so that the others are not done again. A
 * record that always fails ends in the dead-letter queue, where an alarm tells of it.
 */
export function sqsHandler<Schema extends z.ZodMiniType>(
  schema: Schema,
  work: Work<z.output<Schema>>,
): Handler<SQSEvent, SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  const workOn = async (record: SQSRecord): Promise<void> => {
    logger.appendKeys({ messageId: record.messageId });
    try {
      const event = parseJson(record.body);
      correlate(event);
      await work(parseEvent(schema, event));
    } catch (error) {
      // The processor keeps errors to itself when only a part of the batch failed.
      logError(error);
      throw error;
    } finally {
      logger.removeKeys(["messageId", CORRELATION_KEY]);
    }
  };
  return wrap((event, context) =>
    processPartialResponse(event, workOn, processor, {
      context,
      processInParallel: false,
      throwOnFullBatchFailure: false,
    }),
  );
}

/** A handler of one event; what it throws is logged, and Lambda tries again. */
export function eventHandler<Schema extends z.ZodMiniType, Result>(
  schema: Schema,
  work: Work<z.output<Schema>, Result>,
): Handler<unknown, Result> {
  return wrap(async (event) => {
    correlate(event);
    return await work(parseEvent(schema, event));
  });
}

/** A handler of an SNS topic whose messages are JSON. */
export function snsHandler<Schema extends z.ZodMiniType>(
  schema: Schema,
  work: Work<z.output<Schema>>,
): Handler<SNSEvent, void> {
  return wrap(async (event) => {
    // SNS gives one message at a time, in a list.
    for (const { Sns } of event.Records) {
      logger.appendKeys({ [CORRELATION_KEY]: Sns.MessageId });
      await work(parseEvent(schema, parseJson(Sns.Message)));
    }
  });
}

function wrap<Event, Result>(work: Handler<Event, Result>): Handler<Event, Result> {
  const handler = middy<Event, Result>((event: Event, context: Context) => work(event, context))
    .use(injectLambdaContext(logger, { resetKeys: true }) as MiddlewareObj<Event, Result>)
    .onError(({ error }) => logError(error));
  return (event, context) => handler(event, context);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MonitoringError(
      "event-not-json",
      `event: ${JSON.stringify(text.slice(0, 200))}: must be JSON`,
      { cause },
    );
  }
}

function parseEvent<Schema extends z.ZodMiniType>(
  schema: Schema,
  event: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const places = issues.map((issue) => issue.path.join(".") || "the whole").join(", ");
  throw new MonitoringError(
    "event-not-understood",
    `event: ${places}: must be of the form that this function handles`,
    { details: { issues } },
  );
}

function correlate(event: unknown): void {
  const id = (event as { id?: unknown } | null)?.id;
  if (typeof id === "string") logger.appendKeys({ [CORRELATION_KEY]: id });
}

export function logError(error: unknown): void {
  if (error instanceof MonitoringError) {
    logger.error(error.message, { error, code: error.code, details: error.details });
  } else {
    logger.error(error instanceof Error ? error.message : "thrown without an Error", { error });
  }
}
