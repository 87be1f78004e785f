/**
 * Endpoints whose definition is not the one that was registered: events of S3 may be lost, and then
 * nobody else would notice.
 */
export function changedMonitors(
  files: readonly { readonly endpoint: string; readonly etag: string }[],
  records: readonly { readonly endpoint: string; readonly definitionEtag: string }[],
): string[] {
  const registered = new Map(records.map((record) => [record.endpoint, record.definitionEtag]));
  const changed = files.filter(({ endpoint, etag }) => registered.get(endpoint) !== etag);
  const removed = records.filter((record) =>
    files.every(({ endpoint }) => endpoint !== record.endpoint),
  );
  return [...changed, ...removed].map(({ endpoint }) => endpoint);
}
