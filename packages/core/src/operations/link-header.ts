/**
 * The target of the first link of a relation (RFC 8288 §3), as it is written. Relations are compared without regard to
 * case; a target or a value in quotes may hold what separates links elsewhere.
 */
export function linkOf(header: string | undefined, relation: string): string | undefined {
  if (header === undefined) return undefined
  for (const [, target = '', parameters = ''] of header.matchAll(link)) {
    for (const [, name = '', quoted, token] of parameters.matchAll(parameter)) {
      if (name.toLowerCase() !== 'rel') continue
      const relations = (quoted ?? token ?? '').toLowerCase().split(/\s+/)
      if (relations.includes(relation.toLowerCase())) return target.trim()
      // Only the first `rel` of a link counts.
      break
    }
  }
  return undefined
}

const link = /<([^<>]*)>((?:\s*;\s*[^\s=;,"]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g
const parameter = /;\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*)))?/g
