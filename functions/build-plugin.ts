import { buildFunctions } from "./build.ts";

/** For the Serverless Framework: what it packages, deploys or invokes is what the sources say now. */
export default class BuildPlugin {
  readonly hooks = {
    "before:package:initialize": buildFunctions,
    "before:invoke:local:invoke": buildFunctions,
  };
}
