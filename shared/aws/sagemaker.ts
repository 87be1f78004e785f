import { SageMakerClient, SageMakerServiceException } from "@aws-sdk/client-sagemaker";

let client: SageMakerClient | undefined;

/** The one client of SageMaker's control plane; it throttles at few calls a second, so it is tried often. */
export function sagemaker(): SageMakerClient {
  client ??= new SageMakerClient({ maxAttempts: 6 });
  return client;
}

/** Whether SageMaker refused a call for what it asks, with a message of that kind. */
export function isRefused(error: unknown, message: RegExp): error is SageMakerServiceException {
  return (
    error instanceof SageMakerServiceException &&
    error.name === "ValidationException" &&
    message.test(error.message)
  );
}

/** What was asked about is not there: the calls of one service word it in several ways. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof SageMakerServiceException)) return false;
  if (error.name === "ResourceNotFound" || error.name === "ResourceNotFoundException") return true;
  return isRefused(error, /could not find|does not exist|not found/i);
}

/** What was to be made under a name is there already: left by an earlier try of the same step. */
export function isPresent(error: unknown): boolean {
  if (!(error instanceof SageMakerServiceException)) return false;
  if (error.name === "ResourceInUse" || error.name === "ConflictException") return true;
  return isRefused(error, /already exist/i);
}
