import type { ScriptedReply } from '@sallyport/testkit'
import { expect } from 'vitest'
import { type Scene, scene } from './authorization.suite.ts'

export const token = (members: Readonly<Record<string, unknown>> = {}): ScriptedReply =>
  json({ access_token: 'token-of-the-script', token_type: 'Bearer', ...members })
export const json = (value: unknown, status = 200): ScriptedReply => text(JSON.stringify(value), status)
export const text = (body: string, status = 200, type = 'application/json'): ScriptedReply => ({
  status,
  headers: { 'Content-Type': type },
  body,
})

/** A scene with the grant that needs no person: one token request an account. */
export function machineScene(auth: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  return scene({ auth: { grant: 'client_credentials', ...auth } })
}

/** An account that was created while the token endpoint answered so; what came of it. */
export async function accountAfter(
  { sallyport, provider }: Scene,
  reply: Parameters<typeof provider.script>[1],
) {
  const takeBack = provider.script('POST /token', reply)
  const { status, body } = await sallyport.request('POST', '/v1/accounts', {
    integration: 'loop',
    name: 'Ann',
  })
  takeBack()
  expect(status).toBe(201)
  return body
}
