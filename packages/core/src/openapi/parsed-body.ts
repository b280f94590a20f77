import { isMembers } from './located.ts'

/** The JSON of a body; undefined for what is none, or sets an object's prototype where it is copied. */
export function parsedBody(body: Uint8Array): unknown {
  try {
    if (body.length === 0) return {}
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const value = JSON.parse(text) as unknown
    return isMembers(value) && Object.hasOwn(value, '__proto__') ? undefined : value
  } catch {
    return undefined
  }
}
