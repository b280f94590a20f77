import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { person, scene } from './authorization.suite.ts'

const minute = 60_000

test('the person is sent back to the return URL, with the account and without code or state', async () => {
  const { account, authorize, listReturnUrls } = await scene()
  await listReturnUrls('https://app.example.com/done', 'https://app.example.com/with?tab=1&account=mine')
  const id = await account()
  const end = await person().finish(await authorize(id, { returnUrl: 'https://app.example.com/done' }))
  expect([end.status, end.location]).toEqual([303, `https://app.example.com/done?account=${id}`])

  const query = { returnUrl: 'https://app.example.com/with?tab=1&account=mine' }
  const second = await person().finish(await authorize(id, query))
  expect(second.location).toBe(`https://app.example.com/with?tab=1&account=${id}`)
})

const foreignReturnUrls = [
  'https://evil.example/done',
  'https://app.example.com/done/',
  'https://app.example.com/done?next=https://evil.example',
  'https://app.example.com/done#fragment',
  'https://app.example.com/Done',
  'https://APP.example.com/done',
  'HTTPS://app.example.com/done',
  'http://app.example.com/done',
  'https://app.example.com:443/done',
  'https://app.example.com:8443/done',
  'https://app.example.com./done',
  'https://app.example.com/./done',
  'https://app.example.com/x/../done',
  'https://app.example.com/%64one',
  'https://app.example.com//done',
  'https://app.example.com\\done',
  'https://app.example.com@evil.example/done',
  'https://ann:secret@app.example.com/done',
  'https://app.example.com.evil.example/done',
  'https://evil.example/https://app.example.com/done',
  'https:app.example.com/done',
  'https:/\\app.example.com/done',
  '//app.example.com/done',
  '//evil.example',
  '/\\evil.example',
  '/%09/evil.example',
  '/done',
  ' https://app.example.com/done',
  'https://app.example.com/done ',
  'https://app.example.com/done\n',
  'https://app.exam\tple.com/done',
  'javascript:alert(1)//https://app.example.com/done',
  'data:text/html,x',
  '',
]

test('a return URL that is not listed letter by letter is refused, and nothing is started', async () => {
  const { sallyport, account, listReturnUrls } = await scene()
  await listReturnUrls('https://app.example.com/done')
  await sallyport.request('PATCH', '/v1/environments/production', {
    returnUrls: ['https://evil.example/done'],
  })
  const path = `/v1/accounts/${await account()}/authorize`
  for (const returnUrl of foreignReturnUrls) {
    const { status, body } = await sallyport.request('POST', path, { returnUrl })
    expect([returnUrl, status, body.authorizationUrl, body.errors?.[0]?.path]).toEqual([
      returnUrl,
      422,
      undefined,
      '/returnUrl',
    ])
  }
  expect((await sallyport.request('POST', path, { returnUrl: 'https://app.example.com/done' })).status).toBe(
    201,
  )
})

test('what a browser would read otherwise than it is written cannot be listed as a return URL', async () => {
  const { sallyport } = await scene({ auth: null })
  const ambiguous = [
    'https://app.example.com',
    'https://app.example.com/done#here',
    'https://app.example.com:443/done',
    'https://APP.example.com/done',
    'https://ann:secret@app.example.com/done',
    'https://app.example.com/x/../done',
    'https:/\\app.example.com/done',
    'https://app.exam\tple.com/done',
    '//app.example.com/done',
    '/done',
    'javascript:alert(1)',
    'data:text/html,x',
  ]
  const { status, body } = await sallyport.request('PATCH', '/v1/environments/development', {
    returnUrls: ['https://app.example.com/done', ...ambiguous],
  })
  expect(status).toBe(422)
  const paths = body.errors.map(({ path }: { path: string }) => path)
  expect(paths).toEqual(ambiguous.map((_, index) => `/returnUrls/${index + 1}`))
})

const returnUrl = 'https://app.example.com/done'

test('with confirm the account stays pending until the backend posts the result, once', async () => {
  const { sallyport, account, read, authorize, listReturnUrls } = await scene()
  await listReturnUrls(returnUrl)
  const [id, other] = [await account(), await account()]
  const end = await person().finish(await authorize(id, { returnUrl, confirm: true }))
  const back = new URL(end.location)
  const result = back.searchParams.get('result') ?? ''
  expect([back.origin + back.pathname, [...back.searchParams.keys()]]).toEqual([
    returnUrl,
    ['account', 'result'],
  ])
  expect(back.searchParams.get('account')).toBe(id)
  expect(await read(id)).toMatchObject({ status: 'pending', generation: 0, secretsSet: [] })
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).body.code).toBe('account_pending')

  const confirm = (account: string, text: string) =>
    sallyport.request('POST', `/v1/accounts/${account}/confirm`, { result: text })
  expect((await confirm(other, result)).body).toMatchObject({ status: 409, code: 'result_invalid' })
  expect((await confirm(id, `${result.slice(0, -1)}x`)).body.code).toBe('result_invalid')
  expect((await confirm('acc_absent', result)).status).toBe(404)

  const replies = await Promise.all(Array.from({ length: 20 }, () => confirm(id, result)))
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(replies.filter(({ body }) => body.code === 'result_invalid')).toHaveLength(19)
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  expect((await sallyport.request('GET', `/proxy/${id}/me`)).status).toBe(200)
  expect(await read(other)).toMatchObject({ status: 'pending' })
})

test('a result can be posted for ten minutes from when it was given out, and no longer', async () => {
  const clock = fakeClock(Date.now())
  const { sallyport, account, read, authorize, listReturnUrls } = await scene({ clock })
  await listReturnUrls(returnUrl)
  const ended = async (id: string) => {
    const authorizationUrl = await authorize(id, { returnUrl, confirm: true })
    clock.advance(9 * minute)
    const end = await person().finish(authorizationUrl)
    return new URL(end.location).searchParams.get('result')
  }
  const confirm = (id: string, result: string | null) =>
    sallyport.request('POST', `/v1/accounts/${id}/confirm`, { result })

  const [late, inTime] = [await account(), await account()]
  const lateResult = await ended(late)
  clock.advance(10 * minute)
  expect((await confirm(late, lateResult)).body.code).toBe('result_invalid')
  expect(await read(late)).toMatchObject({ status: 'pending', generation: 0 })

  const result = await ended(inTime)
  clock.advance(10 * minute - 1)
  expect((await confirm(inTime, result)).status).toBe(201)
})

test('an account that is connected again with confirm keeps its old token until then', async () => {
  const { sallyport, account, read, authorize, listReturnUrls } = await scene()
  await listReturnUrls(returnUrl)
  const id = await account()
  await person().finish(await authorize(id))
  const end = await person().finish(await authorize(id, { returnUrl, confirm: true }))
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  const result = new URL(end.location).searchParams.get('result')
  await sallyport.request('POST', `/v1/accounts/${id}/confirm`, { result })
  expect(await read(id)).toMatchObject({ status: 'connected', generation: 2 })
})

test('confirm without an address that gets the result is refused', async () => {
  const { sallyport, account } = await scene()
  const path = `/v1/accounts/${await account()}/authorize`
  const { status, body } = await sallyport.request('POST', path, { confirm: true })
  expect([status, body.errors[0].path]).toEqual([422, '/returnUrl'])
})

test('a person who says no reads so on a page, and the return URL learns it by a code', async () => {
  const { provider, account, read, authorize, listReturnUrls } = await scene({
    behaviour: { consent: 'deny' },
  })
  await listReturnUrls(returnUrl)
  const id = await account()
  const page = await person().finish(await authorize(id))
  expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
  expect(page.text).toContain('Loopback was not connected')
  expect(page.text).toContain('The provider refused: access_denied (The person said no.).')

  const end = await person().finish(await authorize(id, { returnUrl, confirm: true }))
  expect(end.location).toBe(`${returnUrl}?account=${id}&error=flow_refused`)
  expect(provider.received('POST /token')).toHaveLength(0)
  expect(await read(id)).toMatchObject({ status: 'pending', generation: 0 })
})
