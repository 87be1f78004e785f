import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildFunctions } from "../../functions/build.ts";
import type { Bundle } from "../../functions/build-record.ts";
import { whilePackaging } from "../../local/deploy.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const serverless = join(root, "node_modules", "serverless", "bin", "serverless.js");

/** A stage that is deployed to AWS is packaged without credentials when it knows the account. */
const ENVIRONMENT = { PATH: process.env.PATH ?? "", AWS_ACCOUNT_ID: "123456789012" };

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is what CloudFormation takes, type by type.
  readonly Properties: Record<string, any>;
}

export interface Packaged {
  readonly stage: string;
  readonly bundles: readonly Bundle[];
  /** Holds the template. */
  readonly folder: string;
  readonly templateFile: string;
  readonly resources: Readonly<Record<string, Resource>>;
}

/** What `serverless package` makes of a stage. */
export async function packageStage(stage: string): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), `plumbline-${stage}-`));
  const args = [serverless, "package", `--stage=${stage}`, `--package=${folder}`];
  const bundles = await whilePackaging(async () => {
    await run(process.execPath, args, { cwd: root, env: ENVIRONMENT });
    return await buildFunctions();
  });
  const templateFile = join(folder, "cloudformation-template-update-stack.json");
  const { Resources } = JSON.parse(await readFile(templateFile, "utf8"));
  return { stage, bundles, folder, templateFile, resources: Resources };
}

/** The resources of one type, by logical id. */
export function ofType(packaged: Packaged, type: string): [string, Resource][] {
  return Object.entries(packaged.resources).filter(([, { Type }]) => Type === type);
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string[];
  readonly Resource: unknown[];
  readonly Condition?: unknown;
}

/** What a role allows and denies, lists as lists. */
export function statementsOf(role: Resource): Statement[] {
  const policies: { PolicyDocument: { Statement: Record<string, unknown>[] } }[] =
    role.Properties.Policies;
  return policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map((statement) => ({
      ...(statement as unknown as Statement),
      Action: [statement.Action].flat() as string[],
      Resource: [statement.Resource].flat(),
    })),
  );
}

/** `profile-capture` → its function, and the role that the function runs under. */
export function functionOf(packaged: Packaged, name: string): { code: Resource; role: Resource } {
  const [, code] = ofType(packaged, "AWS::Lambda::Function").find(
    ([, { Properties }]) => Properties.FunctionName === `plumbline-${packaged.stage}-${name}`,
  )!;
  const roleId = /^\$\{(\w+)\.Arn\}$/.exec(code.Properties.Role["Fn::Sub"])![1]!;
  return { code, role: packaged.resources[roleId]! };
}
