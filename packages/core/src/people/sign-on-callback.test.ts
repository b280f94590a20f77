import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { hashToken } from '../token.ts'
import type { SingleSignOnPorts } from './sign-on.ts'
import { finishSignOn } from './sign-on-callback.ts'

test('of callbacks that find the same flow at the same time, one that did not take it redeems nothing', async () => {
  const clock = fakeClock()
  const state = 's'.repeat(43)
  let asked = 0
  // The outside: that one alone takes a flow, the store promises.
  const ports = {
    clock,
    publicUrl: 'https://sallyport.example',
    send: async () => {
      asked += 1
    },
    vault: {
      open: async () => {
        asked += 1
      },
    },
    store: {
      identityProviders: { find: async () => ({ organizationId: 'org_a', id: 'idp_1', disabled: false }) },
      organizations: { get: async () => undefined },
      signOnFlows: {
        byState: async (_: string, providerId: string, stateHash: string) => ({
          ...{ organizationId: 'org_a', id: 'sof_00000001', providerId, stateHash },
          ...{ browserHash: hashToken('cookie'), purpose: 'login', expiresAt: clock.now() + 1 },
        }),
        take: async () => false,
      },
    },
  } as unknown as SingleSignOnPorts
  const back = {
    parameters: new URLSearchParams({ state, code: 'code' }),
    cookieOf: () => 'cookie',
    ...{ session: undefined, address: undefined, userAgent: undefined },
  }
  await expect(finishSignOn(ports, 'idp_1', back)).rejects.toMatchObject({ code: 'flow_invalid' })
  expect(asked).toBe(0)
})
