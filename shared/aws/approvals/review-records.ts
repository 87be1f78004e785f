import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ReviewQuestion } from "../../contracts/self-healing/approval.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused } from "../table.ts";

/** @returns the question that stands: an earlier one of the same incident and causes, or this */
export async function storeReview(question: ReviewQuestion): Promise<ReviewQuestion> {
  const isFirst = await put(question, "attribute_not_exists(pk)");
  return isFirst ? question : ((await findReview(question.reviewId)) ?? question);
}

export async function findReview(reviewId: string): Promise<ReviewQuestion | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: itemKey(reviewId), ConsistentRead: true }),
  );
  if (item === undefined) return null;
  const { pk, sk, ...question } = item;
  return question as ReviewQuestion;
}

/** @returns false when somebody else has answered: the first answer stands */
export async function writeAnswer(question: Required<ReviewQuestion>): Promise<boolean> {
  return await put(question, "attribute_exists(pk) AND attribute_not_exists(answered)");
}

async function put(question: ReviewQuestion, ConditionExpression: string): Promise<boolean> {
  const Item = { ...itemKey(question.reviewId), ...question };
  try {
    const command = new PutCommand({ TableName: stageText("table"), Item, ConditionExpression });
    await dynamodb().send(command);
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

const itemKey = (reviewId: string): Item => ({ pk: `review#${reviewId}`, sk: "review" });
