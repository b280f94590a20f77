import { publicUrlOf } from './realm-settings.ts'

/** Names a fault, by JSON Pointer; an empty one is the whole. */
export type FaultAt = (pointer: string, text: string) => undefined
export type Members = Readonly<Record<string, unknown>>

/** Reads the members of an object, and names what is wrong with each. */
export class Reading {
  readonly #value: Members
  readonly #fault: FaultAt

  constructor(value: Members, fault: FaultAt) {
    this.#value = value
    this.#fault = fault
  }

  has(member: string): boolean {
    return this.#value[member] !== undefined
  }

  text(member: string, pattern: RegExp, unlessSaid?: string): string {
    const value = this.#value[member] ?? unlessSaid
    if (typeof value === 'string' && pattern.test(value)) return value
    this.#fault(
      `/${member}`,
      value === undefined ? 'is required.' : `must be a string that matches ${pattern.source}.`,
    )
    return ''
  }

  flag(member: string): boolean {
    const value = this.#value[member] ?? false
    if (typeof value !== 'boolean') this.#fault(`/${member}`, 'must be true or false.')
    return value === true
  }

  days(member: string, least: number, most: number): number {
    const value = this.#value[member] ?? least
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    this.#fault(`/${member}`, `must be a whole number from ${least} to ${most}.`)
    return least
  }

  address(member: string, unlessSaid?: string): string {
    const text = this.text(member, /^/, unlessSaid)
    if (text === '') return ''
    const address = publicUrlOf(text, (what) => this.#fault(`/${member}`, what))
    if (address === undefined) return ''
    const { protocol, hostname } = new URL(address)
    const isOfThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
    if (protocol === 'http:' && !isOfThisMachine) {
      this.#fault(`/${member}`, 'must be an https address: keys and tokens would be sent in the clear.')
    }
    return address
  }
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
