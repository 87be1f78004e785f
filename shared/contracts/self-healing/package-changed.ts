import * as z from "zod/mini";
import { awsEvent } from "../aws-event.ts";

/** SageMaker's event of a version whose approval status, among others, was changed. */
export const PACKAGE_CHANGED = "SageMaker Model Package State Change";

export const packageChanged = awsEvent(
  PACKAGE_CHANGED,
  z.looseObject({ ModelPackageArn: z.string().check(z.minLength(1)) }),
);
