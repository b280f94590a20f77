import type { JsonValue } from '@sallyport/contract'

/** What a field for any JSON holds: the value, or why there is none. */
export type ReadJson = { readonly value: JsonValue } | { readonly fault: string }

const placeholder = /^\{[A-Za-z_][\w$@#:.-]*\}$/

/**
 * Text as a template means it: JSON where it is that, and otherwise itself, so that `{input.name}` and plain words need
 * no quotes. A number is one only as far as it is written back the same: 007 and 12345678901234567890 stay texts.
 */
export function readJson(text: string): ReadJson {
  const written = text.trim()
  if (placeholder.test(written)) return { value: written }
  try {
    const value = JSON.parse(written) as JsonValue
    const isSame = typeof value === 'object' || typeof value === 'string' || JSON.stringify(value) === written
    return { value: isSame ? value : text }
  } catch (error) {
    // Whatever begins like an object, a list or a quoted text was meant to be one.
    if (!/^[[{"]/.test(written) || /^\{[A-Za-z_][\w$@#:.-]*\}/.test(written)) return { value: text }
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it ends too early'}.` }
  }
}

/** The same the other way: what `readJson` reads as this value. */
export function writeJson(value: JsonValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') {
    const read = value === value.trim() && value !== '' ? readJson(value) : undefined
    return read && 'value' in read && read.value === value ? value : JSON.stringify(value)
  }
  return JSON.stringify(value, undefined, 2)
}
