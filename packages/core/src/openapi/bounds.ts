/** What a document may take of us; past these it is refused, or what is past them left out and named. */
export const bounds = {
  /** Levels of a YAML document. */
  levels: 256,
  aliases: 10_000,
  mergedKeys: 10_000,
  /** Paths that a document may describe, and operations that it may have. */
  paths: 50_000,
  operations: 50_000,
  /** Operations that one import makes. */
  imported: 5000,
  /** Of these together, as JSON. */
  importedBytes: 67_108_864,
  parameters: 200,
  /** Of a document, so many are named. */
  servers: 100,
  references: 20,
  /** Schemas within the schema of an operation's input, and of its output. */
  inputSchemas: 500,
  outputSchemas: 200,
  formFields: 300,
  formLevels: 4,
  skipped: 10_000,
  reason: 500,
  /** Of the thread that does it. */
  milliseconds: 60_000,
  heapMegabytes: 1024,
} as const
