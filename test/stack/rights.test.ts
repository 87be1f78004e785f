import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionNames } from "../../functions/build.ts";
import { STAGE_VARIABLES } from "../../shared/aws/stage.ts";
import { functionOf, ofType, type Packaged, packageStage, statementsOf } from "./packaged.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The IAM actions of an SDK call, where they are not the call's own name. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:CreateMultipartUpload": ["s3:PutObject"],
  "s3:UploadPart": ["s3:PutObject"],
  "s3:CompleteMultipartUpload": ["s3:PutObject"],
  // What countCapture writes: a new item, and a count added to another.
  "dynamodb:TransactWriteItems": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
  "apigatewayv2:GetApis": ["apigateway:GET"],
  "lambda:Invoke": ["lambda:InvokeFunction"],
  // In each bundle that knows the client, called by none: express buckets, discovery, another paginator.
  "s3:CreateSession": [],
  "dynamodb:DescribeEndpoints": [],
  "dynamodb:Scan": [],
};

const QUERY = "dynamodb:Query";

const SERVICES: Readonly<Record<string, string>> = {
  eventbridge: "events",
  sfn: "states",
  "application-auto-scaling": "application-autoscaling",
  "sagemaker-runtime": "sagemaker",
};

/**
 * What a function does besides its own calls: its queue, its logs, its traces, reading encrypted, and what
 * SageMaker wants allowed of who makes something with a role and tags.
 */
const AROUND_THE_CODE = new RegExp(
  [
    "^logs:(CreateLogStream|PutLogEvents)$",
    "^xray:(PutTraceSegments|PutTelemetryRecords)$",
    "^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes|SendMessage)$",
    "^kms:(Decrypt|GenerateDataKey)$",
    "^iam:PassRole$",
    "^sagemaker:AddTags$",
  ].join("|"),
);

/** Only where IAM knows no resource to name. */
const ACTIONS_ON_EVERYTHING = new RegExp(
  [
    "^xray:Put",
    "^cloudwatch:(PutMetricData|GetMetricData|GetMetricStatistics)$",
    "^application-autoscaling:Describe",
    "^\\w+:List",
  ].join("|"),
);

let packaged: Packaged;
beforeAll(async () => {
  packaged = await packageStage("prod");
}, 120_000);
afterAll(() => rm(packaged.folder, { recursive: true }));

describe.each(functionNames())("the role of %s", (name) => {
  const statements = () => statementsOf(functionOf(packaged, name).role);

  it("allows exactly the calls that are in the function's code", () => {
    const allowed = statements()
      .flatMap(({ Action }) => Action)
      .filter((action) => !AROUND_THE_CODE.test(action));
    const { sources } = packaged.bundles.find((bundle) => bundle.name === name)!;
    const calls = sources.flatMap((path) => {
      const found = /@aws-sdk\/client-([\w-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path);
      if (!found) return [];
      const call = `${SERVICES[found[1]!] ?? found[1]}:${found[2]}`;
      return ACTIONS[call] ?? [call];
    });
    // The document client brings its paginator along; a query that is made has a condition.
    const queries = /KeyConditionExpression:/.test(codeOf(name));
    if (!queries) calls.splice(0, calls.length, ...calls.filter((call) => call !== QUERY));
    // Without ListBucket S3 answers 403, not 404, when an object to read is missing.
    if (calls.includes("s3:GetObject")) calls.push("s3:ListBucket");
    expect([...new Set(allowed)].sort()).toEqual([...new Set(calls)].sort());
  });

  it("comes with exactly the variables that the function's code reads", () => {
    const code = codeOf(name);
    // Minified, `stageText("bucket")` is still a call of something with that one text.
    const read = Object.entries(STAGE_VARIABLES).filter(([variable]) =>
      new RegExp(`[\\w$]\\("${variable}"\\)`).test(code),
    );
    const variables = functionOf(packaged, name).code.Properties.Environment.Variables;
    const given = Object.keys(variables).filter((variable) => variable.startsWith("PLUMBLINE_"));
    expect(given.sort()).toEqual(read.map(([, variable]) => variable).sort());
  });

  it("names actions and resources", () => {
    for (const { Effect, Action, Resource } of statements()) {
      expect(Effect).toBe("Allow");
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      if (Resource.includes("*")) {
        for (const action of Action) expect(action).toMatch(ACTIONS_ON_EVERYTHING);
      }
    }
  });

  it("does not let it write where it is triggered", () => {
    const written = statements()
      .filter(({ Action }) => Action.some((action) => /^s3:(?:Put|Delete)/.test(action)))
      .flatMap(({ Resource }) => Resource as string[])
      .map(objectPattern);
    for (const { bucket, prefix } of objectTriggers(name)) {
      const wrong = written.filter(
        (target) =>
          target.bucket === bucket &&
          (target.prefix.startsWith(prefix) || prefix.startsWith(target.prefix)),
      );
      expect(wrong).toEqual([]);
    }
    const sends = statements().some(({ Action }) => Action.includes("events:PutEvents"));
    if (sends) expect(ownEventTriggers(name)).toEqual([]);
    const published = statements()
      .filter(({ Action }) => Action.includes("sns:Publish"))
      .flatMap(({ Resource }) => Resource);
    for (const topic of topicTriggers(name)) expect(published).not.toContainEqual(topic);
  });
});

describe("the triggers", () => {
  it("are found by the reading that the rule above relies on", () => {
    expect(objectTriggers("profile-capture")).toEqual([
      { bucket: "plumbline-prod-123456789012-us-east-1", prefix: "captures/" },
    ]);
    expect(objectTriggers("register-monitor")).toEqual([
      { bucket: "plumbline-prod-123456789012-us-east-1", prefix: "monitors/" },
    ]);
    expect(objectTriggers("import-labels")).toEqual([
      { bucket: "plumbline-prod-123456789012-us-east-1", prefix: "label-inbox/" },
    ]);
    expect(ownEventTriggers("check-data-quality")).toEqual(["Check Due"]);
    expect(topicTriggers("notify-team")).toEqual([{ Ref: "AlarmsTopic" }]);
  });
});

function codeOf(name: string): string {
  return readFileSync(join(root, "dist", name, "index.js"), "utf8");
}

interface ObjectPattern {
  readonly bucket: string;
  readonly prefix: string;
}

/** `arn:aws:s3:::bucket/prefix*` */
function objectPattern(arn: string): ObjectPattern {
  const { bucket, prefix } = /^arn:aws:s3:::(?<bucket>[^/]+)\/(?<prefix>.*)\*$/.exec(arn)!.groups!;
  return { bucket: bucket!, prefix: prefix! };
}

/** The rules whose target is the function's queue. */
function rulesOf(name: string) {
  const functionId = idOf(name);
  const queues = ofType(packaged, "AWS::Lambda::EventSourceMapping")
    .filter(([, { Properties }]) => Properties.FunctionName["Fn::GetAtt"][0] === functionId)
    .map(([, { Properties }]) => Properties.EventSourceArn["Fn::GetAtt"][0]);
  return ofType(packaged, "AWS::Events::Rule")
    .map(([, { Properties }]) => Properties)
    .filter(({ Targets }) => queues.includes(Targets[0].Arn["Fn::GetAtt"][0]));
}

function objectTriggers(name: string): ObjectPattern[] {
  return rulesOf(name)
    .filter(({ EventPattern }) => EventPattern.source.includes("aws.s3"))
    .flatMap(({ EventPattern: { detail } }) =>
      detail.bucket.name.flatMap((bucket: string) =>
        detail.object.key.map(({ prefix }: { prefix: string }) => ({ bucket, prefix })),
      ),
    );
}

function ownEventTriggers(name: string): string[] {
  return rulesOf(name)
    .filter(({ EventPattern }) => EventPattern.source.includes("plumbline.prod"))
    .flatMap(({ EventPattern }) => EventPattern["detail-type"]);
}

function topicTriggers(name: string): unknown[] {
  const functionId = idOf(name);
  return ofType(packaged, "AWS::SNS::Subscription")
    .filter(([, { Properties }]) => Properties.Endpoint["Fn::GetAtt"]?.[0] === functionId)
    .map(([, { Properties }]) => Properties.TopicArn);
}

function idOf(name: string): string {
  const { code } = functionOf(packaged, name);
  return ofType(packaged, "AWS::Lambda::Function").find(([, resource]) => resource === code)![0];
}
