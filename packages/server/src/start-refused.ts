/** Sallyport does not start: the operator has to change something, and nothing was changed. */
export class StartRefused extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join(' '))
    this.name = 'StartRefused'
    this.faults = faults
  }
}
