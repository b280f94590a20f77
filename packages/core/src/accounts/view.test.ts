import { AccountReply, type AccountStatus, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import type { AccountRecord } from '../ports.ts'
import { accountView, statusOf } from './view.ts'

const minute = 60_000
const now = Date.UTC(2026, 0, 1)
const integration = {
  key: 'crm',
  definition: JSON.stringify(
    IntegrationInput.parse({ key: 'crm', name: 'CRM', auth: { type: 'oauth2', clientId: 'id' } }),
  ),
}
const account: AccountRecord = {
  organizationId: 'org_1',
  environment: 'development',
  id: 'acc_1',
  integrationId: 'int_1',
  name: 'Ours',
  disabled: false,
  parameters: { region: 'eu' },
  tags: { team: 'a' },
  status: 'connected',
  reason: undefined,
  reasonDetail: undefined,
  credential: Buffer.from('canary'),
  secretsSet: ['/secret/accessToken'],
  generation: 2,
  issuedAt: now - 10 * minute,
  expiresAt: now + 50 * minute,
  renewable: true,
  kept: {},
  refreshExpiresAt: undefined,
  dueAt: undefined,
  revocation: undefined,
  connectedAt: undefined,
  exportedAt: undefined,
  differences: undefined,
  createdBy: undefined,
  scopes: ['read'],
  version: 3,
  statusSince: now - 100 * minute,
  lastUsedAt: now - minute,
  createdAt: now - 100 * minute,
  updatedAt: now - 10 * minute,
}

function view(change: Partial<AccountRecord> = {}) {
  return accountView({ ...account, ...change }, integration, now)
}

describe('accountView', () => {
  test('shows an account in the words of the contract, and nothing that is sealed', () => {
    expect(view()).toEqual({
      id: 'acc_1',
      integration: 'crm',
      name: 'Ours',
      environment: 'development',
      status: 'connected',
      statusSince: '2025-12-31T22:20:00.000Z',
      warnings: [],
      generation: 2,
      expiresAt: '2026-01-01T00:50:00.000Z',
      nextRenewalAt: '2026-01-01T00:20:00.000Z',
      scopes: ['read'],
      parameters: { region: 'eu' },
      kept: {},
      secretsSet: ['/secret/accessToken'],
      tags: { team: 'a' },
      lastUsedAt: '2025-12-31T23:59:00.000Z',
      createdAt: '2025-12-31T22:20:00.000Z',
      updatedAt: '2025-12-31T23:50:00.000Z',
    })
    expect(AccountReply.strict().safeParse(view()).success).toBe(true)
  })

  test('leaves out the times that there are not', () => {
    const reply = view({ issuedAt: undefined, expiresAt: undefined, lastUsedAt: undefined })
    for (const name of ['expiresAt', 'nextRenewalAt', 'reconnectBy', 'lastUsedAt', 'reason']) {
      expect(reply).not.toHaveProperty(name)
    }
  })

  test('says by when an account that cannot renew must be reconnected', () => {
    const reply = view({ status: 'expiring', renewable: false })
    expect(reply).toMatchObject({ status: 'expiring', reconnectBy: '2026-01-01T00:50:00.000Z' })
    expect(reply).not.toHaveProperty('nextRenewalAt')
  })

  test('from that moment on, that it must be, and why', () => {
    const reply = view({ status: 'expiring', renewable: false, expiresAt: now })
    expect(reply).toMatchObject({ status: 'needs_reconnect', reason: 'expired' })
    expect(reply.reasonDetail).toMatch(/expired/)
    expect(reply).not.toHaveProperty('reconnectBy')
  })

  test('shows why an account fails', () => {
    expect(
      view({ status: 'failing', reason: 'provider_incident', reasonDetail: 'It answered 502.' }),
    ).toMatchObject({
      status: 'failing',
      reason: 'provider_incident',
      reasonDetail: 'It answered 502.',
    })
  })

  test.each([
    [5 * minute, []],
    [5 * minute - 1, ['short_lifetime']],
    [1000, ['short_lifetime']],
  ])('a lifetime of %i milliseconds has the warnings %j', (lifetime, codes) => {
    const { warnings } = view({ issuedAt: now, expiresAt: now + lifetime })
    expect(warnings.map(({ code }) => code)).toEqual(codes)
  })
})

test.each<[change: Partial<AccountRecord>, status: AccountStatus]>([
  [{}, 'connected'],
  [{ disabled: true }, 'disabled'],
  [{ disabled: true, status: 'needs_reconnect' }, 'disabled'],
  [{ status: 'pending', expiresAt: undefined }, 'pending'],
  [{ status: 'failing', expiresAt: now - 1 }, 'failing'],
  [{ status: 'connected', expiresAt: now - 1 }, 'connected'],
  [{ status: 'expiring', renewable: false }, 'expiring'],
  [{ status: 'expiring', renewable: false, expiresAt: now }, 'needs_reconnect'],
  [{ status: 'revoked', renewable: false, expiresAt: now - 1 }, 'revoked'],
])('%j stands as %s', (change, status) => {
  expect(statusOf({ ...account, ...change }, now)).toBe(status)
})
