import { expect, test } from 'vitest'
import { dial } from './dial.ts'
import { answering, loopback, socketServer } from './servers.suite.ts'

const never = new AbortController().signal

test('a name that changes its answer to an inner address gains nothing', async () => {
  const server = await socketServer(() => undefined)
  const lookup = answering(['127.0.0.1'])
  const policy = { allowedPrivate: [], lookup }
  await expect(dial(policy, { host: 'files.example.com', port: server.port }, never)).rejects.toMatchObject({
    code: 'address_blocked',
    sent: 'no',
  })
  expect([lookup.asked(), server.connections]).toEqual([1, 0])
})

test.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0'])(
  'the literal %s is not dialled',
  async (host) => {
    await expect(dial({ allowedPrivate: [] }, { host, port: 22 }, never)).rejects.toMatchObject({
      code: 'address_blocked',
    })
  },
)

test('the address that was checked is the one that is dialled', async () => {
  const server = await socketServer(() => undefined)
  const lookup = answering(['10.0.0.1', '127.0.0.1'], ['10.0.0.1'])
  const socket = await dial(
    { allowedPrivate: loopback, lookup },
    { host: 'files.test', port: server.port },
    never,
  )
  expect([socket.remoteAddress, lookup.asked()]).toEqual(['127.0.0.1', 1])
  socket.destroy()
})

test('a closed port is unreachable, and an aborted signal ends it', async () => {
  const policy = { allowedPrivate: loopback }
  await expect(dial(policy, { host: '127.0.0.1', port: 1 }, never)).rejects.toMatchObject({
    code: 'upstream_unreachable',
  })
  const reason = new Error('enough')
  await expect(dial(policy, { host: '127.0.0.1', port: 1 }, AbortSignal.abort(reason))).rejects.toBe(reason)
})
