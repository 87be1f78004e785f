import * as z from "zod/mini";
import { DURATION, durationMillis } from "./duration.ts";
import { isS3Uri } from "./s3-uri.ts";

/** The kinds of values in a monitor definition, each with the rule that its refusal names. */
export const says = (error: string) => ({ error });

/** SageMaker's own rule for names. */
const RESOURCE_NAME = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/;

export function resourceName(kind: string) {
  return z
    .string(says("must be a text"))
    .check(
      z.regex(
        RESOURCE_NAME,
        says(`must be 1 to 63 letters, digits and inner hyphens, as SageMaker names ${kind}`),
      ),
    );
}

export const endpointName = resourceName("endpoints");

export const s3Uri = z
  .string(says("must be a text"))
  .check(z.refine(isS3Uri, says("must be an S3 URI such as s3://bucket/prefix")));

const WHOLE_PERIOD = /^(?:PT(?<hours>[1-9]\d{0,3})H|P(?<days>[1-9]\d{0,2})D|P(?<weeks>[1-9]\d?)W)$/;

function hoursOf(text: string): number {
  const { hours = 0, days = 0, weeks = 0 } = WHOLE_PERIOD.exec(text)?.groups ?? {};
  return Number(hours) + 24 * (Number(days) + 7 * Number(weeks));
}

/** Windows are folded from hours, so no period is finer. */
export function wholePeriod(hoursMax: number, limit: string) {
  return z.string(says("must be a text")).check(
    z.regex(
      WHOLE_PERIOD,
      says("must be a whole number of hours, days or weeks, such as PT1H, P1D or P1W"),
    ),
    z.refine((text) => hoursOf(text) <= hoursMax, says(`must be at most ${limit}`)),
  );
}

/** A span of time that no window hangs on, so that minutes are fine enough and needed. */
export function duration(longest: string, limit: string) {
  return z.string(says("must be a text")).check(
    z.regex(
      DURATION,
      says("must be a whole number of minutes, hours, days or weeks, such as PT5M, PT1H or P1D"),
    ),
    z.refine(
      (text) => !DURATION.test(text) || durationMillis(text) <= durationMillis(longest),
      says(`must be at most ${limit}`),
    ),
  );
}

export const fraction = z
  .number(says("must be a number"))
  .check(z.gte(0, says("must be in [0, 1]")), z.lte(1, says("must be in [0, 1]")));

export function count(least: number) {
  const error = says(`must be a whole number of at least ${least}`);
  return z.number(says("must be a number")).check(z.multipleOf(1, error), z.gte(least, error));
}

export const percent = z
  .number(says("must be a number"))
  .check(z.gt(0, says("must be in (0, 100]")), z.lte(100, says("must be in (0, 100]")));

/** Of a difference or a loss, which may have any size but no sign. */
export const amount = z
  .number(says("must be a number"))
  .check(z.gte(0, says("must be at least 0")));

export const featureName = z
  .string(says("must be a text"))
  .check(z.minLength(1, says("must not be empty")));

export const featureNames = z
  .array(featureName, says("must be a list of names"))
  .check(
    z.refine((names) => new Set(names).size === names.length, says("must not name one twice")),
  );

const ADDRESSES = [
  /^mailto:[^\s@:?]+@[^\s@:?]+$/,
  /^https:\/\/\S+$/,
  /^(?:sms|tel):\+[1-9]\d{4,14}$/,
  /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w.-]{1,80}$/,
];

const address = z
  .string(says("must be a text"))
  .check(
    z.refine(
      (text) => ADDRESSES.some((form) => form.test(text)),
      says("must be mailto:…, https://…, sms:+…, tel:+… or the ARN of an SQS queue"),
    ),
  );

export const addresses = z
  .array(address, says("must be a list of addresses"))
  .check(z.refine((list) => new Set(list).size === list.length, says("must not name one twice")));

export const yesOrNo = z.boolean(says("must be true or false"));
