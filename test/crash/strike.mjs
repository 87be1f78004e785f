// Loaded before a function's code: numbers its AWS calls, writes them down, and strikes at those that the
// plan of the run's endpoint names. A run is told by its endpoint's name in what a function is called with.

import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { Interface } from "node:readline";

const { CRASH_FOLDER: folder, CRASH_FAULTS_URL: faultsUrl } = process.env;
const { random } = Math;
const PLAN = /^(.+)\.plan\.json$/;

/** What the function works on, of a run that is watched; null of anything else. */
let invocation = null;

if (folder && faultsUrl) {
  const { emit } = Interface.prototype;
  // Each line that the local account writes to a function's process is an invocation.
  Interface.prototype.emit = function (name, ...values) {
    if (name === "line") invocation = invocationOf(values[0]);
    return emit.call(this, name, ...values);
  };
  const { request } = http;
  http.request = (options, ...rest) => send(request, options, rest);
  syncBuiltinESMExports();
}

function invocationOf(line) {
  const { event } = JSON.parse(line);
  if (event === undefined) return null;
  const names = readdirSync(folder).flatMap((file) => PLAN.exec(file)?.[1] ?? []);
  const endpoint = names.find((name) => line.includes(name));
  if (endpoint === undefined) return null;
  return { endpoint, task: taskOf(event, endpoint), counts: {}, struck: null };
}

/** Which task of the run it is: the function, and what of its event tells its uses apart. */
function taskOf(event, endpoint) {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME.replace(/^plumbline-[^-]+-/, "");
  const { action, step, attempt, taskToken, requestContext, Records: records } = event;
  const parts = [
    action ?? (taskToken === undefined ? "" : "task"),
    step ?? attempt ?? "",
    event["detail-type"]?.replaceAll(" ", "-").toLowerCase() ?? "",
    requestContext?.http?.method.toLowerCase() ?? "",
    records === undefined ? "" : records[0]?.Sns === undefined ? "queue" : "alarm",
  ];
  const task = [name, ...parts.filter((part) => part !== "")].join(".");
  // Events of one kind come after every change: they are told apart by the task that has begun last.
  return event["detail-type"] === undefined ? task : `${task}@${lastTaskOf(endpoint)}`;
}

function lastTaskOf(endpoint) {
  const tasks = callsOf(endpoint).map((line) => JSON.parse(line).task);
  return tasks.findLast((task) => !/@|\.queue$|\.alarm$/.test(task)) ?? "start";
}

function callsOf(endpoint) {
  const text = readFileSync(`${folder}/${endpoint}.calls.jsonl`, "utf8");
  // Another process may be in the middle of a line.
  return text.split("\n").slice(0, -1);
}

function send(request, options, rest) {
  const operation = operationOf(options);
  if (invocation === null || operation === null) return request(options, ...rest);
  const strike = strikeOf(operation, attemptOf(options));
  switch (strike) {
    case null:
      return request(options, ...rest);
    case "dies-before":
      process.kill(process.pid, "SIGKILL");
      break;
    case "dies-after": {
      const sent = request(options, ...rest);
      // With its headers the answer is on its way: what was asked for is done.
      sent.prependListener("response", () => process.kill(process.pid, "SIGKILL"));
      return sent;
    }
    case "times-out":
      return unanswered(request(options));
    default:
      return request(redirected(options, strike), ...rest);
  }
}

/** The call is carried out, and whoever made it never learns. */
function unanswered(sent) {
  sent.once("response", (response) => {
    response.resume();
    sent.emit("error", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
  });
  return sent;
}

/** To where every call is answered with the fault that its path names. */
function redirected(options, fault) {
  const { hostname, port } = new URL(faultsUrl);
  const headers = { ...options.headers, "x-crash-fault": fault };
  return { ...options, host: hostname, hostname, port, headers };
}

/** The fault that strikes now; null when the call goes its way. */
function strikeOf(operation, attempt) {
  // The SDK tries again by itself: a throttled call stays throttled until it gives up.
  if (attempt > 1) return invocation.struck === `throttles ${operation}` ? "throttles" : null;
  invocation.struck = null;
  const { endpoint, task } = invocation;
  // By operation: calls that are made at once begin in any order.
  const ordinal = (invocation.counts[operation] ?? 0) + 1;
  invocation.counts[operation] = ordinal;
  const reach = countReached(endpoint, [task, ordinal, operation]) + 1;
  const { points } = JSON.parse(readFileSync(`${folder}/${endpoint}.plan.json`, "utf8"));
  const point = points.find((one) => {
    if (one.task !== task || one.ordinal !== ordinal || one.operation !== operation) return false;
    return one.fault === "fails" ? reach >= one.reach : reach === one.reach;
  });
  const { fault = null } = point ?? {};
  const call = { task, ordinal, operation, reach, ...(point && { fault, id: point.id }) };
  appendFileSync(`${folder}/${endpoint}.calls.jsonl`, `${JSON.stringify(call)}\n`);
  if (fault !== null) invocation.struck = `${fault} ${operation}`;
  // The SDK waits for a random time before it tries again: here for none.
  Math.random = fault === "throttles" ? () => 0 : random;
  return fault;
}

/** How often the run has come to this call of this task, in whatever process. */
function countReached(endpoint, [task, ordinal, operation]) {
  return callsOf(endpoint).filter((line) => {
    if (!line.startsWith(`{"task":"${task}","ordinal":${ordinal},`)) return false;
    return JSON.parse(line).operation === operation;
  }).length;
}

/** null of what is no call of an AWS service. */
function operationOf({ headers = {}, method, path = "" }) {
  const header = headerOf(headers);
  const service = /\/([a-z0-9-]+)\/aws4_request/.exec(header("authorization"))?.[1];
  if (service === undefined) return null;
  const target = header("x-amz-target").split(".").at(-1);
  const named = target || /\/operation\/(\w+)/.exec(path)?.[1] || /[?&]x-id=(\w+)/.exec(path)?.[1];
  if (named) return `${service}:${named}`;
  if (path.endsWith("/invocations")) return `${service}:InvokeEndpoint`;
  return `${service}:${path.includes("list-type=2") ? "ListObjectsV2" : method}`;
}

function attemptOf({ headers = {} }) {
  return Number(/attempt=(\d+)/.exec(headerOf(headers)("amz-sdk-request"))?.[1] ?? 1);
}

function headerOf(headers) {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const known = new Map(entries);
  return (name) => String(known.get(name) ?? "");
}
