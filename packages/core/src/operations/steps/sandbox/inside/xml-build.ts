import { XMLBuilder } from 'fast-xml-parser'
import type { XmlSettings } from '../job.ts'
import { Refused } from './refused.ts'
import { isXmlName, isXmlText } from './xml-markup.ts'

const deepest = 200

/** An object with one member, the root element, as XML; the other way of `parseXml`. */
export function buildXml(fields: unknown, settings: XmlSettings): string {
  const { attributePrefix, textName } = settings
  if (!isFields(fields) || Object.keys(fields).length !== 1)
    throw new Refused(
      'XML is built from an object with one member, which becomes the element that holds all others.',
    )
  const checked = new Checking(settings).fields(fields, '')
  if (Object.values(checked).some(Array.isArray))
    throw new Refused('The element that holds all others cannot be a list.')
  const builder = new XMLBuilder({
    ...{ attributeNamePrefix: attributePrefix, textNodeName: textName, ignoreAttributes: false },
    ...{ suppressEmptyNode: true, suppressBooleanAttributes: false, maxNestedTags: deepest + 10 },
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(builder.build(checked))}`
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Makes texts of values; the builder writes names and characters as they come. */
class Checking {
  readonly #settings: XmlSettings

  constructor(settings: XmlSettings) {
    this.#settings = settings
  }

  fields(fields: Fields, path: string): Record<string, unknown> {
    if (path.split('/').length > deepest)
      throw new Refused(`The object is nested deeper than ${deepest} elements.`)
    const { attributePrefix, textName } = this.#settings
    const entries = Object.entries(fields).flatMap(([name, value]) => {
      const here = `${path}/${name.slice(0, 100)}`
      if (name === textName) return [[name, text(value, here)]]
      const isAttribute = attributePrefix !== '' && name.startsWith(attributePrefix)
      if (!isXmlName(isAttribute ? name.slice(attributePrefix.length) : name) || name === '__proto__')
        throw new Refused(`${here} is no name that XML has for an element or attribute.`)
      if (!isAttribute) return [[name, this.#element(value, here)]]
      return value === null ? [] : [[name, text(value, here)]]
    })
    return Object.fromEntries(entries)
  }

  #element(value: unknown, path: string): unknown {
    if (!Array.isArray(value)) return isFields(value) ? this.fields(value, path) : text(value, path)
    return value.map((item, at) => {
      if (Array.isArray(item))
        throw new Refused(`${path}/${at} is a list in a list, which XML does not have.`)
      return isFields(item) ? this.fields(item, path) : text(item, path)
    })
  }
}

function text(value: unknown, path: string): string {
  if (typeof value === 'object' && value !== null)
    throw new Refused(`${path} has to be a text, number or boolean.`)
  const written = value === null ? '' : String(value)
  if (!isXmlText(written)) throw new Refused(`${path} holds a character that XML does not have.`)
  return written
}
