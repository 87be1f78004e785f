import fc from "fast-check";

/** Few ids, so that they repeat and meet; one needs escapes, one is not ASCII. */
const ID = fc.constantFrom("a1", "b2", "c3", 'quo"te', "ünï", "0123456789abcdef0123456789abcdef");

const TIME = fc.constantFrom(
  "2026-01-15T10:00:00Z",
  "2026-01-15T10:00:01Z",
  "2026-01-15T10:59:59Z",
  "2026-01-15T11:00:00Z",
  "2026-01-15T11:00:00.250Z",
  "2026-01-15T12:00:00+01:00",
);
const BAD_TIME = fc.constantFrom("2026-02-30T10:00:00Z", "2026-01-15", "now", "");

const CSV_LABEL = fc.constantFrom("0", "1", "1\n0", ' "x"', "ä", "  ", "a/b");
const JSON_LABEL = fc.constantFrom('{"label": 1}', '{"label":0}\n{"label":1}', "1", '{"ü":1}');

const label = fc.record({
  groundTruthData: fc.oneof(
    fc.record({ data: CSV_LABEL, encoding: fc.constant("CSV") }),
    fc.record({ data: JSON_LABEL, encoding: fc.constant("JSON") }),
  ),
  eventMetadata: fc.record(
    { eventId: ID, labelTime: fc.oneof({ weight: 9, arbitrary: TIME }, BAD_TIME) },
    { requiredKeys: ["eventId"] },
  ),
  eventVersion: fc.constant("0"),
});

const payload = (mode: string, texts: fc.Arbitrary<string>) =>
  fc.record({
    observedContentType: fc.constantFrom("text/csv", "text/csv; charset=utf-8", null),
    mode: fc.constant(mode),
    data: texts,
    encoding: fc.constantFrom("CSV", "CSV", "JSON", "BASE64"),
  });

const capture = fc.record({
  captureData: fc.record(
    {
      endpointInput: payload("INPUT", fc.constantFrom("1,2", "3,4\n5,6", "MSwy", "x\\y")),
      endpointOutput: payload("OUTPUT", fc.constantFrom("0.25", "0.75\n", '{"s": 0.5}', "MC41")),
    },
    { requiredKeys: ["endpointInput"] },
  ),
  eventMetadata: fc.record(
    {
      eventId: ID,
      inferenceId: ID,
      customAttributes: fc.array(fc.constantFrom("k=v", "plain")),
      inferenceTime: fc.oneof({ weight: 9, arbitrary: TIME }, BAD_TIME),
    },
    { requiredKeys: ["eventId", "inferenceTime"] },
  ),
  eventVersion: fc.constant("0"),
});

/** As several writers of JSON would put it. */
const WRITERS: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 1).replaceAll(/\n */g, " "),
  (value) => JSON.stringify(value).replaceAll("/", "\\/"),
  (value) => JSON.stringify(value).replaceAll("ü", "\\u00fc"),
  (value) => `${JSON.stringify(value)}\r`,
  (value) => JSON.stringify(value).slice(0, -2),
];

const lineOf = (record: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.tuple(record, fc.constantFrom(...WRITERS)).map(([value, write]) => write(value));

/** Lines as they lie in files, most of them good. */
export const labelLines = fc.array(lineOf(label), { maxLength: 30 });
export const captureLines = fc.array(lineOf(capture), { maxLength: 30 });
