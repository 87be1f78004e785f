export interface InferenceRequest {
  readonly body: string;
  readonly contentType: string;
  readonly accept: string | undefined;
}

export interface InferenceResponse {
  readonly body: string;
  readonly contentType: string;
}

/** What a container does once its model is loaded. */
export interface ModelServer {
  /** @throws InferenceError when the container answers with an HTTP error */
  invoke(request: InferenceRequest): InferenceResponse;
}

/** Makes a server of the files in a model's artefact; throws when they are not what it serves. */
export type ModelServerFactory = (files: ReadonlyMap<string, string>) => ModelServer;

/** The container answered with an HTTP error; SageMaker hands it on as a ModelError. */
export class InferenceError extends Error {
  override readonly name = "InferenceError";
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }
}
