import { readFileSync } from 'node:fs'
import { escapeHtml } from './layout.ts'

/** Languages that there are messages in; the first where nobody says. */
export const languages = ['en', 'de', 'ja'] as const
export type Language = (typeof languages)[number]

type Values = Readonly<Record<string, string>>

/** Reads a language's messages. */
export function readMessages(language: Language): Values {
  // Beside the sources and what they are built to.
  const file = new URL(`../../messages/${language}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Values
}

/** What is said in one language. */
export class Messages {
  readonly language: Language
  readonly #texts: Values

  constructor(language: Language) {
    this.language = language
    this.#texts = readMessages(language)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#texts, key)
  }

  text(key: string, values: Values = {}): string {
    return filled(this.#textOf(key), (name) => values[name] ?? '')
  }

  /** As markup: all is escaped, and no name turns the direction of what stands around it. */
  html(key: string, values: Values = {}): string {
    return filled(escapeHtml(this.#textOf(key)), (name) => `<bdi>${escapeHtml(values[name] ?? '')}</bdi>`)
  }

  #textOf(key: string): string {
    return this.#texts[key] ?? key
  }
}

function filled(text: string, fill: (name: string) => string): string {
  return text.replace(placeholder, (_, name: string) => fill(name))
}

const placeholder = /\{(\w+)\}/g

const known = new Map<Language, Messages>()

/** Each is read when it is first asked for. */
export function messagesIn(language: Language): Messages {
  const found = known.get(language) ?? new Messages(language)
  known.set(language, found)
  return found
}

/** The language somebody asks for, or was answered in before; else what their browser prefers (RFC 9110 §12.5.4). */
export function chosenLanguage(
  asked: readonly (string | undefined)[],
  acceptLanguage: string | undefined,
): Language {
  const preferred = (acceptLanguage ?? '')
    .slice(0, 1000)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim())
      const quality = parameters.find((each) => each.startsWith('q='))?.slice(2)
      return { range, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ range }) => range)
  for (const each of [...asked, ...preferred]) {
    const base = each?.toLowerCase().split('-')[0]
    const language = languages.find((known) => known === base)
    if (language) return language
  }
  return languages[0]
}
