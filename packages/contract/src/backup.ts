import { z } from 'zod'

const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)
const bytes = z.base64()

/** The version of the format that this program writes, and the only one that it reads. */
export const backupVersion = 1

/**
 * The first line of a backup: gzip over lines of JSON. For each of `tables`, in their order, `{"table": …}` and a line for
 * each row, an array in the order of its columns, bytes in base64; then `{"answers": true}` and a line for each answer that
 * a journal held; then `{"rows": …}`, and last `{"sha256": …, "mac": …}` over all before.
 */
export const BackupHeader = z.object({
  format: z.literal('sallyport-backup'),
  version: z.literal(backupVersion),
  /** Of the program that wrote it. */
  product: z.string(),
  realm: z.string(),
  /** The moment before the database was read. */
  createdAt: z.iso.datetime(),
  /** Names of the migrations that made the tables, in order. */
  migrations: z.array(z.string()).min(1),
  /** Outer keys that have to be there to open what is sealed, each with what proves it. */
  outerKeys: z.array(z.object({ id: z.string(), check: bytes })).min(1),
  /** The key of `mac`, wrapped by an outer key. */
  signedBy: z.object({ id: z.string(), wrapped: bytes }),
  /** In an order in which all that a row refers to is there before it. */
  tables: z.array(
    z.object({
      name,
      columns: z.array(z.object({ name, type: z.enum(['text', 'integer', 'bytes']) })).min(1),
      rows: z.int().min(0),
    }),
  ),
})

export type BackupHeader = z.infer<typeof BackupHeader>

/** The last line of a backup. */
export const BackupSeal = z.object({ sha256: bytes, mac: bytes })
