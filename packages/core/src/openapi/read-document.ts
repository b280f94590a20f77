import type { Fault } from '@sallyport/contract'
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml'
import { bounds } from './bounds.ts'
import { documentFault } from './document-fault.ts'

// A version or a date stays the text that it is; `<<` is no part of YAML 1.2, and common all the same.
const schema = CORE_SCHEMA.withTags([mergeTag])

/** What a document says: JSON if it is, else YAML. Nothing that it refers to is read. */
export function readDocument(document: unknown): { readonly ok: unknown } | { readonly fault: Fault } {
  if (typeof document !== 'string') return { ok: document }
  const text = document.startsWith('\u{feff}') ? document.slice(1) : document
  if (/^\s*\{/.test(text)) {
    try {
      return { ok: JSON.parse(text) as unknown }
    } catch {
      // Braces begin a mapping in YAML too.
    }
  }
  try {
    const { levels: maxDepth, aliases: maxAliases, mergedKeys: maxTotalMergeKeys } = bounds
    return { ok: load(text, { schema, maxDepth, maxAliases, maxTotalMergeKeys }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    return { fault: documentFault('malformed', messageOf(error)) }
  }
}

function messageOf({ reason, mark }: YAMLException): string {
  const where = mark ? ` at line ${mark.line + 1}, column ${mark.column + 1}` : ''
  return `This is neither JSON nor YAML that can be read: ${reason}${where}. Correct it.`
}
