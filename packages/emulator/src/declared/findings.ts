import { decoded } from './decoded.ts'
import type { Form } from './form.ts'
import type { Fields, Format } from './request-shape.ts'
import { captured, type Values } from './template.ts'
import { escapedXml, xmlFields } from './xml-fields.ts'

/** What a request brought, and in sentences where it is not what was declared. */
export interface Comparison {
  readonly brought: Values
  readonly differences: readonly string[]
}

interface Writing {
  readonly write: (value: string) => string
  readonly read: (text: string) => string
}

const percent: Writing = { write: encodeURIComponent, read: (text) => decoded(text) ?? text }
const writings: Readonly<Record<Format, Writing>> = {
  form: percent,
  query: percent,
  json: {
    write: (value) => JSON.stringify(value).slice(1, -1),
    read: (text) => String(JSON.parse(`"${text}"`)),
  },
  xml: { write: escapedXml, read: (text) => String(xmlFields(text)) },
}

/** Gathers both while a request is gone through. */
export class Findings implements Comparison {
  readonly brought: Record<string, string> = {}
  readonly differences: string[] = []
  readonly values: Values

  constructor(values: Values) {
    this.values = values
  }

  differs(sentence: string): void {
    this.differences.push(sentence)
  }

  text(what: string, template: string, text: string): void {
    const found = captured(template, text, { ...this.values, ...this.brought })
    if (found) Object.assign(this.brought, found)
    else this.differs(`${what} is not ${template}`)
  }

  /** A body that stands as it is written, each value so that it cannot end where its author did not. */
  writtenText(what: string, template: string, text: string, format: Format): void {
    const { write, read } = writings[format]
    const known = Object.entries(this.values).map(([name, value]) => [name, write(value)])
    const found = captured(template, text, Object.fromEntries(known))
    if (!found) this.differs(`${what} is not ${template}`)
    for (const [name, value] of Object.entries(found ?? {})) this.brought[name] = read(value)
  }

  path(expected: string, path: string): void {
    const wanted = expected.split('/')
    const there = path.split('/')
    const same = wanted.length === there.length
    const isFitting = (template: string, index: number) => {
      const text = decoded(there[index] ?? '')
      const found = text === undefined ? undefined : captured(template, text, this.values)
      return found !== undefined && (text !== '' || template === '')
    }
    if (!same || !wanted.every(isFitting)) this.differs(`the path is ${path}, and ${expected} is declared`)
  }

  named(kind: string, expected: Fields, found: Form, optional: readonly string[]): void {
    for (const [name, template] of Object.entries(expected)) {
      const wanted = [template].flat().map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
      const there = Object.hasOwn(found, name) ? (found[name] ?? []) : []
      if (there.length === 0 && optional.includes(name)) continue
      if (there.length === 0) this.differs(`the ${kind} ${name} is missing`)
      else if (there.length !== wanted.length) this.differs(`the ${kind} ${name} comes ${there.length} times`)
      else for (const [at, text] of there.entries()) this.text(`the ${kind} ${name}`, wanted[at] ?? '', text)
    }
    for (const name of Object.keys(found)) {
      if (!Object.hasOwn(expected, name)) this.differs(`the ${kind} ${name} is not declared`)
    }
  }

  /** A value of JSON or XML, in whatever depth. */
  value(what: string, expected: unknown, found: unknown, optional: readonly string[] = []): void {
    if (typeof expected === 'string') {
      if (typeof found === 'string') this.text(what, expected, found)
      else this.differs(`${what} is no text`)
    } else if (typeof expected !== 'object' || expected === null) {
      if (expected !== found) this.differs(`${what} is not ${JSON.stringify(expected)}`)
    } else if (
      typeof found !== 'object' ||
      found === null ||
      Array.isArray(expected) !== Array.isArray(found)
    ) {
      this.differs(`${what} is of another kind than declared`)
    } else {
      const there = found as Record<string, unknown>
      for (const [name, inner] of Object.entries(expected)) {
        if (Object.hasOwn(there, name)) this.value(`the field ${name}`, inner, there[name])
        else if (!optional.includes(name)) this.differs(`the field ${name} is missing`)
      }
      for (const name of Object.keys(there)) {
        if (!Object.hasOwn(expected, name)) this.differs(`the field ${name} is not declared`)
      }
    }
  }
}
