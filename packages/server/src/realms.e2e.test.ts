import { describe, expect, test } from 'vitest'
import { startRealms } from './realms.suite.ts'

describe('two realms of one process', () => {
  test('are reached by their hosts, and each knows its own keys alone', async () => {
    const { us, eu } = await startRealms()
    await us.request('POST', '/v1/environments', { key: 'inus', name: 'In us' })
    await eu.request('POST', '/v1/environments', { key: 'ineu', name: 'In eu' })
    const keysOf = async (realm: typeof us) =>
      (await realm.request('GET', '/v1/environments')).body.items.map(({ key }: { key: string }) => key)
    expect([(await keysOf(us)).includes('inus'), (await keysOf(us)).includes('ineu')]).toEqual([true, false])
    expect([(await keysOf(eu)).includes('inus'), (await keysOf(eu)).includes('ineu')]).toEqual([false, true])
    for (const [realm, key] of [
      [us, eu.key],
      [eu, us.key],
    ] as const) {
      const refused = await realm.request('GET', '/v1/environments', undefined, key)
      expect([refused.status, refused.body.code]).toEqual([401, 'key_invalid'])
      expect(refused.body.type).toBe(`${realm.publicUrl}/errors/key_invalid`)
    }
  })
})
