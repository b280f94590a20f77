import type { Behaviour } from '@sallyport/emulator'

/** How a provider treats refresh tokens that were used, and what the definition says of it. */
export interface Profile {
  readonly name: 'strict' | 'grace' | 'static'
  readonly behaviour: Partial<Behaviour>
  readonly renewal: Readonly<Record<string, unknown>>
}

const strict: Profile = { name: 'strict', behaviour: { rotation: 'strict' }, renewal: {} }
const grace: Profile = {
  name: 'grace',
  behaviour: { rotation: 'grace', graceSeconds: 120 },
  renewal: { rotation: { graceSeconds: 120 } },
}
const lasting: Profile = {
  name: 'static',
  behaviour: { rotation: 'static' },
  renewal: { rotation: { rotates: false } },
}

export const profiles: readonly Profile[] = [strict, grace, lasting]
