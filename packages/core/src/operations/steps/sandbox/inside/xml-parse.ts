import { XMLParser } from 'fast-xml-parser'
import type { XmlSettings } from '../job.ts'
import { Refused } from './refused.ts'
import { checkMarkup, withoutReferences } from './xml-markup.ts'

const deepest = 200

// Everything stays as it is written; what it means is decided here.
const parser = new XMLParser({
  ...{ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', cdataPropName: '#cdata' },
  ...{ parseTagValue: false, parseAttributeValue: false, trimValues: false, processEntities: false },
  ...{
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: deepest,
    onDangerousProperty: (name) => name,
  },
})

/** A node as the parser puts it out: its name and children, and its attributes as `:@`. */
type Node = Readonly<Record<string, unknown>>

/** An XML document as an object with its root element's name, as JSON text. */
export function parseXml(text: string, settings: XmlSettings): string {
  checkMarkup(text)
  const nodes = parsed(text).filter((node) => !('#text' in node))
  const [root] = nodes
  if (!root || nodes.length > 1) throw new Refused('The XML has to have one element that holds all others.')
  const name = nameOf(root)
  const lists = settings.arrays.map(pathMatcher)
  return JSON.stringify(fieldsOf([[name, new Reading(settings, lists).value(root, [name])]], [], lists))
}

function parsed(text: string): readonly Node[] {
  try {
    return parser.parse(text, true)
  } catch (error) {
    // Its sentences quote names of elements at most.
    const said = error instanceof Error ? error.message.slice(0, 200) : ''
    throw new Refused(`The XML is not well-formed, or nested deeper than ${deepest} elements: ${said}`)
  }
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? ''
}

type Entry = readonly [name: string, value: unknown]
type PathMatcher = (path: readonly string[]) => boolean

class Reading {
  readonly #settings: XmlSettings
  readonly #lists: readonly PathMatcher[]

  constructor(settings: XmlSettings, lists: readonly PathMatcher[]) {
    this.#settings = settings
    this.#lists = lists
  }

  /** An element's value: its text, or what it holds by name. */
  value(node: Node, path: readonly string[]): unknown {
    const { attributePrefix, textName } = this.#settings
    const children = node[nameOf(node)] as readonly Node[]
    const attributes = Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>)
    const text = children.map(textOf).join('')
    const entries = children.flatMap((child): readonly Entry[] => {
      const name = nameOf(child)
      if (name === '#text' || name === '#cdata') return []
      return [[name, this.value(child, [...path, name])]]
    })
    if (attributes.length === 0 && entries.length === 0) return text
    const own = attributes.map(([name, value]): Entry => [attributePrefix + name, withoutReferences(value)])
    const words: readonly Entry[] = /\S/.test(text) ? [[textName, text]] : []
    return fieldsOf([...own, ...entries, ...words], path, this.#lists)
  }
}

function textOf(node: Node): string {
  const { '#text': text, '#cdata': cdata } = node
  if (typeof text === 'string') return withoutReferences(text)
  if (!Array.isArray(cdata)) return ''
  return cdata.map((each: Node) => String(each['#text'] ?? '')).join('')
}

/** By name; what has its name in common with others, or is said to be one, is a list. */
function fieldsOf(entries: readonly Entry[], path: readonly string[], lists: readonly PathMatcher[]): object {
  const byName = new Map<string, unknown[]>()
  for (const [name, value] of entries) {
    const values = byName.get(name)
    if (values) values.push(value)
    else byName.set(name, [value])
  }
  const fields = [...byName].map(([name, values]): Entry => {
    const isList = values.length > 1 || lists.some((matches) => matches([...path, name]))
    return [name, isList ? values : values[0]]
  })
  return Object.fromEntries(fields)
}

/** `orders/order`: names from the root; `*` is any name, and `//order` is one wherever it stands. */
function pathMatcher(text: string): PathMatcher {
  const anywhere = text.startsWith('//')
  const names = text.replace(/^\/+/, '').split('/')
  return (path) => {
    const rest = anywhere ? path.slice(-names.length) : path
    return rest.length === names.length && names.every((name, at) => name === '*' || name === rest[at])
  }
}
