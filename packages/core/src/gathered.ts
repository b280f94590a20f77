/** Reads what many ask for in the same moment at once. */
export class Gathered<Value> {
  readonly #read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>
  #keys = new Set<string>()
  #answer: Promise<ReadonlyMap<string, Value>> | undefined

  /** `read`: each key at most once; absent from its answer are those that there are not. */
  constructor(read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
    this.#read = read
  }

  /** Undefined where there is none. */
  async get(key: string): Promise<Value | undefined> {
    this.#keys.add(key)
    this.#answer ??= this.#ask()
    return (await this.#answer).get(key)
  }

  /** Once everything that has arrived by now had its turn. */
  async #ask(): Promise<ReadonlyMap<string, Value>> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const keys = [...this.#keys]
    this.#keys = new Set()
    this.#answer = undefined
    return this.#read(keys)
  }
}
