/** An error as SageMaker answers it: a type that the SDK turns into an exception, and a message. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly type: string;
  readonly httpStatus: number;
  /** Further members of the error's body, such as `OriginalStatusCode` of a ModelError. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    type: string,
    message: string,
    options: { httpStatus?: number; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.type = type;
    this.httpStatus = options.httpStatus ?? 400;
    this.members = options.members ?? {};
  }
}

/** The control plane's word for a refused call. */
export function validationException(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** The runtime's word for the same. */
export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationError", message);
}
