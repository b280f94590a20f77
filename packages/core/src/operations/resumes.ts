import { invalid } from '../error.ts'
import type { Vault } from '../vault/vault.ts'
import type { Turn } from './page-request.ts'

/** Whose pages, and of which operation. */
export interface ResumePlace {
  readonly organizationId: string
  readonly operation: string
}

/** Where a run goes on in the pages of a step. */
export interface ResumeState {
  readonly step: string
  readonly turn: Turn
}

/**
 * What says where a run goes on. It is sealed: an address or a cursor may hold what is secret, and whoever may only run
 * operations must not write requests of their own by it.
 */
export class Resumes {
  readonly #vault: Pick<Vault, 'seal' | 'open'>

  constructor(vault: Pick<Vault, 'seal' | 'open'>) {
    this.#vault = vault
  }

  async seal(place: ResumePlace, state: ResumeState): Promise<string> {
    const sealed = await this.#vault.seal('resume', contextOf(place), JSON.stringify(state))
    return sealed.toString('base64url')
  }

  /** @throws SallyportError input_invalid, where it was given for something else */
  async open(place: ResumePlace, text: string): Promise<ResumeState> {
    try {
      const opened = await this.#vault.open('resume', contextOf(place), Buffer.from(text, 'base64url'))
      return JSON.parse(opened) as ResumeState
    } catch {
      const message =
        'This was not put out by a run of this operation, or too long ago. Run it from the beginning.'
      throw invalid('input_invalid', [{ path: '/resume', code: 'not_recognized', message }])
    }
  }
}

function contextOf({ organizationId, operation }: ResumePlace) {
  const place = { environment: '', table: 'operation', column: 'resume', generation: 0 }
  return { organizationId, rowId: operation.toLowerCase(), ...place }
}
