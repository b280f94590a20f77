/** Of what comes as often as it likes, so many are made. */
const often = 6

/**
 * A text that a pattern matches, the same each time.
 *
 * @throws Error where the pattern has what this does not know, so that nobody takes a wrong sample for a right one
 */
export function sampleOf(pattern: string): string {
  const reader = new PatternReader(pattern.replace(/^\^/, '').replace(/\$$/, ''))
  const sample = reader.alternatives()
  if (!reader.isAtEnd || !new RegExp(pattern, 'u').test(sample)) {
    throw new Error(`No sample can be made for the pattern ${pattern}.`)
  }
  return sample
}

/** Makes the sample while it reads: the first of alternatives, the first letter or digit of a class. */
class PatternReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  alternatives(): string {
    const first = this.#sequence()
    while (this.#take('|')) this.#sequence()
    return first
  }

  #sequence(): string {
    let made = ''
    while (!this.isAtEnd && !/[|)]/.test(this.#next())) {
      const atom = this.#atom()
      const times = this.#times()
      // Not one letter over and over: what cuts a value short would go unnoticed.
      for (let count = 0; count < times; count += 1) made += atom(count)
    }
    return made
  }

  #atom(): (count: number) => string {
    if (this.#take('(')) {
      this.#take('?:')
      const inner = this.alternatives()
      this.#take(')')
      return () => inner
    }
    const members = this.#take('[') ? this.#members() : this.#oneOf(this.#read())
    return (count) => members[count % members.length] ?? ''
  }

  #members(): string[] {
    const members: string[] = []
    while (!this.isAtEnd && !this.#take(']')) {
      const first = this.#oneOf(this.#read(), true)
      if (this.#next() === '-' && this.#text[this.#at + 1] !== ']' && first.length === 1) {
        this.#at += 1
        members.push(...between(first[0] ?? '', this.#read()))
      } else members.push(...first)
    }
    return members
  }

  #oneOf(character: string, inClass = false): string[] {
    if (character === '.' && !inClass) return ['x']
    if (character !== '\\') return [character]
    const escaped = this.#read()
    return { d: [...'123'], w: [...'abc1'], S: [...'abc1'] }[escaped] ?? [escaped]
  }

  #times(): number {
    if (this.#take('*') || this.#take('+')) return often
    if (this.#take('?')) return 1
    const [all, least, most] = /^\{(\d+)(?:,(\d*))?\}/.exec(this.#text.slice(this.#at)) ?? []
    if (all === undefined) return 1
    this.#at += all.length
    const top = most === undefined ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most)
    return Math.max(Number(least), Math.min(top, often))
  }

  #next(): string {
    return this.#text[this.#at] ?? ''
  }

  #read(): string {
    this.#at += 1
    return this.#text[this.#at - 1] ?? ''
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }
}

function between(first: string, last: string): string[] {
  const from = first.charCodeAt(0)
  const to = Math.min(last.charCodeAt(0), from + 4)
  return Array.from({ length: Math.max(0, to - from) + 1 }, (_, index) => String.fromCharCode(from + index))
}
