import { expect } from 'vitest'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import { parseCidrs } from '../destination/address.ts'
import { SallyportError } from '../error.ts'
import { checkDefinition } from './check.ts'

/** Nothing beyond the public Internet. */
export const strict: ConnectionPolicy = { allowedPrivate: [], exemptOrigins: new Set() }

/** With private addresses allowed. */
export const inside: ConnectionPolicy = {
  ...strict,
  allowedPrivate: parseCidrs('10.0.0.0/8,127.0.0.0/8').ranges,
}

export const token = { key: 'api', name: 'API', auth: { type: 'api_token' } }
export const basic = { key: 'api', name: 'API', auth: { type: 'basic' } }

/** A definition of OAuth 2.0 that holds, with these fields changed. */
export function oauth2(
  auth: Readonly<Record<string, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    key: 'api',
    name: 'API',
    auth: {
      type: 'oauth2',
      clientId: 'id',
      clientSecret: 'secret',
      authorizationUrl: 'https://login.example.com/authorize',
      tokenUrl: 'https://login.example.com/token',
      ...auth,
    },
    ...rest,
  }
}

/** What is wrong with a definition, each as path and code; every fault says what to do in a sentence. */
export function faults(definition: unknown, policy = strict): string[] {
  try {
    checkDefinition(policy, definition)
    return []
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    expect(error).toMatchObject({ code: 'definition_invalid', status: 422 })
    for (const { message } of error.faults) expect(message).toMatch(/^\S.*\.$/s)
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

export function parameters(...list: readonly Record<string, unknown>[]) {
  return { parameters: list }
}
