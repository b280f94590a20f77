/** What is to come before something by a name may begin. */
export class Deferral {
  readonly #waiting: ReadonlyMap<string, { readonly over: Promise<void>; readonly end: () => void }>
  readonly #ended = new Set<string>()

  constructor(names: readonly string[]) {
    this.#waiting = new Map(
      names.map((name) => {
        let end: () => void = () => undefined
        const over = new Promise<void>((resolve) => {
          end = resolve
        })
        return [name, { over, end }]
      }),
    )
  }

  /** Undefined where nothing is to be waited for. */
  of(name: string): Promise<void> | undefined {
    return this.#ended.has(name) ? undefined : this.#waiting.get(name)?.over
  }

  end(name: string): void {
    this.#ended.add(name)
    this.#waiting.get(name)?.end()
  }
}
