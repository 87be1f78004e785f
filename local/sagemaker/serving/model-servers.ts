import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parseTarGzip } from "nanotar";
import { logisticRegressionServer } from "../../logistic-regression/server.ts";
import type { StoredModel } from "../state.ts";
import { behaving, type LoadedModel } from "./behaviour.ts";
import type { ModelServerFactory } from "./model-server.ts";

/** The images that the simulator can run, by the name of their repository. */
const IMAGES: ReadonlyMap<string, ModelServerFactory> = new Map([
  ["plumbline/logistic-regression", logisticRegressionServer],
]);

/** The models in service, each loaded once from the account's S3. */
export class ModelServers {
  readonly #s3: S3Client;
  readonly #loading = new Map<string, Promise<LoadedModel>>();

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  /** @throws Error with the reason when the image is unknown or the artefact unreadable */
  serverOf(model: StoredModel): Promise<LoadedModel> {
    // A deleted and newly created model of the same name may be another one.
    const key = `${model.arn} ${model.creationMillis}`;
    const known = this.#loading.get(key);
    if (known !== undefined) return known;
    const loading = this.#load(model);
    this.#loading.set(key, loading);
    loading.catch(() => this.#loading.delete(key));
    return loading;
  }

  async #load({ container: { image, url = "" } }: StoredModel): Promise<LoadedModel> {
    const factory = IMAGES.get(repositoryOf(image));
    if (factory === undefined) {
      const known = [...IMAGES.keys()].join(", ");
      throw new Error(`Image "${image}" cannot run here: the simulator has ${known}.`);
    }
    const files = await this.#files(url);
    return behaving(factory(files), files);
  }

  async #files(url: string): Promise<ReadonlyMap<string, string>> {
    const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(url);
    if (match === null) throw new Error(`ModelDataUrl "${url}" is not an S3 URI.`);
    const [, Bucket, Key] = match;
    const object = await this.#s3.send(new GetObjectCommand({ Bucket, Key })).catch((cause) => {
      throw new Error(`Failed to download model data from "${url}": ${cause.name}.`, { cause });
    });
    const archive = await object.Body!.transformToByteArray();
    const files = await parseTarGzip(archive);
    return new Map(files.map((file) => [file.name.replace(/^\.\//, ""), file.text]));
  }
}

/** `123.dkr.ecr.eu-west-1.amazonaws.com/plumbline/x:1` is the repository `plumbline/x`. */
export function repositoryOf(image: string): string {
  const [path = ""] = image.split("@");
  return path.replace(/^[^/]*\.[^/]*\//, "").replace(/:[^/:]*$/, "");
}
