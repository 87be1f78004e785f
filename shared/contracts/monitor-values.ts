import * as z from "zod/mini";
import { isS3Uri } from "./s3-uri.ts";

/** The kinds of values in a monitor definition, each with the rule that its refusal names. */
export const says = (error: string) => ({ error });

/** SageMaker's own rule for the names of endpoints. */
export const endpointName = z
  .string(says("must be a text"))
  .check(
    z.regex(
      /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
      says("must be 1 to 63 letters, digits and inner hyphens, as SageMaker names endpoints"),
    ),
  );

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
