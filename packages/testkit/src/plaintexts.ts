import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from './files-in.ts'

const gramLength = 10

/** Secrets, of whatever origin, that must not lie in any file in the clear. */
export class Plaintexts {
  readonly #byGram = new Map<string, { readonly needle: string; readonly name: string }[]>()
  readonly #known = new Set<string>()

  get size(): number {
    return this.#known.size
  }

  /** Remembers a secret of at least 20 characters: as it is, in base64, base64url and hex. */
  add(name: string, secret: string): void {
    if (secret.length < 20) throw new Error(`${name} is too short to be looked for.`)
    if (this.#known.has(secret)) return
    this.#known.add(secret)
    const bytes = Buffer.from(secret)
    const forms = [secret, bytes.toString('hex')]
    for (const before of [0, 1, 2]) forms.push(...base64Cores(bytes, before))
    for (const needle of forms) {
      const gram = needle.slice(0, gramLength)
      const others = this.#byGram.get(gram) ?? []
      this.#byGram.set(gram, [...others, { needle, name }])
    }
  }

  /** Which of them stand in any file of a folder, and where. */
  foundIn(folder: string): string[] {
    return filesIn(folder).flatMap((file) =>
      this.foundInText(readFileSync(join(folder, file), 'latin1')).map((name) => `${name} in ${file}`),
    )
  }

  /** Which of them stand in a text. */
  foundInText(text: string): string[] {
    const found = new Set<string>()
    for (let at = 0; at + gramLength <= text.length; at += 1) {
      const candidates = this.#byGram.get(text.slice(at, at + gramLength))
      for (const { needle, name } of candidates ?? []) if (text.startsWith(needle, at)) found.add(name)
    }
    return [...found]
  }
}

/** What base64 makes of a secret that stands behind so many other bytes, without the characters it shares with them. */
function base64Cores(secret: Buffer, before: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(before), secret])
  const end = Math.floor(padded.length / 3) * 4
  return [padded.toString('base64'), padded.toString('base64url')].map((text) =>
    text.slice(before === 0 ? 0 : 4, end),
  )
}
