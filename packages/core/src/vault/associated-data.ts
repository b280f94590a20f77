import type { SealContext } from '../seal-context.ts'

/** A value's place as bytes; each field is prefixed with its length, so that no two places read the same. */
export function associatedData(version: number, keyId: string, context: SealContext): Buffer {
  const { organizationId, environment, table, rowId, column, generation } = context
  if (!Number.isSafeInteger(generation) || generation < 0)
    throw new RangeError('a generation counts up from 0')
  const texts = [organizationId, environment, table, rowId, column, keyId, String(generation)]
  const lengths = texts.map((text) => Buffer.byteLength(text))
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 5))
  bytes.writeUInt32BE(1, 0)
  bytes[4] = version
  let offset = 5
  for (const [index, text] of texts.entries()) {
    const length = lengths[index] ?? 0
    offset = bytes.writeUInt32BE(length, offset)
    offset += bytes.write(text, offset)
  }
  return bytes
}
