import type { ProviderEntry } from '@sallyport/contract'
import type { Emulated, Emulator } from '@sallyport/emulator'
import type { FakeClock } from '@sallyport/testkit'
import { person } from '../authorization.suite.ts'
import type { TestReply, TestSallyport } from '../sallyport.suite.ts'
import { listedNumbers, pagingOf } from './paging.suite.ts'

/** One Sallyport and one emulator for all entries. */
export interface World {
  readonly sallyport: TestSallyport
  readonly emulator: Emulator
  readonly clock: FakeClock
}

/** An entry on its way through the stages. */
export interface Journey {
  readonly entry: ProviderEntry
  readonly emulated: Emulated
  readonly key: string
  /** What the integration is made from. */
  readonly input: Readonly<Record<string, unknown>>
  /** Once it is connected. */
  account?: string
}

export const stages = [
  'define',
  'connect',
  'test',
  'call',
  'page',
  'expire',
  'renew',
  'reject',
  'retry',
  'limit',
  'disconnect',
  'revoke',
] as const
export type Stage = (typeof stages)[number]

/** Makes a provider from an entry. */
export function journeyOf({ emulator }: World, entry: ProviderEntry): Journey {
  // One that is renewed while it lives has to live a little longer than the others do.
  const { renews } = expectationsOf(entry)
  const emulated = emulator.add(entry, renews === 'living' ? { expiresInSeconds: 4800 } : {})
  return { entry, emulated, key: String(emulated.use.input.key), input: emulated.use.input }
}

/** What an entry's definition makes one expect of it. */
export interface Expectations {
  readonly tests: boolean
  /** Tokens that have ended, living ones alone, or none. */
  readonly renews: 'ended' | 'living' | 'nothing'
  /** A token that is fetched anew as soon as it is refused. */
  readonly renewsRefused: boolean
  readonly revokes: boolean
}

export function expectationsOf({ definition }: ProviderEntry): Expectations {
  const { auth } = definition
  const shown = 'refreshRequest' in auth ? JSON.stringify(auth.refreshRequest ?? {}) : ''
  const isLiving = /\{token(\.accessToken)?\}/.test(shown) && !shown.includes('{token.refreshToken}')
  const isFetched = 'tokenUrl' in auth || 'loginUrl' in auth
  const renews = isFetched ? (isLiving ? 'living' : 'ended') : 'nothing'
  const isLate = 'renewal' in auth && auth.renewal?.notBefore !== undefined
  return {
    tests: definition.test !== undefined,
    renews,
    renewsRefused: renews === 'ended' && !isLate,
    revokes: ('revokeUrl' in auth && auth.revokeUrl !== undefined) || 'logoutUrl' in auth,
  }
}

function expectThat(holds: boolean, what: string, reply?: TestReply): void {
  if (!holds) throw new Error(reply ? `${what}: ${reply.status} ${reply.text.slice(0, 300)}` : what)
}

/** What the emulator said last against what it was sent. */
export function lastRefusals({ emulated: { provider } }: Journey): readonly string[] {
  const refusals = provider.exchanges().filter(({ accepted }) => !accepted)
  return refusals.slice(-2).map(({ purpose, reasons }) => `${purpose}: ${reasons.join('; ')}`)
}

type Run = (world: World, journey: Journey) => Promise<void>

const define: Run = async ({ sallyport }, journey) => {
  const defined = await sallyport.request('POST', '/v1/integrations', journey.input)
  expectThat(defined.status === 201, 'not defined', defined)
}

const connect: Run = async (world, journey) => {
  const { sallyport } = world
  const { parameters, secret } = journey.emulated.use
  const created = await sallyport.request('POST', '/v1/accounts', {
    integration: journey.key,
    name: journey.key,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Object.keys(secret).length > 0 && { secret }),
  })
  expectThat(created.status === 201, 'no account', created)
  journey.account = created.body.id
  const page = created.body.status === 'pending' ? await authorize(world, journey) : ''
  const { body } = await sallyport.request('GET', `/v1/accounts/${journey.account}`)
  expectThat(
    ['connected', 'expiring'].includes(body.status),
    `it is ${body.status}: ${JSON.stringify(body.reason ?? page)}`,
  )
}

/** A person consents, in a browser; what the last page says. */
async function authorize(world: World, journey: Journey): Promise<string> {
  const { sallyport } = world
  const asked = await sallyport.request('POST', `/v1/accounts/${journey.account}/authorize`, {})
  expectThat(asked.status === 201, 'not authorized', asked)
  const browser = person()
  if (asked.body.verificationUriComplete !== undefined) {
    await browser.get(asked.body.verificationUriComplete)
    world.clock.advance(6000)
    await sallyport.runDue()
    return ''
  }
  const there = await browser.get(await browser.toProvider(asked.body.authorizationUrl))
  expectThat(there.location !== '', `the provider answered ${there.status}`)
  const back = await browser.get(there.location)
  const page = back.location === '' ? back : await browser.get(back.location)
  return page.text.replace(/<(style|script)\b.*?<\/\1>|<[^>]*>/gs, ' ').replace(/\s+/g, ' ')
}

const test: Run = async ({ sallyport }, journey) => {
  const tried = await sallyport.request('POST', `/v1/accounts/${journey.account}/test`, {})
  expectThat(tried.status === 201 && tried.body.ok === true, 'the test failed', tried)
}

export function callApi({ sallyport }: World, { account, entry }: Journey): Promise<TestReply> {
  const path = entry.definition.baseUrl === undefined ? '' : 'things/1?of=a%20b'
  return sallyport.request('GET', `/proxy/${account}/${path}`)
}

const call: Run = async (world, journey) => {
  const before = journey.emulated.provider.exchanges('call').length
  const reply = await callApi(world, journey)
  expectThat(reply.status === 200, 'the call failed', reply)
  expectThat(journey.emulated.provider.exchanges('call').length === before + 1, 'the call was not made once')
}

/** The API says that too much was sent: its caller is told, and the next one waits without being sent. */
const limit: Run = async (world, journey) => {
  const { provider } = journey.emulated
  provider.conduct.refusing = 'rate'
  const told = await callApi(world, journey)
  provider.conduct.refusing = 'nothing'
  expectThat([403, 429].includes(told.status), 'the limit did not pass', told)
  const before = provider.exchanges('call').length
  const next = await callApi(world, journey)
  expectThat(next.headers.get('sallyport-error') === 'limit_reached', 'the next call did not wait', next)
  expectThat(provider.exchanges('call').length === before, 'the next call was sent')
}

/** All items of a list, as the entry says that lists go on. */
const page: Run = async (world, journey) => {
  const paging = pagingOf(journey.entry)
  const numbers = paging ? await listedNumbers(world, journey, paging) : []
  expectThat(numbers.join() === '1,2,3,4,5', `the list was read as ${numbers.join()}`)
}

/** A token that has ended is not taken: what the emulator was told to accept is asked for again, past Sallyport. */
const expire: Run = async (_world, journey) => {
  const last = journey.emulated.provider
    .exchanges('call')
    .filter(({ accepted }) => accepted)
    .at(-1)
  if (!last) return expectThat(false, 'there was no call')
  const again = journey.emulated.provider.respond(last.request)
  expectThat(!again.accepted && again.reasons.join().includes('expired'), 'the old token is still taken')
}

const renew: Run = async (world, journey) => {
  const renewals = () => renewalsOf(journey)
  const before = renewals()
  await call(world, journey)
  expectThat(renewals() === before + 1, `it was renewed ${renewals() - before} times`)
}

function renewalsOf({ emulated: { provider } }: Journey): number {
  return ['token', 'refresh', 'login']
    .flatMap((purpose) => provider.exchanges(purpose))
    .filter(({ accepted }) => accepted).length
}

/** The provider takes the credential no more; where it can be fetched anew the caller does not notice. */
const rejectAndRenew: Run = async (world, journey) => {
  const { provider } = journey.emulated
  const before = { renewals: renewalsOf(journey), calls: provider.exchanges('call').length }
  provider.forgetAccess()
  const reply = await callApi(world, journey)
  expectThat(reply.status === 200, 'the call was not sent again', reply)
  expectThat(renewalsOf(journey) === before.renewals + 1, 'it was not renewed once')
  const calls = provider.exchanges('call').slice(before.calls)
  expectThat(
    calls.map(({ accepted }) => accepted).join() === 'false,true',
    'it was not one refusal and one success',
  )
}

/** Where it cannot, the caller gets the refusal, and another credential has to be given. */
const rejected: Run = async (world, journey) => {
  const { provider } = journey.emulated
  provider.conduct.refusing = 'credential'
  if (expectationsOf(journey.entry).renews === 'living') provider.forgetAccess()
  const reply = await callApi(world, journey)
  provider.conduct.refusing = 'nothing'
  expectThat(reply.status === 401, 'the refusal did not pass', reply)
}

const retryWithAnother: Run = async (world, journey) => {
  const { provider, use } = journey.emulated
  const another = Object.fromEntries(Object.entries(use.secret).map(([name, value]) => [name, `${value}2`]))
  if (Object.keys(another).length > 0) {
    provider.replaceSecret(another)
    const changed = await world.sallyport.request('PATCH', `/v1/accounts/${journey.account}`, {
      secret: another,
    })
    expectThat(changed.status === 200, 'the secret was not changed', changed)
  } else if ('authorizationUrl' in journey.entry.definition.auth) {
    provider.forgetAccess()
    await authorize(world, journey)
  }
  await call(world, journey)
}

const disconnect: Run = async ({ sallyport }, journey) => {
  const done = await sallyport.request('POST', `/v1/accounts/${journey.account}/disconnect`)
  expectThat(done.status === 201, 'not disconnected', done)
  const { revokes } = expectationsOf(journey.entry)
  const wanted = revokes ? 'done' : 'unsupported'
  expectThat(done.body.revocation === wanted, `the revocation is ${done.body.revocation}`, done)
  const after = await sallyport.request('GET', `/proxy/${journey.account}/`)
  expectThat(after.status === 409, 'calls go on', after)
}

const revoke: Run = async (_world, journey) => {
  const { provider } = journey.emulated
  const revocations = [...provider.exchanges('revoke'), ...provider.exchanges('logout')]
  expectThat(revocations.length > 0, 'nothing was revoked')
  expectThat(
    revocations.every(({ accepted }) => accepted),
    'a revocation was refused',
  )
  const last = provider
    .exchanges('call')
    .filter(({ accepted }) => accepted)
    .at(-1)
  if (last) expectThat(!provider.respond(last.request).accepted, 'the token is still taken')
}

/** What each stage does with an entry; undefined where the definition leaves it out. */
export function runOf(stage: Stage, journey: Journey): Run | undefined {
  const { tests, renews, renewsRefused, revokes } = expectationsOf(journey.entry)
  const isReconnected = renews !== 'ended'
  const runs: Readonly<Record<Stage, Run | undefined>> = {
    define,
    connect,
    test: tests ? test : undefined,
    call,
    page: pagingOf(journey.entry) ? page : undefined,
    expire: renews === 'ended' ? expire : undefined,
    renew: renews === 'nothing' ? undefined : renew,
    reject: isReconnected ? rejected : undefined,
    retry: isReconnected ? retryWithAnother : renewsRefused ? rejectAndRenew : undefined,
    limit,
    disconnect,
    revoke: revokes ? revoke : undefined,
  }
  return runs[stage]
}

/** Time that passes before a stage begins. */
export const secondsBefore: Readonly<Partial<Record<Stage, number>>> = { expire: 3601 }
