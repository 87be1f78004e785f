import { buildFunctions } from "./build.ts";

/** For the Serverless Framework: what it packages, deploys or invokes is what the sources say now. */
export default class BuildPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<unknown>>>;

  constructor(_serverless: unknown, options: { readonly function?: string }) {
    const invoked = options.function;
    this.hooks = {
      "before:package:initialize": () => buildFunctions(),
      "before:invoke:local:invoke": () =>
        buildFunctions(invoked === undefined ? undefined : [invoked]),
    };
  }
}
