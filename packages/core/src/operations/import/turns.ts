import { SallyportError } from '../../error.ts'

const mostAtOnce = 2

/** Imports that are under way in this process: each may take a core and much memory, so there are few. */
export class ImportTurns {
  readonly #organizations = new Set<string>()

  /** @returns what ends the turn. @throws SallyportError limit_reached */
  take(organizationId: string): () => void {
    if (this.#organizations.has(organizationId) || this.#organizations.size >= mostAtOnce) {
      const message =
        'Another document is being imported, of this organization or of others. Nothing was changed. Try again when that is done.'
      throw new SallyportError('limit_reached', { message, retryAfterSeconds: 5 })
    }
    this.#organizations.add(organizationId)
    return () => this.#organizations.delete(organizationId)
  }
}
