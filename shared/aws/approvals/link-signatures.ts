import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import type { LinkClaim } from "../../approval/link.ts";
import { linkOf, signedText } from "../../approval/link.ts";
import { stageText } from "../stage.ts";
import { apiUrl } from "./api-url.ts";

const ALGORITHM = "HMAC_SHA_256";

let client: KMSClient | undefined;

/** A link that opens the page of one question. The key that signs it never leaves KMS. */
export async function signedLink(claim: LinkClaim): Promise<string> {
  client ??= new KMSClient({});
  const { Mac } = await client.send(
    new GenerateMacCommand({
      KeyId: stageText("linkKeyId"),
      MacAlgorithm: ALGORITHM,
      Message: Buffer.from(signedText(claim)),
    }),
  );
  return linkOf(await apiUrl(), claim, Buffer.from(Mac!).toString("base64url"));
}

/** Whether we signed this claim; KMS compares in constant time. */
export async function isSigned(claim: LinkClaim, signature: string): Promise<boolean> {
  client ??= new KMSClient({});
  try {
    const { MacValid } = await client.send(
      new VerifyMacCommand({
        KeyId: stageText("linkKeyId"),
        MacAlgorithm: ALGORITHM,
        Message: Buffer.from(signedText(claim)),
        Mac: Buffer.from(signature, "base64url"),
      }),
    );
    return MacValid === true;
  } catch (error) {
    if (error instanceof Error && error.name === "KMSInvalidMacException") return false;
    throw error;
  }
}
