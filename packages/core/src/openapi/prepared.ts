/** How a list or a value becomes one text: what a template cannot say is put together by a step before. */
export class PreparedValues {
  readonly #parts: string[] = []

  /** A placeholder for the entries of an input, joined. */
  joined(input: string, separator: string): string {
    return this.#add(input, `$join($map(input.\`${input}\`, $string), ${JSON.stringify(separator)})`)
  }

  /** A placeholder for the JSON of an input. */
  json(input: string): string {
    return this.#add(input, `$string(input.\`${input}\`)`)
  }

  /** A placeholder for an input where it is no object. */
  scalar(input: string): string {
    return this.#add(input, `$type(input.\`${input}\`) != "object" ? input.\`${input}\``)
  }

  /** JSONata of the step, or undefined where none is needed. */
  get expression(): string | undefined {
    return this.#parts.length === 0 ? undefined : `{${this.#parts.join(', ')}}`
  }

  #add(input: string, expression: string): string {
    this.#parts.push(`${JSON.stringify(input)}: ${expression}`)
    return `{steps.prepare.${input}}`
  }
}
