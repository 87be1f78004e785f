/** The media type without its parameters, in lower case: `text/csv; charset=utf-8` is `text/csv`. */
export function mediaTypeOf(contentType: string): string {
  return contentType.split(";", 1)[0]!.trim().toLowerCase();
}
