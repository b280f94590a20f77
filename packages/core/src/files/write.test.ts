import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { openSftp } from '../egress/sftp-session.ts'
import { type SshServerOptions, sshServer } from '../egress/ssh-server.suite.ts'
import { writeFile } from './write.ts'

const never = new AbortController().signal

async function writing(options: SshServerOptions = {}) {
  const server = await sshServer(options)
  const session = await openSftp(server.policy, server.account, never)
  onTestFinished(() => session.end())
  const write = (text: string) =>
    writeFile(session, {
      path: './file',
      content: Readable.from([Buffer.from(text)]),
      reopen: () => openSftp(server.policy, server.account, never),
    })
  return { ...server, write }
}

test('where a rename replaces nothing, the old file is put aside for the moment', async () => {
  const { write, files, asked } = await writing()
  expect((await write('first')).status).toBe(201)
  expect((await write('second')).status).toBe(204)
  expect([...files].map(([path, content]) => [path, content.toString()])).toEqual([['./file', 'second']])
  expect(asked.filter((line) => line.startsWith('rename'))).toEqual([
    'rename to ./file',
    'rename to ./file',
    'rename to ./.sallyport-*.old',
    'rename to ./file',
  ])
})

test.each([
  [3, 'permission_denied'],
  [4, 'file_operation_failed'],
])('status %i of a piece is %s, and leaves nothing', async (writeStatus, code) => {
  const { write, files } = await writing({ writeStatus })
  files.set('./file', Buffer.from('kept'))
  await expect(write('new')).rejects.toMatchObject({ code })
  expect([...files].map(([path, content]) => [path, content.toString()])).toEqual([['./file', 'kept']])
})
