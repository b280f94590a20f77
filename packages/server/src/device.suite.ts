import { type FakeClock, fakeClock, type LoopbackProvider } from '@sallyport/testkit'
import { codeDefinition, type Scene, scene } from './authorization.suite.ts'

export type Answer = Readonly<Record<string, unknown>>

/** A scripted JSON reply. */
export const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export const granted = {
  access_token: 'device-access',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'device-refresh',
  scope: 'read',
}

/** A definition of the device grant at a loopback provider. */
export function deviceDefinition(provider: Pick<LoopbackProvider, 'origin'>, auth: Answer = {}) {
  const definition = codeDefinition(provider, {
    grant: 'device_code',
    deviceUrl: `${provider.origin}/device`,
    ...auth,
  })
  const { authorizationUrl: _, ...rest } = definition.auth
  return { ...definition, auth: rest as typeof definition.auth }
}

/** A Sallyport and a provider that gives device codes; polls are made only when the clock says so. */
export interface DeviceScene extends Scene {
  readonly clock: FakeClock
  /** `POST …/authorize`, whatever it answers. */
  begin(id: string, input?: Answer): ReturnType<Scene['sallyport']['request']>
  /** Lets seconds pass, one by one, and due work be done after each. */
  pass(seconds: number): Promise<void>
  /** What the provider says to the next polls, in turn; then it is pending. */
  polls(...answers: readonly Answer[]): void
  /** Polls that arrived. */
  asked(): number
}

export async function deviceScene(auth: Answer = {}, codes: Answer = {}): Promise<DeviceScene> {
  const clock = fakeClock()
  const made = await scene({ auth: null, clock })
  const { provider, sallyport } = made
  let flows = 0
  provider.script('POST /device', () => {
    flows += 1
    return json({
      device_code: `device-code-${flows}`,
      user_code: `CODE-${flows}`,
      verification_uri: `${provider.origin}/verify`,
      expires_in: 600,
      interval: 5,
      ...codes,
    })
  })
  let next: readonly Answer[] = []
  provider.script('POST /token', () => {
    const [answer = { error: 'authorization_pending' }, ...rest] = next
    next = rest
    return json(answer, 'error' in answer ? 400 : 200)
  })
  await made.define(deviceDefinition(provider, auth))
  return {
    ...made,
    clock,
    begin: (id, input = {}) => sallyport.request('POST', `/v1/accounts/${id}/authorize`, input),
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000)
        await sallyport.runDue()
      }
    },
    polls(...answers) {
      next = answers
    },
    asked: () => provider.received('POST /token').length,
  }
}
