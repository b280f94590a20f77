import { XMLBuilder, XMLParser } from 'fast-xml-parser'

/** A text as it stands inside an element or attribute. */
export function xmlText(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}

/** Fields as elements; names that begin with `@` are attributes. */
export function xmlElements(fields: unknown): string {
  const builder = new XMLBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    suppressEmptyNode: true,
  })
  return `<?xml version="1.0" encoding="UTF-8"?>${String(builder.build(fields))}`
}

/**
 * A document as nested objects, text as strings, prefixes of namespaces dropped; undefined when it is not
 * well-formed. A document type is refused: entities are how XML explodes.
 */
export function parseXml(text: string): unknown {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined
  const parser = new XMLParser({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    removeNSPrefix: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
  })
  try {
    return parser.parse(text, true)
  } catch {
    return undefined
  }
}
