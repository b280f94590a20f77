/** How secrets are shown, and what is made anew for each request. */
const secretWord = '[secret]'
const computedWord = '[...]'

/** Every stand-in is of the same length, so that none is the beginning of another. */
const letters = 26
const longestIndex = 3

/**
 * Texts that stand for what is not known, or not to be seen, while requests are made: small letters alone, which come
 * through every encoding as they are, and so are found again in what was made.
 */
export class StandIns {
  readonly #word: string
  readonly #shown = new Map<string, string>()
  readonly #made = new Map<string, string>()

  /** `texts` are those that no stand-in may be found in. */
  constructor(texts: string) {
    let word = 'standin'
    while (texts.toLowerCase().includes(word)) word += 'z'
    this.#word = word
  }

  /** Shown as `{name}`. */
  unknown(name: string): string {
    return this.#for(`{${name}}`, (made) => made)
  }

  /** One that is part of a longer text, all of which is shown as `{name}`. */
  unknownIn(name: string, whole: (standIn: string) => string): string {
    return this.#for(`{${name}}`, whole)
  }

  /** What is made anew for each request. */
  computed(name: string): string {
    return this.#for(computedWord, (made) => made, name)
  }

  /** A secret of its own for each name, so that two are never taken for one. */
  secret(name: string): string {
    return this.#for(secretWord, (made) => made.repeat(4), name)
  }

  /** A text with everything that stood for something as it is shown. */
  shown(text: string): string {
    if (!text.includes(this.#word)) return text
    return [...this.#shown].reduce((rest, [made, word]) => rest.replaceAll(made, word), text)
  }

  #for(word: string, whole: (made: string) => string, name = word): string {
    const place = `${word} ${name}`
    const known = this.#made.get(place)
    if (known !== undefined) return known
    const made = whole(this.#word + lettersOf(this.#made.size))
    this.#made.set(place, made)
    this.#shown.set(made, word)
    return made
  }
}

function lettersOf(index: number): string {
  let rest = index
  return Array.from({ length: longestIndex }, () => {
    const letter = String.fromCharCode(97 + (rest % letters))
    rest = Math.floor(rest / letters)
    return letter
  }).join('')
}
