import { nextSteps, type RenewalStep } from '@sallyport/core/ports'

/** Where an answer stands that a node has been given. */
type Answer = 'none' | 'acted' | 'read'

/**
 * Knows what nobody inside can know: whether an answer was lost, and by what. It says afterwards whether what came of it
 * is foreseen (G4 of docs/reliability.md).
 */
export class Oracle {
  readonly #answers = new Map<string, Answer>()
  readonly #steps = new Map<string, RenewalStep>()
  /** When an answer was lost for good; undefined while none was. */
  lostAt: number | undefined
  #isRefused = false
  /** Sentences on what should never be. */
  readonly violations: string[] = []
  readonly history: string[] = []

  note(event: string): void {
    this.history.push(event)
  }

  /** It stands in the database that the provider does not take the refresh token any more. */
  refused(): void {
    this.#isRefused = true
  }

  /** A refresh token has come to the provider. */
  sent(who: string): void {
    if (this.#isRefused) this.violations.push(`${who} sent what had been refused (I2)`)
  }

  /** The provider has used up what this node sent. */
  acted(who: string): void {
    this.#answers.set(who, 'acted')
  }

  read(who: string): void {
    if (this.#answers.get(who) === 'acted') this.#answers.set(who, 'read')
  }

  /** Its answer is in the database, or in the journal. */
  durable(who: string): void {
    this.#answers.set(who, 'none')
  }

  /** The answer on its way to this node never comes, or dies with it. */
  lost(who: string, now: number): void {
    if (this.#answers.get(who) === 'none' || !this.#answers.has(who)) return
    this.#answers.set(who, 'none')
    this.lostAt ??= now
    this.note(`${who} lost an answer`)
  }

  /** Whether this node has an answer that is nowhere else. */
  holds(who: string): boolean {
    return (this.#answers.get(who) ?? 'none') !== 'none'
  }

  /** Steps of one attempt come in the protocol's order. */
  step(who: string, step: RenewalStep): void {
    this.note(`${who} ${step}`)
    const before = this.#steps.get(who)
    const begins = step === 'claim' || step === 'drain'
    if (!begins && !(before && nextSteps[before].includes(step))) {
      this.violations.push(`${who} came from ${before ?? 'nowhere'} to ${step}`)
    }
    if (step === 'journaled' && this.holds(who)) this.violations.push(`${who} wrote an answer nowhere (G2)`)
    this.#steps.set(who, step)
  }
}
