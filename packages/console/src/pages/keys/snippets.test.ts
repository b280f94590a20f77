import { describe, expect, test } from 'vitest'
import { firstCall, snippets } from './snippets.ts'

const crm = { name: 'crm', passage: 'proxy' } as const

describe('the first call that a key is tried with', () => {
  test('goes through an adapter where the key calls APIs, to what the integration is tested with', () => {
    expect(firstCall(['apps:read', 'proxy:call'], { ...crm, path: '/me?x=1' })).toEqual({
      path: '/proxy/crm/me?x=1',
    })
    expect(firstCall(['proxy:call'], crm)).toEqual({ path: '/proxy/crm/' })
  })

  test('lists a folder where the adapter has files', () => {
    const files = { name: 'files', passage: 'sftp' } as const
    expect(firstCall(['proxy:call'], files)).toEqual({ path: '/sftp/files/' })
  })

  test('reads what the key may read where it calls no APIs, or none is known, and is none where it may read nothing', () => {
    expect(firstCall(['events:read'], crm)).toEqual({ path: '/v1/events' })
    expect(firstCall(['proxy:call', 'accounts:read'], undefined)).toEqual({ path: '/v1/accounts' })
    expect(firstCall(['proxy:call'], undefined)).toBeUndefined()
    expect(firstCall(['operations:run'], crm)).toBeUndefined()
  })
})

test('a snippet is one word to a shell and one text to a program, whatever the path has in it', () => {
  const path = `/proxy/crm/it's?q="$(id)"`
  const { curl, fetch } = snippets('https://sallyport.example.com', 'sp_org_1', { path })
  expect(curl.split('\n')[0]).toBe(`curl 'https://sallyport.example.com/proxy/crm/it'\\''s?q="$(id)"' \\`)
  expect(fetch.split('\n')[0]).toBe(`const url = process.env.SALLYPORT_URL + "/proxy/crm/it's?q=\\"$(id)\\""`)
})

test('a program’s text never holds the key: its environment does', () => {
  const { fetch, environment } = snippets('https://sallyport.example.com', 'sp_org_1', { path: '/v1/apps' })
  expect(fetch).not.toContain('sp_org_1')
  expect(environment).toBe('SALLYPORT_URL=https://sallyport.example.com\nSALLYPORT_KEY=sp_org_1')
})
