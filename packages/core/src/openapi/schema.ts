import { type ApiDocument, follow } from './api-document.ts'
import { entriesOf, isMembers, isTrue, type Located, type Members, member, members } from './located.ts'
import { isPattern, type JsonSchema, plainKeywords, schemaKeywords } from './schema-keywords.ts'

export interface InlineOptions {
  readonly document: ApiDocument
  /** For whom it is: what only replies have is no input, and what only requests have no output. */
  readonly direction: 'input' | 'output'
  readonly operation: string
  readonly mostSchemas: number
}

const mostLevels = 20
/** So far down descriptions of an input are told in full. */
const describedLevels = 1

/**
 * A schema that stands by itself: references are replaced by what they lead to. Where one leads back into itself it is
 * cut, and where the whole would grow too large it is cut below as many levels as fit; both are named.
 */
export function inlined(at: Located, options: InlineOptions): JsonSchema {
  const found = largestThatFits(at, options)
  found?.inlining.report(at)
  if (found) return found.schema
  skip(options, at, 'This schema is too large even without the schemas within it: anything passes.')
  return {}
}

interface Inlined {
  readonly schema: JsonSchema
  readonly inlining: Inlining
}

/** With as many levels as fit. It begins with how many the schema before it had: neighbours are alike. */
function largestThatFits(at: Located, options: InlineOptions): Inlined | undefined {
  const { document, direction } = options
  const attempt = (levels: number): Inlined | undefined => {
    const inlining = new Inlining(options, levels)
    const schema = inlining.schemaOf(at, 0, [])
    return inlining.isTooLarge ? undefined : { schema, inlining }
  }
  let levels = document.levels[direction]
  let fitting = attempt(levels)
  while (!fitting && levels > 0) fitting = attempt(--levels)
  while (fitting?.inlining.isCut && levels < mostLevels) {
    const larger = attempt(levels + 1)
    if (!larger) break
    levels += 1
    fitting = larger
  }
  document.levels[direction] = levels
  return fitting
}

class Inlining {
  isTooLarge = false
  readonly #options: InlineOptions
  readonly #levels: number
  readonly #circles: Located[] = []
  readonly #patterns: Located[] = []
  #schemas = 0
  #cuts = 0
  #deepest = 0

  constructor(options: InlineOptions, levels: number) {
    this.#options = options
    this.#levels = levels
  }

  schemaOf(written: Located, level: number, through: readonly string[]): JsonSchema {
    this.#schemas += 1
    if (this.#schemas > this.#options.mostSchemas) this.isTooLarge = true
    if (this.isTooLarge) return {}
    if (written.value === false) return { not: {} }
    const at = follow(this.#options.document, written)
    if (!at || !isMembers(at.value)) return {}
    if (through.includes(at.path)) {
      this.#circles.push(written)
      return { description: `As ${nameIn(at.path)}, within which this is.` }
    }
    return besides(written, at, this.#known(at.value, level) ?? this.#built(at, at.value, level, through))
  }

  /** What stands whole, and refers to nothing that it is within, is the same wherever it is referred to. */
  #known(value: Members, level: number): JsonSchema | undefined {
    const { document, direction, mostSchemas } = this.#options
    const known = level <= describedLevels ? undefined : document.inlined[direction].get(value)
    if (!known || level + known.height > this.#levels) return undefined
    this.#schemas += known.schemas - 1
    this.#deepest = Math.max(this.#deepest, level + known.height)
    if (this.#schemas > mostSchemas) this.isTooLarge = true
    return known.schema
  }

  #built(at: Located, value: Members, level: number, through: readonly string[]): JsonSchema {
    const { document, direction } = this.#options
    const above = this.#deepest
    const before = { schemas: this.#schemas, left: this.#leftOut }
    this.#deepest = level
    const schema = this.#written(at, value, level, through)
    const height = this.#deepest - level
    this.#deepest = Math.max(above, this.#deepest)
    if (level > describedLevels && this.#leftOut === before.left && !this.isTooLarge) {
      document.inlined[direction].set(value, { schema, height, schemas: this.#schemas - before.schemas + 1 })
    }
    return schema
  }

  #written(at: Located, value: Members, level: number, through: readonly string[]): JsonSchema {
    const { direction } = this.#options
    const described = plainKeywords(value, level <= describedLevels && direction === 'input' ? 1000 : 120)
    const kept = direction === 'input' ? withDefaultToRead(described) : described
    if (member(at, 'pattern') && kept.pattern === undefined) this.#patterns.push(at)
    if (level >= this.#levels) {
      if (holdsSchemas(at)) this.#cuts += 1
      return kept
    }
    const within = this.#parts(at, level, [...through, at.path])
    return { ...kept, ...impliedType(kept, within), ...within }
  }

  get isCut(): boolean {
    return this.#cuts > 0
  }

  get #leftOut(): number {
    return this.#cuts + this.#circles.length + this.#patterns.length
  }

  /** Which parts were left out. What holds of a schema wherever it stands is said once. */
  report(at: Located): void {
    const { document, operation } = this.#options
    for (const { path } of this.#circles) {
      const reason = 'This refers to a schema that it is within: there anything passes.'
      document.skipped.add({ path, part: 'schema', reason })
    }
    for (const { path } of this.#patterns) {
      const reason = 'Its pattern is no regular expression of ECMAScript, or very long: it is not checked.'
      document.skipped.add({ path, part: 'schema', reason })
    }
    if (!this.isCut) return
    const reason = `Whole, this schema is very large: from level ${this.#levels + 1} on anything passes.`
    document.skipped.add({ operation, path: at.path, part: 'schema', reason })
  }

  #parts(at: Located, level: number, through: readonly string[]): JsonSchema {
    const inner = (each: Located) => this.schemaOf(each, level + 1, through)
    const parts: JsonSchema = {}
    const written = member(at, 'properties')
    if (written && isMembers(written.value)) {
      const properties = members(written).filter(([, each]) => !this.#isOfOthers(each))
      parts.properties = Object.fromEntries(properties.map(([name, each]) => [name, inner(each)]))
    }
    const required = this.#required(at)
    if (required.length > 0) parts.required = required
    this.#items(at, parts, inner)
    for (const name of schemaKeywords.one) {
      const each = member(at, name)
      if (typeof each?.value === 'boolean') parts[name] = each.value
      else if (each && isMembers(each.value)) parts[name] = inner(each)
    }
    for (const name of schemaKeywords.list) {
      const list = entriesOf(member(at, name))
      if (list.length > 0) parts[name] = list.map(inner)
    }
    for (const name of schemaKeywords.named) {
      const named = members(member(at, name) ?? nothing).filter(
        ([key]) => name !== 'patternProperties' || isPattern(key),
      )
      if (named.length > 0) parts[name] = Object.fromEntries(named.map(([key, each]) => [key, inner(each)]))
    }
    return parts
  }

  #items(at: Located, parts: JsonSchema, inner: (each: Located) => JsonSchema): void {
    const items = member(at, 'items')
    // Draft 4 wrote the schemas of single places so.
    if (items && Array.isArray(items.value)) {
      if (items.value.length > 0) parts.prefixItems = entriesOf(items).map(inner)
    } else if (items) parts.items = inner(items)
  }

  #required(at: Located): string[] {
    const names = entriesOf(member(at, 'required')).flatMap(({ value }) =>
      typeof value === 'string' ? [value] : [],
    )
    const properties = member(at, 'properties')
    return [...new Set(names)].filter((name) => {
      const property = properties && member(properties, name)
      return !property || !this.#isOfOthers(property)
    })
  }

  #isOfOthers(property: Located): boolean {
    return isTrue(property, this.#options.direction === 'input' ? 'readOnly' : 'writeOnly')
  }
}

/** What a server takes where nothing is said must not be said: in a change it would set what nobody meant to set. */
function withDefaultToRead({ default: value, ...schema }: JsonSchema): JsonSchema {
  if (value === undefined) return schema
  const { description } = schema
  const sentence = `Default: ${JSON.stringify(value).slice(0, 200)}.`
  return { ...schema, description: typeof description === 'string' ? `${description} ${sentence}` : sentence }
}

const nothing: Located = { value: {}, path: '' }

/** Beside a reference stands what holds of this use: OpenAPI 3.1 in full, others a description. */
function besides(written: Located, at: Located, schema: JsonSchema): JsonSchema {
  if (written === at || !isMembers(written.value)) return schema
  const { description, title } = plainKeywords(written.value, 1000)
  return {
    ...schema,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  }
}

/** Many documents name no type where it can be seen. */
function impliedType(kept: JsonSchema, within: JsonSchema): JsonSchema {
  if (kept.type !== undefined) return {}
  if (within.properties !== undefined) return { type: 'object' }
  return within.items === undefined ? {} : { type: 'array' }
}

function holdsSchemas(at: Located): boolean {
  const names = [
    'properties',
    'items',
    ...schemaKeywords.one,
    ...schemaKeywords.list,
    ...schemaKeywords.named,
  ]
  return names.some((name) => {
    const value = member(at, name)?.value
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0
  })
}

function nameIn(path: string): string {
  return (path.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
}

function skip({ document, operation }: InlineOptions, { path }: Located, reason: string): void {
  document.skipped.add({ operation, path, part: 'schema', reason })
}
