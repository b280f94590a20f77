import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { Sandbox } from './sandbox/sandbox.ts'
import { type RenderedZip, zip } from './zip.ts'

const sandbox = new Sandbox({ limits: { outputBytes: 4 * 1024 * 1024 } })
afterAll(() => sandbox.close())
const done = (step: Partial<RenderedZip>) =>
  zip({ action: 'read', encoding: 'text', ...step }, { sandbox, organizationId: 'org_1' })
type Entry = NonNullable<RenderedZip['entries']>[number]
const create = (entries: readonly (Partial<Entry> & Pick<Entry, 'path' | 'content'>)[]) =>
  done({
    action: 'create',
    entries: entries.map((entry) => ({ encoding: 'text' as const, ...entry })),
  }) as Promise<string>
const read = (from: string, encoding: RenderedZip['encoding'] = 'text') =>
  done({ action: 'read', from, encoding })
const refusal = (work: Promise<unknown>) =>
  work.then(
    (output) => ({ output }),
    (error) => ({ code: error.code, message: error.message }),
  )
const failed = (message: RegExp) => ({ code: 'step_failed', message: expect.stringMatching(message) })

interface Made {
  readonly path: string
  readonly content?: Buffer
  /** In place of what is true. */
  readonly size?: number
  readonly sum?: number
  readonly flags?: number
  readonly localPath?: string
  /** Where it lies, within another; no bytes of its own are written. */
  readonly at?: number
  readonly stored?: boolean
}

/** An archive that need not be honest, byte by byte (APPNOTE 4.3). */
function archive(entries: readonly Made[], { before = 0 } = {}): string {
  const locals: Buffer[] = [Buffer.alloc(before)]
  const central: Buffer[] = []
  let at = before
  for (const entry of entries) {
    const { path, content = Buffer.from('x'), size, sum, flags = 0x800, localPath = path } = entry
    const packed = entry.stored ? content : deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags, 2)
    fields.writeUInt16LE(entry.stored ? 0 : 8, 4)
    fields.writeUInt16LE(33, 8)
    fields.writeUInt32LE(sum ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(size ?? content.length, 18)
    const local = Buffer.from(fields)
    local.writeUInt16LE(Buffer.byteLength(localPath), 22)
    fields.writeUInt16LE(Buffer.byteLength(path), 22)
    const end = Buffer.alloc(14)
    end.writeUInt32LE(entry.at ?? at, 10)
    const start = Buffer.concat([Buffer.from('PK\x03\x04'), local, Buffer.from(localPath), packed])
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, end, Buffer.from(path)]))
    if (entry.at !== undefined) continue
    locals.push(start)
    at += start.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]).toString('base64')
}

test('what is packed is unpacked as it was: texts, JSON, bytes, folders, other alphabets', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at))
  const packed = await create([
    { path: 'a.txt', content: 'h\u00e9llo' },
    { path: 'data/b.json', content: { list: [1, null] } },
    { path: 'data/\u00e9t\u00e9/\u6587.bin', content: bytes.toString('base64'), encoding: 'base64' },
    { path: 'empty', content: '' },
  ])
  const unpacked = (await read(packed, 'base64')) as { path: string; content: string }[]
  expect(unpacked.map(({ path, content }) => [path, Buffer.from(content, 'base64')])).toEqual([
    ['a.txt', Buffer.from('h\u00e9llo')],
    ['data/b.json', Buffer.from('{"list":[1,null]}')],
    ['data/\u00e9t\u00e9/\u6587.bin', bytes],
    ['empty', Buffer.alloc(0)],
  ])
  expect(await read(archive([{ path: 'dir/', content: Buffer.alloc(0) }, { path: 'dir/f' }]))).toEqual([
    { path: 'dir/f', content: 'x' },
  ])
})

test('the same entries make the same archive', async () => {
  const entries = [{ path: 'a', content: 'x'.repeat(1000) }]
  expect(await create(entries)).toBe(await create(entries))
})

test('an archive of nothing is one', async () => {
  expect(await read(await create([]))).toEqual([])
})

const paths = [
  '../a',
  'a/../../b',
  '/etc/passwd',
  'C:/a',
  'c:a',
  '..\\a',
  '\\\\host\\a',
  'a\\..\\b',
  './a',
  'a//b',
  'a/.',
  '..',
  '.',
  'a\u0000b',
  'a\nb',
  `${'d/'.repeat(600)}f`,
]

test.each(paths)('no file is unpacked from, or packed as, %j', async (path) => {
  expect(await refusal(read(archive([{ path }])))).toEqual(failed(/path|name|archive/i))
  expect(await refusal(create([{ path, content: '' }]))).toEqual(failed(/path/))
})

test.each([
  ['a', 'a'],
  ['b/c', 'b/c'],
])('two files of the same path are refused: %s', async (one, other) => {
  expect(
    await refusal(
      create([
        { path: one, content: '' },
        { path: other, content: '' },
      ]),
    ),
  ).toEqual(failed(/twice/))
  expect(await refusal(read(archive([{ path: one }, { path: other }])))).toEqual(failed(/archive/))
})

test.each([
  ['no archive', Buffer.from('hello').toString('base64')],
  ['no base64', 'PK\u0003\u0004'],
  ['half of an archive', archive([{ path: 'a' }]).slice(0, 60)],
  ['a wrong sum', archive([{ path: 'a', sum: 1 }])],
  ['a size that is too small', archive([{ path: 'a', content: Buffer.alloc(5000), size: 10 }])],
  ['a size that is too large', archive([{ path: 'a', size: 10 }])],
  ['an encrypted file', archive([{ path: 'a', flags: 0x801 }])],
  ['a file that is called otherwise where it lies', archive([{ path: 'a', localPath: 'b' }])],
  ['what is no text', archive([{ path: 'a', content: Buffer.from([0xff, 0xfe]) }])],
  ['something before the archive', archive([{ path: 'a' }], { before: 100 })],
])('%s is refused', async (_what, from) => {
  expect(await refusal(read(from))).toEqual(failed(/archive/i))
})

test('files that lie over one another are refused', async () => {
  const inner = { path: 'b', content: Buffer.alloc(100) }
  const alone = Buffer.from(archive([inner]), 'base64')
  const record = alone.subarray(0, alone.indexOf('PK\x01\x02'))
  const outer = { path: 'a', content: record, stored: true }
  expect(await read(archive([outer]), 'base64')).toHaveLength(1)
  const header = 30 + outer.path.length
  expect(await refusal(read(archive([outer, { ...inner, at: header }]), 'base64'))).toEqual(
    failed(/overlapping/i),
  )
})

test.each([
  ['a bomb', archive([{ path: 'a', content: Buffer.alloc(100_000_000) }])],
  [
    'a bomb that says that it is small',
    archive([{ path: 'a', content: Buffer.alloc(100_000_000), size: 1000 }]),
  ],
  [
    'a bomb of many files',
    archive(Array.from({ length: 50 }, (_, at) => ({ path: `f${at}`, content: Buffer.alloc(900_000) }))),
  ],
  ['more of less than fits', archive([{ path: 'a', content: Buffer.alloc(3_000_000) }])],
  ['too many files', archive(Array.from({ length: 10_001 }, (_, at) => ({ path: `f${at}`, stored: true })))],
])('%s is refused', async (_what, from) => {
  expect(await refusal(read(from))).toEqual(failed(/archive/))
})

test('a step that lacks what it works on says so', async () => {
  expect(await refusal(done({ action: 'read' }))).toEqual(failed(/`from`/))
  expect(await refusal(done({ action: 'create' }))).toEqual(failed(/`entries`/))
})

test('content that is said to be base64 has to be', async () => {
  expect(await refusal(create([{ path: 'a', content: '!!', encoding: 'base64' }]))).toEqual(failed(/base64/))
})
