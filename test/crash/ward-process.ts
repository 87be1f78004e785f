// A ward in a process of its own, which does what it is asked for until nobody is there to ask: the AWS
// clients of a process keep to the account that they found first.
import { type Crash, crash, survey } from "./crash.ts";
import type { Survey } from "./journal.ts";
import { openWard } from "./ward.ts";

export type Asked =
  | { readonly kind: "survey"; readonly name: string }
  | {
      readonly kind: "crash";
      readonly undisturbed: Survey["undisturbed"];
      readonly crash: Crash;
    };

export type Answered = { readonly answer: unknown } | { readonly error: string };

const answer = (answered: Answered): void => void process.send?.(answered);

// Who asks is told to stop as well, and then goes away.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

const ward = await openWard(console.log);
process.once("disconnect", () => void ward.close().finally(() => process.exit(0)));
process.on("message", (asked: Asked) => {
  const work = asked.kind === "survey" ? survey(ward, asked.name) : crash(ward, asked, asked.crash);
  work.then(
    (found) => answer({ answer: found }),
    (error: Error) => answer({ error: error.stack ?? error.message }),
  );
});
answer({ answer: "open" });
