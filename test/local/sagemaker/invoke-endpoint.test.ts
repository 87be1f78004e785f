import { UpdateEndpointWeightsAndCapacitiesCommand } from "@aws-sdk/client-sagemaker";
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
} from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainChurnModel } from "../../../local/churn/churn-model.ts";
import { numbersOf } from "../../../local/churn/churn-rows.ts";
import { predictProbability } from "../../../local/logistic-regression/model.ts";
import {
  beginEndpoint,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
  settled,
  variantOf,
} from "../simulated-account.ts";

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount();
  await createModel(account, "challenger");
  await createEndpoint(account, "churn", {
    ProductionVariants: [
      variantOf("churn", { VariantName: "champion", InitialVariantWeight: 3 }),
      variantOf("challenger", { VariantName: "challenger", InitialVariantWeight: 1 }),
    ],
  });
});
afterAll(() => account.close());

async function invoke(body: string, input: Partial<InvokeEndpointCommandInput> = {}) {
  const { Body, ...answer } = await account.runtime.send(
    new InvokeEndpointCommand({
      EndpointName: "churn",
      ContentType: "text/csv",
      ...input,
      Body: Buffer.from(body),
    }),
  );
  return { ...answer, text: Buffer.from(Body!).toString("utf8") };
}

function rowsAndProbabilities() {
  const { features, rows } = account.training;
  const model = trainChurnModel(account.training);
  const some = rows.slice(0, 3);
  const csv = some.map(({ values }) => values.join(","));
  const named = some.map((row) =>
    Object.fromEntries([...numbersOf(row)].map((value, index) => [features[index]!, value])),
  );
  const probabilities = some.map((row) => predictProbability(model, numbersOf(row)));
  return { csv, named, probabilities };
}

describe("a model in service", () => {
  it("answers CSV with CSV, one probability a row", async () => {
    const { csv, probabilities } = rowsAndProbabilities();
    const one = await invoke(csv[0]!);
    expect(one).toMatchObject({
      ContentType: "text/csv; charset=utf-8",
      text: String(probabilities[0]),
    });
    expect((await invoke(`${csv.join("\n")}\n`)).text).toBe(probabilities.join("\n"));
  });

  it("answers in the type that is accepted", async () => {
    const { csv, named, probabilities } = rowsAndProbabilities();
    const answers = probabilities.map((probability) => ({ probability }));
    const json = { ContentType: "application/json" };
    const jsonLines = { ContentType: "application/jsonlines" };
    const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

    expect(JSON.parse((await invoke(JSON.stringify(named[0]), json)).text)).toEqual(answers[0]);
    expect(JSON.parse((await invoke(JSON.stringify(named), json)).text)).toEqual(answers);
    expect(await invoke(lines(named), jsonLines)).toMatchObject({
      ContentType: "application/jsonlines",
      text: lines(answers),
    });
    const positional = JSON.stringify({ features: csv[0]!.split(",").map(Number) });
    const csvWanted = await invoke(positional, { ...json, Accept: "text/csv" });
    expect(csvWanted.text).toBe(String(probabilities[0]));
    const jsonWanted = await invoke(csv[0]!, { Accept: "application/json" });
    expect(JSON.parse(jsonWanted.text)).toEqual(answers[0]);
  });

  it("takes a value that is missing or no number for the training mean", async () => {
    const { values } = account.training.rows[0]!;
    const index = account.training.features.indexOf("Day Mins");
    const model = trainChurnModel(account.training);
    const atMean = predictProbability(
      model,
      numbersOf({ values: values.with(index, String(model.means[index])) }),
    );
    for (const text of ["", "182.9 min", '"1,5"', "Infinity"]) {
      const answer = await invoke(values.with(index, text).join(","));
      expect(Number(answer.text)).toBeCloseTo(atMean, 12);
    }
  });
});

describe("variants", () => {
  it("share the traffic by their weights", async () => {
    const { csv } = rowsAndProbabilities();
    const served = { champion: 0, challenger: 0 };
    for (let request = 0; request < 400; request++) {
      const { InvokedProductionVariant } = await invoke(csv[0]!);
      served[InvokedProductionVariant as keyof typeof served]++;
    }
    // 400 requests at 3 in 4: five standard deviations of sqrt(400 · 0.75 · 0.25) = 8.7.
    expect(Math.abs(served.champion - 300)).toBeLessThan(44);
    expect(served.champion + served.challenger).toBe(400);
  });

  it("are reached by name, whatever their weight", async () => {
    const { csv } = rowsAndProbabilities();
    await account.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: "churn",
        DesiredWeightsAndCapacities: [{ VariantName: "challenger", DesiredWeight: 0 }],
      }),
    );
    await settled(account, "churn");
    const answer = await invoke(csv[0]!, { TargetVariant: "challenger" });
    expect(answer.InvokedProductionVariant).toBe("challenger");
    await expect(invoke(csv[0]!, { TargetVariant: "nobody" })).rejects.toMatchObject({
      name: "ValidationError",
      message: "Variant nobody not found for Request",
    });
  });
});

describe("refusals", () => {
  it("of an unknown endpoint", async () => {
    await expect(invoke("1", { EndpointName: "nobody" })).rejects.toMatchObject({
      name: "ValidationError",
      message: "Endpoint nobody of account 000000000000 not found.",
    });
  });

  it("of an endpoint that is still being created", async () => {
    const { csv } = rowsAndProbabilities();
    await beginEndpoint(account, "young");
    const input = { EndpointName: "young" };
    await expect(invoke(csv[0]!, input)).rejects.toThrow(/not found/);
    expect((await settled(account, "young")).EndpointStatus).toBe("InService");
    expect((await invoke(csv[0]!, input)).text).not.toBe("");
  });

  it.each([
    { why: "too few values", body: "1,2", input: {}, status: 400 },
    { why: "no row", body: "\n", input: {}, status: 400 },
    { why: "an open quote", body: '"1', input: {}, status: 400 },
    { why: "no JSON", body: "{", input: { ContentType: "application/json" }, status: 400 },
    {
      why: "other names",
      body: '{"a":1}',
      input: { ContentType: "application/json" },
      status: 400,
    },
    { why: "another content type", body: "x", input: { ContentType: "image/png" }, status: 415 },
    { why: "another accepted type", body: "CSV", input: { Accept: "image/png" }, status: 406 },
  ])("of the model for $why are a ModelError with status $status", async (refusal) => {
    const body = refusal.body === "CSV" ? rowsAndProbabilities().csv[0]! : refusal.body;
    const error = await invoke(body, refusal.input).catch((caught) => caught);
    expect(error).toMatchObject({
      name: "ModelError",
      OriginalStatusCode: refusal.status,
      OriginalMessage: expect.any(String),
      LogStreamArn: expect.stringContaining("/aws/sagemaker/Endpoints/churn"),
      $metadata: { httpStatusCode: 424 },
    });
  });

  it("of the container, when that fault is on", async () => {
    await account.admin("faults", { failedInvocationCount: 1 });
    const { csv } = rowsAndProbabilities();
    await expect(invoke(csv[0]!)).rejects.toMatchObject({ OriginalStatusCode: 500 });
    expect((await invoke(csv[0]!)).text).not.toBe("");
  });

  it("of an inference id that is too long", async () => {
    await expect(invoke("1", { InferenceId: "i".repeat(65) })).rejects.toThrow(/at most 64/);
  });
});
