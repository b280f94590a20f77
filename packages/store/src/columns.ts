import type { Flag } from './tables.ts'

/** What a column that may be null holds, as records have it. */
export function optional<Value>(value: Value | null): Value | undefined {
  return value ?? undefined
}

/** The same bytes as a Buffer, not copied. */
export function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function optionalBuffer(bytes: Uint8Array | null): Buffer | undefined {
  return bytes ? buffer(bytes) : undefined
}

export function flag(value: boolean): Flag {
  return value ? 1 : 0
}

/** What a name is searched by. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** JSON text of a list of strings, read. Only this program writes it. */
export function strings<Text extends string = string>(json: string): readonly Text[] {
  return JSON.parse(json) as readonly Text[]
}

/** JSON text of an object of strings, read. Only this program writes it. */
export function stringMap(json: string): Readonly<Record<string, string>> {
  return JSON.parse(json) as Readonly<Record<string, string>>
}
