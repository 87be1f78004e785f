import { createHmac } from "node:crypto";
import { ApiGatewayV2Client, GetApisCommand } from "@aws-sdk/client-apigatewayv2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { linkOf, signedText } from "../../shared/approval/link.ts";
import { approvalIdOf } from "../../shared/approval/question-ids.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { writeRun } from "../../shared/aws/self-healing/runs.ts";
import type { QuestionKind } from "../../shared/contracts/self-healing/approval.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { DATASET, REPORT } from "../shared/report/sample-approval.ts";
import { type AroundCall, MemoryTable } from "./memory-table.ts";

export const ARN = "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2";
export const API = "https://api.example.com";

// biome-ignore lint/suspicious/noExplicitAny: as the SDK's mock has it.
type Input = any;

/**
 * All that approvals and reviews talk to, in memory: the table, files, the registry, one state machine's
 * task, and keys. Each call can be made to fail before or after it takes effect.
 */
export class ApprovalAccount {
  readonly table = new MemoryTable();
  readonly objects = new Map<string, string>();
  /** What was decided, by task token. */
  readonly answers: [string, { outcome: string; reason: string }][] = [];
  readonly events: Record<string, Input>[] = [];
  readonly messages: { Subject: string; Message: string }[] = [];
  readonly invoked: Input[] = [];
  /** What the called function answers. */
  decision: Input = {};
  registry: Record<string, Input> = { ModelApprovalStatus: "PendingManualApproval" };
  #around: AroundCall = () => {};
  readonly #mocks = [
    mockClient(S3Client),
    mockClient(SageMakerClient),
    mockClient(SFNClient),
    mockClient(KMSClient),
    mockClient(EventBridgeClient),
    mockClient(ApiGatewayV2Client),
    mockClient(SNSClient),
    mockClient(LambdaClient),
  ] as const;

  constructor() {
    Object.assign(process.env, {
      ...{ PLUMBLINE_STAGE: "test", PLUMBLINE_BUCKET: "bucket" },
      ...{ PLUMBLINE_EVENT_SOURCE: "plumbline.test", PLUMBLINE_LINK_KEY_ID: "alias/links" },
      PLUMBLINE_MESSAGES_TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:messages",
      PLUMBLINE_STATE_MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:healing",
    });
    const [s3, sagemaker, machine, kms, bus, apis, sns, lambda] = this.#mocks;
    const on = (name: string, effect: (input: Input) => object) => (input: Input) => {
      this.#around(name, "before");
      const output = effect(input);
      this.#around(name, "after");
      return output;
    };
    s3.on(GetObjectCommand).callsFake(on("GetObject", ({ Key }) => this.#read(Key)));
    s3.on(PutObjectCommand).callsFake(on("PutObject", (input) => this.#write(input)));
    s3.on(ListObjectsV2Command).resolves({});
    sagemaker
      .on(DescribeModelPackageCommand)
      .callsFake(on("DescribeModelPackage", () => this.registry));
    sagemaker.on(UpdateModelPackageCommand).callsFake(
      on("UpdateModelPackage", ({ ModelApprovalStatus, ApprovalDescription }) => {
        this.registry = { ...this.registry, ModelApprovalStatus, ApprovalDescription };
        return {};
      }),
    );
    machine.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
    machine.on(SendTaskSuccessCommand).callsFake(
      on("SendTaskSuccess", ({ taskToken, output }) => {
        if (this.answers.some(([token]) => token === taskToken)) {
          throw new TaskTimedOut({ message: "", $metadata: {} });
        }
        this.answers.push([taskToken, JSON.parse(output)]);
        return {};
      }),
    );
    kms
      .on(GenerateMacCommand)
      .callsFake(on("GenerateMac", ({ Message }) => ({ Mac: macOf(Message) })));
    kms.on(VerifyMacCommand).callsFake(
      on("VerifyMac", ({ Message, Mac }) => {
        if (macOf(Message).equals(Mac)) return { MacValid: true };
        throw Object.assign(new Error("invalid"), { name: "KMSInvalidMacException" });
      }),
    );
    bus.on(PutEventsCommand).callsFake(
      on("PutEvents", ({ Entries }) => {
        this.events.push(...Entries.map(({ Detail }: Input) => JSON.parse(Detail)));
        return {};
      }),
    );
    apis.on(GetApisCommand).resolves({
      Items: [{ Name: "plumbline-test", ApiId: "api", ApiEndpoint: API }] as never,
    });
    sns.on(PublishCommand).callsFake(
      on("Publish", ({ Subject, Message }) => {
        this.messages.push({ Subject, Message });
        return {};
      }),
    );
    lambda.on(InvokeCommand).callsFake(
      on("Invoke", ({ Payload }) => {
        this.invoked.push(JSON.parse(Payload));
        return { Payload: Buffer.from(JSON.stringify(this.decision)) };
      }),
    );
    this.objects.set(`evaluations/${REPORT.run}/report.json`, JSON.stringify(REPORT));
    this.objects.set(`training/${REPORT.run}/dataset.json`, JSON.stringify(DATASET));
  }

  /** A run whose version is registered, and that holds its endpoint. */
  async begin(): Promise<void> {
    const { fence } = await acquireLock(RUN, Date.parse(TASK.at));
    await writeRun({ ...RUN, fence, modelPackageArn: ARN });
  }

  /** Runs before and after each call to AWS; what it throws the caller gets. */
  set around(around: AroundCall) {
    this.#around = around;
    this.table.around = around;
  }

  /** Dies before or after the call of that number, from 1; whoever died does nothing more. */
  dieAt(moment: number): void {
    let count = 0;
    this.around = () => {
      count += 1;
      if (count >= moment) throw new Error("died");
    };
  }

  close(): void {
    this.table.close();
    for (const mock of this.#mocks) mock.restore();
  }

  #read(key: string): object {
    const text = this.objects.get(key);
    if (text !== undefined) return { Body: [Buffer.from(text)], ETag: '"e1"' };
    const $metadata = { httpStatusCode: 404 };
    throw new S3ServiceException({ name: "NoSuchKey", $fault: "client", $metadata });
  }

  #write({ Key, Body, IfNoneMatch }: Input): object {
    if (IfNoneMatch === "*" && this.objects.has(Key)) {
      const $metadata = { httpStatusCode: 412 };
      throw new S3ServiceException({ name: "PreconditionFailed", $fault: "client", $metadata });
    }
    this.objects.set(Key, String(Body));
    return {};
  }
}

/** What the key in KMS makes of a message. */
function macOf(message: Uint8Array): Buffer {
  return createHmac("sha256", "the key in KMS").update(message).digest();
}

export function linkTo(kind: QuestionKind, id: string, expiresAt: string): string {
  const claim = { kind, id, expiresAtMillis: Date.parse(expiresAt) };
  const signature = macOf(Buffer.from(signedText(claim))).toString("base64url");
  return linkOf(API, claim, signature);
}

/** As the state machine asks. */
export const TASK = { run: RUN.run, at: "2026-01-15T12:00:00.000Z", taskToken: "token" };
export const OPEN_UNTIL = "2026-01-18T12:00:00.000Z";
export const APPROVAL_ID = approvalIdOf(RUN.run);
export const LINK = linkTo("approval", APPROVAL_ID, OPEN_UNTIL);
