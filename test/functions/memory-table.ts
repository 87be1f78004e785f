import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";

// biome-ignore lint/suspicious/noExplicitAny: an item holds whatever the code under test puts there.
export type Item = Record<string, any>;

/** Runs before and after each call takes effect; what it throws the caller gets. */
export type AroundCall = (call: string, moment: "before" | "after") => void;

/**
 * The stage's table in memory, with the expressions that this project writes. That it behaves so on the
 * wire is the stories' part.
 */
export class MemoryTable {
  readonly items = new Map<string, Item>();
  around: AroundCall = () => {};
  readonly #mock = mockClient(DynamoDBDocumentClient);

  constructor() {
    process.env.AWS_REGION = "us-east-1";
    process.env.PLUMBLINE_TABLE = "table";
    const on = (name: string, effect: (input: Item) => object) => (input: Item) => {
      this.around(name, "before");
      const output = effect(input);
      this.around(name, "after");
      return structuredClone(output);
    };
    this.#mock.on(GetCommand).callsFake(on("Get", ({ Key }) => this.#answer(keyOf(Key))));
    this.#mock.on(QueryCommand).callsFake(on("Query", (input) => this.#query(input)));
    this.#mock.on(PutCommand).callsFake(on("Put", (input) => this.#put(input)));
    this.#mock.on(UpdateCommand).callsFake(on("Update", (input) => this.#update(input)));
    this.#mock.on(DeleteCommand).callsFake(on("Delete", (input) => this.#delete(input)));
  }

  close(): void {
    this.#mock.restore();
  }

  item(pk: string, sk: string): Item | undefined {
    return this.items.get(keyOf({ pk, sk }));
  }

  #answer(key: string): object {
    const item = this.items.get(key);
    return item === undefined ? {} : { Item: item };
  }

  #query({ ExpressionAttributeValues: values, ScanIndexForward = true, Limit }: Item): object {
    const { ":pk": pk, ":from": from = "", ":to": to = "\uffff", ...others } = values;
    // The one other condition that is written: that the sort key begins with something.
    const [prefix = ""] = Object.values(others) as string[];
    const found = [...this.items.values()]
      .filter((item) => item.pk === pk && item.sk >= from && item.sk <= to)
      .filter(({ sk }) => sk.startsWith(prefix))
      .sort((a, b) => (a.sk < b.sk ? -1 : 1));
    return { Items: (ScanIndexForward ? found : found.reverse()).slice(0, Limit) };
  }

  #put(input: Item): object {
    const key = keyOf(input.Item);
    this.#require(input, key);
    this.items.set(key, withoutUndefined(input.Item));
    return {};
  }

  #delete(input: Item): object {
    this.#require(input, keyOf(input.Key));
    this.items.delete(keyOf(input.Key));
    return {};
  }

  #update(input: Item): object {
    const key = keyOf(input.Key);
    this.#require(input, key);
    const before: Item = this.items.get(key) ?? {};
    const item: Item = { ...input.Key, ...structuredClone(before) };
    const name = (text: string) => input.ExpressionAttributeNames?.[text] ?? text;
    const value = (text: string): unknown => {
      const [, once, otherwise] = /^if_not_exists\((\S+), (\S+)\)$/.exec(text) ?? [];
      if (once !== undefined) return before[name(once)] ?? value(otherwise!);
      return input.ExpressionAttributeValues[text];
    };
    const clauses = input.UpdateExpression.split(/ ?\b(SET|ADD|REMOVE) /).slice(1);
    for (let index = 0; index < clauses.length; index += 2) {
      for (const term of clauses[index + 1].split(/, (?![^(]*\))/)) {
        const [target, ...rest] = term.split(clauses[index] === "SET" ? " = " : " ");
        if (clauses[index] === "REMOVE") delete item[name(target)];
        else if (clauses[index] === "SET") item[name(target)] = structuredClone(value(rest[0]));
        else item[name(target)] = (item[name(target)] ?? 0) + (value(rest[0]) as number);
      }
    }
    this.items.set(key, withoutUndefined(item));
    return input.ReturnValues === "ALL_NEW" ? { Attributes: item } : {};
  }

  #require(input: Item, key: string): void {
    const { ConditionExpression: condition } = input;
    if (condition === undefined || holds(condition, this.items.get(key), input)) return;
    throw Object.assign(new Error(condition), { name: "ConditionalCheckFailedException" });
  }
}

/** Terms joined by AND, those joined by OR; brackets around a term or a list of such. */
function holds(condition: string, item: Item | undefined, input: Item): boolean {
  const split = (text: string, by: string) => text.split(new RegExp(` ${by} (?![^(]*\\))`));
  const of = (text: string): boolean => {
    const inner = /^\((.*)\)$/.exec(text)?.[1] ?? text;
    if (split(inner, "OR").length > 1) return split(inner, "OR").some(of);
    if (split(inner, "AND").length > 1) return split(inner, "AND").every(of);
    return termHolds(inner, item, input);
  };
  return of(condition);
}

function termHolds(term: string, item: Item | undefined, input: Item): boolean {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  const of = (name: string) => item?.[names[name] ?? name];
  const [, not, tested] = /^attribute_(not_)?exists\((\S+)\)$/.exec(term) ?? [];
  if (tested !== undefined) return (of(tested) === undefined) === (not !== undefined);
  const [, name, operator, value] = /^(\S+) (=|<>|<=|>=|<|>) (:\w+)$/.exec(term) ?? [];
  if (name === undefined)
    throw new Error(`condition "${term}" is not known to the table in memory`);
  const [left, right] = [of(name), values[value!]];
  if (left === undefined) return operator === "<>";
  if (operator === "=") return left === right;
  if (operator === "<>") return left !== right;
  return { "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right }[
    operator as "<"
  ];
}

function withoutUndefined(item: Item): Item {
  return JSON.parse(JSON.stringify(item));
}

function keyOf({ pk, sk }: Item): string {
  return `${pk} ${sk}`;
}
