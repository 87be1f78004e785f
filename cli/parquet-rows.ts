import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";

/** A cell as text; null when it is missing. */
export type TableCell = string | null;

export interface ParquetTable {
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Rows in the order of the file, a row group at a time. */
  readonly rows: AsyncIterable<readonly TableCell[]>;
}

/** A page of missing values alone has no bytes, over which the library's LZ4 reader stumbles. */
const pageCompressors: Compressors = {
  ...compressors,
  LZ4_RAW: (input, byteCount) =>
    byteCount === 0 ? new Uint8Array() : compressors.LZ4_RAW!(input, byteCount),
};

type CellText = (value: unknown) => TableCell;

/**
 * A Parquet file as rows of texts, as a CSV file of the same values would hold them: a whole number
 * in a column of doubles keeps its `.0`, NaN is missing.
 *
 * @throws MonitoringError `parquet-unreadable`, `parquet-nested`
 */
export async function openParquet(path: string): Promise<ParquetTable> {
  const { file, metadata } = await readMetadata(path);
  const columns = columnsOf(path, metadata);
  return {
    names: columns.map(({ name }) => name),
    rowCount: Number(metadata.num_rows),
    rows: readRows(path, file, metadata, columns),
  };
}

async function readMetadata(path: string) {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

interface Column {
  readonly name: string;
  readonly toText: CellText;
}

function columnsOf(path: string, { schema }: FileMetaData): Column[] {
  const [root, ...elements] = schema;
  if (root?.num_children !== elements.length) {
    const nested = elements.find(({ num_children: count }) => (count ?? 0) > 0);
    throw new MonitoringError(
      "parquet-nested",
      `${path}: column "${nested?.name}": holds lists or records, and a feature is one value a row`,
    );
  }
  return elements.map(({ name, type }) => ({
    name,
    toText: type === "DOUBLE" ? doubleText : type === "FLOAT" ? floatText : plainText,
  }));
}

async function* readRows(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly Column[],
): AsyncGenerator<readonly TableCell[]> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    let rows: unknown[][] = [];
    try {
      const onComplete = (read: unknown[][]) => {
        rows = read;
      };
      await parquetRead({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors: pageCompressors,
        onComplete,
      });
    } catch (cause) {
      throw unreadable(path, cause);
    }
    for (const row of rows) yield columns.map(({ toText }, index) => toText(row[index]));
    rowStart = rowEnd;
  }
}

const plainText: CellText = (value) => {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const doubleText: CellText = (value) => {
  if (typeof value !== "number") return plainText(value);
  if (Number.isNaN(value)) return null;
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
};

/** The shortest digits that name this 32-bit float, as it was before it became a double. */
const floatText: CellText = (value) => {
  if (typeof value !== "number" || !Number.isFinite(value)) return doubleText(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return doubleText(short);
  }
  return doubleText(Number(value.toPrecision(9)));
};

function unreadable(path: string, cause: unknown): MonitoringError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MonitoringError("parquet-unreadable", `${path}: is not readable Parquet: ${reason}`, {
    cause,
  });
}
