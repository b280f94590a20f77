/** A key of a ring as it is written down. */
export interface KeyRingEntry {
  readonly id: string
  readonly bytes: Buffer
}

/** Entries and faults of a key ring's text. A fault names a position only: a misplaced colon makes a key an id. */
export function parseKeyRingText(text: string): { entries: KeyRingEntry[]; faults: string[] } {
  const entries: KeyRingEntry[] = []
  const faults: string[] = []
  for (const [index, part] of text.trim().split(',').entries()) {
    const entry = parseEntry(part.trim())
    const fault = typeof entry === 'string' ? entry : repetition(entries, entry)
    if (fault) faults.push(`key ${index + 1} ${fault}`)
    else if (typeof entry !== 'string') entries.push(entry)
  }
  return { entries, faults }
}

function parseEntry(text: string): KeyRingEntry | string {
  const colon = text.indexOf(':')
  if (colon < 0) return 'is not of the form id:key'
  const id = text.slice(0, colon)
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) return 'has an id that is not 1 to 32 letters, digits, _ or -'
  const bytes = decodeKey(text.slice(colon + 1))
  if (!bytes) return 'is not 32 bytes in base64 or base64url'
  return { id, bytes }
}

function decodeKey(text: string): Buffer | undefined {
  for (const encoding of ['base64', 'base64url'] as const) {
    const bytes = Buffer.from(text, encoding)
    // Encoded again it must be the same: Buffer.from skips what it does not know.
    if (bytes.length === 32 && unpadded(bytes.toString(encoding)) === unpadded(text)) return bytes
  }
  return undefined
}

function unpadded(text: string): string {
  return text.replace(/=$/, '')
}

function repetition(entries: readonly KeyRingEntry[], { id, bytes }: KeyRingEntry): string | undefined {
  if (entries.some((entry) => entry.id === id)) return 'repeats the id of an earlier one'
  if (entries.some((entry) => entry.bytes.equals(bytes))) return 'repeats an earlier one under another id'
  return undefined
}
