import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionNames } from "../../functions/build.ts";
import { pythonPrograms } from "../../local/account/python.ts";
import {
  ofType,
  type Packaged,
  packageStage,
  type Resource,
  type Statement,
  statementsOf,
} from "./packaged.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ZIP_BYTES_MAX = 1_000_000;
const DAY_SECONDS = 86_400;

describe.each(["local", "prod"])("the template of stage %s", (stage) => {
  let packaged: Packaged;
  beforeAll(async () => {
    packaged = await packageStage(stage);
  }, 120_000);
  afterAll(() => rm(packaged.folder, { recursive: true }));
  const all = (type: string): [string, Resource["Properties"]][] =>
    ofType(packaged, type).map(([id, { Properties }]) => [id, Properties]);
  const stateMachines = () => all("AWS::StepFunctions::StateMachine");

  it("satisfies cfn-lint, warnings included", async () => {
    const programs = await pythonPrograms("requirements-checks.txt", () => {});
    // It exits with an error for a warning as well, and execFile throws what it printed.
    // The framework writes DependsOn beside a Ref: needless, and harmless.
    const args = ["--ignore-checks=W3005", "--template", packaged.templateFile];
    const { stdout } = await promisify(execFile)(join(programs, "cfn-lint"), args);
    expect(stdout).toBe("");
  });

  it("has each function once, on Node 24 and arm64, traced, with literal variables", () => {
    const functions = all("AWS::Lambda::Function");
    const names = functions.map(([, { FunctionName }]) => FunctionName).sort();
    expect(names).toEqual(functionNames().map((name) => `plumbline-${stage}-${name}`));
    for (const [, properties] of functions) {
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        TracingConfig: { Mode: "Active" },
      });
      // A reference would need a deployed stack to be resolved by `serverless invoke local`.
      for (const value of Object.values(properties.Environment.Variables)) {
        expect(value).toBeTypeOf("string");
      }
    }
  });

  it("runs each function and each state machine under a role of its own", () => {
    const roles = [
      ...all("AWS::Lambda::Function").map(([, { Role }]) => JSON.stringify(Role)),
      ...stateMachines().map(([, { RoleArn }]) => JSON.stringify(RoleArn)),
    ];
    expect(new Set(roles).size).toBe(roles.length);
    const made = all("AWS::IAM::Role").filter(([, { AssumeRolePolicyDocument }]) =>
      /(?:lambda|states)\.amazonaws\.com/.test(JSON.stringify(AssumeRolePolicyDocument)),
    );
    expect(made).toHaveLength(roles.length);
  });

  it("keeps the logs of functions, state machines and the HTTP API for a set time", () => {
    const groups = all("AWS::Logs::LogGroup").map(([, properties]) => properties);
    expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual([
      `/aws/http-api/plumbline-${stage}`,
      ...functionNames().map((name) => `/aws/lambda/plumbline-${stage}-${name}`),
      ...stateMachines().map(
        ([, { StateMachineName }]) => `/aws/vendedlogs/states/${StateMachineName}`,
      ),
    ]);
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBe(30);
  });

  it("traces and logs its state machines, but for what states hand on", () => {
    expect(stateMachines().length).toBeGreaterThan(0);
    for (const [, properties] of stateMachines()) {
      expect(properties).toMatchObject({
        StateMachineType: "STANDARD",
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
      });
    }
  });

  it("has each state machine call functions that are there, and may call no other", () => {
    const names = functionNames().map((name) => `plumbline-${stage}-${name}`);
    for (const [, properties] of stateMachines()) {
      const called = calledBy(properties.Definition);
      const isThere = (name: string) =>
        names.some((known) => known === name || (name.endsWith("-") && known.startsWith(name)));
      expect(called.filter((name) => !isThere(name))).toEqual([]);
      const role = packaged.resources[properties.RoleArn["Fn::GetAtt"][0]]!;
      const allowed = statementsOf(role)
        .filter(({ Action }) => Action.includes("lambda:InvokeFunction"))
        .flatMap(({ Resource }) => JSON.stringify(Resource).match(/plumbline-[\w-]+/g));
      expect(allowed.sort()).toEqual(called);
    }
  });

  it("gives each queue dead letters that outlive it, and each of these an alarm", () => {
    const queues = new Map(all("AWS::SQS::Queue"));
    const deadLetters = [...queues].filter(([, { RedrivePolicy }]) => !RedrivePolicy);
    const alarms = all("AWS::CloudWatch::Alarm").map(([, alarm]) => alarm);
    const ofQueues = alarms.filter(({ Namespace }) => Namespace === "AWS/SQS");
    const watched = ofQueues.map(({ Dimensions }) => Dimensions[0].Value["Fn::GetAtt"][0]);
    expect(deadLetters.map(([id]) => id).sort()).toEqual(watched.sort());
    for (const [, { RedrivePolicy, MessageRetentionPeriod }] of queues) {
      if (!RedrivePolicy) continue;
      expect(RedrivePolicy.maxReceiveCount).toBe(5);
      const target = queues.get(RedrivePolicy.deadLetterTargetArn["Fn::GetAtt"][0])!;
      expect(target.RedrivePolicy).toBeUndefined();
      expect(target.MessageRetentionPeriod).toBe(14 * DAY_SECONDS);
      expect(MessageRetentionPeriod).toBeLessThan(14 * DAY_SECONDS);
    }
    for (const alarm of ofQueues) {
      expect(alarm.MetricName).toBe("ApproximateNumberOfMessagesVisible");
    }
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        AlarmActions: [{ Ref: "AlarmsTopic" }],
      });
    }
  });

  it("hides a message for at least six times as long as a function may work on it", () => {
    for (const [, mapping] of all("AWS::Lambda::EventSourceMapping")) {
      const queue = packaged.resources[mapping.EventSourceArn["Fn::GetAtt"][0]]!.Properties;
      const code = packaged.resources[mapping.FunctionName["Fn::GetAtt"][0]]!.Properties;
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * code.Timeout);
      expect(mapping.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    }
  });

  it("loses no event: every target, subscription and unqueued call has dead letters", () => {
    const isDeadLetters = (arn: { "Fn::GetAtt": string[] } | undefined): boolean =>
      packaged.resources[arn?.["Fn::GetAtt"][0] ?? ""]?.Properties.RedrivePolicy === undefined &&
      arn !== undefined;
    for (const [, rule] of all("AWS::Events::Rule")) {
      for (const target of rule.Targets) {
        expect(isDeadLetters(target.DeadLetterConfig?.Arn)).toBe(true);
      }
    }
    for (const [, subscription] of all("AWS::SNS::Subscription")) {
      expect(isDeadLetters(subscription.RedrivePolicy?.deadLetterTargetArn)).toBe(true);
    }
    const queued = all("AWS::Lambda::EventSourceMapping").map(
      ([, { FunctionName }]) => FunctionName["Fn::GetAtt"][0],
    );
    const guarded = all("AWS::Lambda::EventInvokeConfig").map(([, config]) => {
      expect(isDeadLetters(config.DestinationConfig.OnFailure.Destination)).toBe(true);
      return config.FunctionName.Ref;
    });
    // Whoever waits for an answer hears of a failure.
    const awaited = all("AWS::ApiGatewayV2::Integration").map(
      ([, { IntegrationUri }]) => IntegrationUri["Fn::GetAtt"][0],
    );
    const steps = stateMachines().flatMap(([, { Definition }]) => calledBy(Definition));
    const lost = all("AWS::Lambda::Function").filter(
      ([id, { FunctionName }]) =>
        ![...queued, ...guarded, ...awaited].includes(id) && !steps.includes(FunctionName),
    );
    expect(lost).toEqual([]);
  });

  it("has each way to post labels once for keys and once for IAM, and pages for links", () => {
    const routes = all("AWS::ApiGatewayV2::Route").map(
      ([, { RouteKey, AuthorizationType = "NONE" }]) => `${AuthorizationType} ${RouteKey}`,
    );
    expect(routes.sort()).toEqual([
      "AWS_IAM POST /iam/endpoints/{endpoint}/label-uploads",
      "AWS_IAM POST /iam/endpoints/{endpoint}/labels",
      "NONE GET /approvals/{id}",
      "NONE GET /reviews/{id}",
      "NONE POST /approvals/{id}",
      "NONE POST /endpoints/{endpoint}/label-uploads",
      "NONE POST /endpoints/{endpoint}/labels",
      "NONE POST /reviews/{id}",
    ]);
    const [, stageOfApi] = all("AWS::ApiGatewayV2::Stage")[0]!;
    expect(stageOfApi).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 100 },
      AccessLogSettings: { DestinationArn: expect.anything() },
    });
  });

  it("encrypts what it keeps and sends, and answers by TLS alone", () => {
    const policies = ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
    for (const [id, { PolicyDocument }] of policies.flatMap(all)) {
      const denied = PolicyDocument.Statement.filter(
        ({ Effect, Principal }: Statement & { Principal: unknown }) =>
          Effect === "Deny" && Principal === "*",
      ).map(({ Condition }: Statement) => JSON.stringify(Condition).replaceAll('"false"', "false"));
      expect({ id, denied }).toEqual({ id, denied: ['{"Bool":{"aws:SecureTransport":false}}'] });
    }
    const guardedQueues = all("AWS::SQS::QueuePolicy").flatMap(([, { Queues }]) =>
      Queues.map(({ Ref }: { Ref: string }) => Ref),
    );
    // One policy a queue: SQS keeps only the last.
    expect(guardedQueues.sort()).toEqual(
      all("AWS::SQS::Queue")
        .map(([id]) => id)
        .sort(),
    );
    for (const [, queue] of all("AWS::SQS::Queue")) expect(queue.SqsManagedSseEnabled).toBe(true);
    for (const [, topic] of all("AWS::SNS::Topic")) {
      expect(topic.KmsMasterKeyId).toEqual({ Ref: "Key" });
    }
    for (const [, table] of all("AWS::DynamoDB::Table")) {
      expect(table).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      });
    }
    expect(packaged.resources.Bucket!.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  it("keeps what people would miss when the stack is deleted", () => {
    for (const id of ["Bucket", "Table", "Key"]) {
      expect(packaged.resources[id]).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
      });
    }
  });

  it("packs each function small", () => {
    const sizes = functionNames().map((name) => ({
      name,
      bytes: statSync(join(root, "dist", `${name}.zip`)).size,
    }));
    expect(sizes.filter(({ bytes }) => bytes > ZIP_BYTES_MAX)).toEqual([]);
  });
});

/**
 * The functions that a state machine calls, each once, in order of their names; one that ends in a hyphen
 * stands for all whose names begin so.
 */
function calledBy(definition: object): string[] {
  const found = JSON.stringify(definition).matchAll(/"FunctionName":"(?:\{% ')?([\w-]+)/g);
  return [...new Set([...found].map(([, name]) => name!))].sort();
}
