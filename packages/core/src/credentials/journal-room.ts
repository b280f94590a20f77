import { SallyportError } from '../error.ts'
import type { Journal, Log } from '../ports.ts'
import { profileOf } from './in-doubt.ts'
import type { Target } from './target.ts'

const message =
  'The disk of the data folder is full, so a provider’s answer could not be kept safe if the database failed. No token is renewed whose refresh token can be used up. Make room there.'

/** What can be used up is not sent while its answer might find no room. */
export class JournalRoom {
  readonly #ports: { readonly journal: Journal; readonly log: Log }
  #isFull = false

  constructor(ports: { readonly journal: Journal; readonly log: Log }) {
    this.#ports = ports
  }

  /** @throws SallyportError renewal_unavailable */
  async pass(target: Target): Promise<void> {
    if (profileOf(target).kind === 'lasting') return
    const { journal, log } = this.#ports
    const hasRoom = await journal.hasRoom()
    // Once for as long as it lasts, and not for each call.
    if (!hasRoom && !this.#isFull) log.error({ detail: message }, 'the journal has no room')
    this.#isFull = !hasRoom
    if (!hasRoom) throw new SallyportError('renewal_unavailable', { message, retryAfterSeconds: 10 })
  }
}
