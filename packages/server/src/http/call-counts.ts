import { type Principal, SallyportError } from '@sallyport/core'

/** How many calls may be under way at once in this process. */
export interface CallLimits {
  readonly ofOrganization: number
  /** Undefined: as many as of its organization. */
  readonly ofKey: number | undefined
}

/** Counts the calls under way of each organization and key, so that none takes all of a node. */
export class CallCounts {
  readonly #counts = new Map<string, number>()
  readonly #limits: CallLimits

  constructor(limits: CallLimits) {
    this.#limits = limits
  }

  /** Organizations and keys that have calls under way. */
  get size(): number {
    return this.#counts.size
  }

  /** To be followed by one `leave`. @throws SallyportError limit_reached */
  enter({ organizationId, keyId }: Principal): void {
    const { ofOrganization, ofKey } = this.#limits
    const calls = this.#counts.get(organizationId) ?? 0
    if (calls >= ofOrganization)
      throw full('organization', 'SALLYPORT_ORGANIZATION_CONCURRENCY', ofOrganization)
    if (ofKey !== undefined && keyId !== undefined) {
      const ofThis = this.#counts.get(keyId) ?? 0
      if (ofThis >= ofKey) throw full('key', 'SALLYPORT_KEY_CONCURRENCY', ofKey)
      this.#counts.set(keyId, ofThis + 1)
    }
    this.#counts.set(organizationId, calls + 1)
  }

  leave({ organizationId, keyId }: Principal): void {
    this.#less(organizationId)
    if (this.#limits.ofKey !== undefined && keyId !== undefined) this.#less(keyId)
  }

  #less(id: string): void {
    const left = (this.#counts.get(id) ?? 1) - 1
    if (left > 0) this.#counts.set(id, left)
    else this.#counts.delete(id)
  }
}

function full(whose: string, variable: string, most: number): SallyportError {
  return new SallyportError('limit_reached', {
    message: `No more than ${most} calls of this ${whose} may be under way at once (${variable}). Nothing was sent. Try again when some have ended, or have the limit raised.`,
    retryAfterSeconds: 1,
  })
}
