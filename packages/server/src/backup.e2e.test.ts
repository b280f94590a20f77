import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Store } from '@sallyport/core'
import { openSqlite } from '@sallyport/store'
import { describe, expect, test } from 'vitest'
import { adopt, backup, check, newFile, newKeys, restore } from './backup.suite.ts'
import { copyOf, fenced, minute, newFolder, outcome } from './fence.suite.ts'
import { fileJournal } from './journal.ts'
import { run } from './process.suite.ts'
import { freePort } from './sallyport.suite.ts'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const usage = 64
const badData = 65
const cannotWrite = 73
const badConfiguration = 78

describe('sallyport backup', () => {
  test('writes a file for its owner alone, with a node beside it, and replaces none unless told to', async () => {
    const { folder, start, environment } = await fenced()
    await start()
    const file = newFile()
    const settings = { ...environment, SALLYPORT_DATA_DIR: folder }
    const made = await run(['backup', file], settings)
    expect(made.code, made.stderr).toBe(0)
    expect(made.stdout).toMatch(/holds the realm default as of 20\S+Z: \d+ rows, 0 answers of the journal\./)
    expect(made.stdout).toContain('opens with the outer keys k')
    expect(made.stderr).toMatch(/^backup: (\d+) of \1 rows$/m)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = readFileSync(file)
    const again = await run(['backup', file], settings)
    expect([again.code, again.stdout]).toEqual([cannotWrite, ''])
    expect(again.stderr).toContain('is there already')
    expect(readFileSync(file).equals(before)).toBe(true)
    expect((await run(['backup', file, '--force'], settings)).code).toBe(0)
    expect(readFileSync(file).equals(before)).toBe(false)
    expect(readdirSync(dirname(file))).toEqual(['backup.gz'])
  })

  test('says what it lacks: a file, a database, a folder to write to', async () => {
    const nothing = { SALLYPORT_DATA_DIR: newFolder() }
    const words = await run(['backup'], nothing)
    expect([words.code, words.stderr]).toEqual([usage, 'sallyport backup needs a file.\n'])
    await expect(backup(nothing, newFile())).rejects.toThrow('holds no database')
    const { folder, environment } = await fenced()
    const nowhere = join(newFolder(), 'not', 'there')
    const written = await run(['backup', nowhere], { ...environment, SALLYPORT_DATA_DIR: folder })
    expect([written.code, written.stderr]).toEqual([
      cannotWrite,
      expect.stringContaining('cannot be written (ENOENT)'),
    ])
  })

  test('refuses outer keys that do not open the database, and leaves nothing where it is broken off', async () => {
    const { folder, environment } = await fenced()
    const file = newFile()
    const settings = { ...environment, SALLYPORT_DATA_DIR: folder }
    await expect(backup({ ...settings, ...newKeys() }, file)).rejects.toThrow('which the key ring lacks')
    await expect(backup(settings, file, AbortSignal.abort())).rejects.toThrow('aborted')
    expect(readdirSync(dirname(file))).toEqual([])
  })

  test('holds the answers that wait in journals, which come home once the restored database is adopted', async () => {
    const { folder, start, clock, account, environment, tokenRequests } = await fenced(newKeys())
    const earlier = copyOf(folder)
    const node = await start()
    clock.advance(31 * minute)
    expect([await outcome(node, account), tokenRequests()]).toEqual(['token 2', 1])
    await node.close({ keep: true })
    // As if the database had not taken the answer.
    const { organizationId, id: accountId, ...state } = await stored(folder, account)
    const entry = { organizationId, accountId, generation: 1, id: 'ans_1', at: state.updatedAt, state }
    await fileJournal(join(earlier, 'journal-2')).append(entry)
    const [file, there] = [newFile(), { ...environment, SALLYPORT_DATA_DIR: newFolder() }]
    expect(await backup({ ...environment, SALLYPORT_DATA_DIR: earlier }, file)).toMatchObject({ answers: 1 })
    expect(await restore(there, file)).toMatchObject({ answers: 1 })
    await adopt(there)
    const restored = await start(there.SALLYPORT_DATA_DIR, there)
    expect([await outcome(restored, account), tokenRequests()]).toEqual(['token 2', 1])
    expect(await fileJournal(join(there.SALLYPORT_DATA_DIR, 'journal')).entries()).toEqual([])
  })
})

describe('sallyport restore', () => {
  test('by the drill of docs/backup.md puts it back beside the original, which it does not disturb', async () => {
    const { environment, folder, start, account, tokenRequests } = await fenced(newKeys())
    await start()
    const [bin, text] = [
      newFolder(),
      readFileSync(new URL('../../../docs/backup.md', import.meta.url), 'utf8'),
    ]
    const [block, ...more] = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, each = '']) => each)
    expect(more).toEqual([])
    writeFileSync(join(bin, 'sallyport'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
      mode: 0o755,
    })
    const { stdout } = await promisify(execFile)('bash', ['-euc', block ?? ''], {
      env: {
        ...{ ...environment, SALLYPORT_DATA_DIR: folder, SALLYPORT_PRACTICE: 'off', SALLYPORT_WORKERS: '1' },
        ...{ PATH: `${bin}:${process.env.PATH}`, TMPDIR: newFolder(), DRILL_PORT: String(await freePort()) },
      },
    })
    for (const said of [
      /backup\.gz holds the realm default/,
      /backup\.gz is whole: the realm default/,
      /^The realm default is back as of 20/m,
    ]) {
      expect(stdout).toMatch(said)
    }
    expect(stdout).toContain('"renewals":"stopped","cause":"restored"')
    expect(stdout).toContain(`"id":"${account}"`)
    expect(stdout).toContain('Credentials destroyed: 1.')
    expect(tokenRequests()).toBe(0)
  })

  test('refuses a folder that holds a database', async () => {
    const { environment, bytes, folder } = await taken()
    const file = newFile()
    writeFileSync(file, bytes)
    const refused = await run(['restore', file], { ...environment, SALLYPORT_DATA_DIR: folder })
    expect([refused.code, refused.stdout]).toEqual([badConfiguration, ''])
    expect(refused.stderr).toContain('a restore overwrites nothing')
  })

  test('refuses what is cut off, damaged, of a later version, no backup at all, or changed by whoever lacks the outer keys', async () => {
    const { environment, bytes } = await taken()
    const settings = { ...environment, SALLYPORT_DATA_DIR: newFolder() }
    const text = gunzipSync(bytes).toString()
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(flipped.length >> 1) ^ 1, flipped.length >> 1)
    const lines = text.trimEnd().split('\n')
    const account = lines.findIndex((line) => line.includes('"acc_'))
    const without = lines.toSpliced(account, 1).join('\n')
    const bad: [Buffer, string | RegExp][] = [
      ...[0.2, 0.5, 0.9].map((part): [Buffer, string] => [
        bytes.subarray(0, Math.floor(bytes.length * part)),
        'damaged',
      ]),
      // Whatever of its text that garbles.
      [flipped, /damaged|no backup/],
      [gzipSync(lines.slice(0, -1).join('\n')), 'damaged'],
      [gzipSync(`${text}more\n`), 'damaged'],
      [gzipSync(`${without}\n`), 'damaged'],
      [gzipSync(text.replace('"version":1', '"version":2')), 'newer version'],
      [gzipSync(signedAnew(text.replace('"0001-initial"', '"0001-initial","0001-other"'))), 'changed'],
      [gzipSync(signedAnew(text.replace(/"operator":\[[^\]]*\]|"connected"/, '"revoked"'))), 'changed'],
      [gzipSync('{"format":"another"}\n'), 'no backup'],
      [gzipSync('no JSON'), 'no backup'],
      [Buffer.from('a text of somebody’s\n'), 'no backup'],
      [Buffer.alloc(0), 'no backup'],
    ]
    for (const [index, [content, message]] of bad.entries()) {
      const file = newFile()
      writeFileSync(file, content)
      for (const work of [check, restore]) {
        await expect(work(settings, file), `${index}: ${message}`).rejects.toThrow(message)
      }
    }
    expect(readdirSync(settings.SALLYPORT_DATA_DIR)).toEqual([])
  })

  test('refuses without the outer keys that it needs, or with others of their name, before anything is written', async () => {
    const { environment, bytes } = await taken()
    const file = newFile()
    writeFileSync(file, bytes)
    const there = { ...environment, SALLYPORT_DATA_DIR: newFolder() }
    const wrong = restore({ ...there, ...newKeys() }, file)
    await expect(wrong).rejects.toThrow('is not the one that the database was written with')
    const { SALLYPORT_ENCRYPTION_KEYS: _, ...without } = there as Record<string, string>
    await expect(restore(without, file)).rejects.toThrow('its key is missing')
    expect(readdirSync(there.SALLYPORT_DATA_DIR)).toEqual([])
    const nothing = await run(['restore', `${file}.not`], there)
    expect([nothing.code, nothing.stderr]).toEqual([
      badData,
      expect.stringContaining('cannot be read (ENOENT)'),
    ])
  })
})

/** A backup of a database with one account, and what opens it. */
async function taken() {
  const all = await fenced(newKeys())
  const file = newFile()
  await backup({ ...all.environment, SALLYPORT_DATA_DIR: all.folder }, file)
  return { ...all, bytes: readFileSync(file) }
}

/** As whoever knows the format would leave it. */
function signedAnew(text: string): string {
  const lines = text.trimEnd().split('\n')
  const last = JSON.parse(lines.pop() ?? '') as { mac: string }
  const signed = lines.map((line) => `${line}\n`).join('')
  const sha256 = createHash('sha256').update(signed).digest('base64')
  return `${signed}${JSON.stringify({ sha256, mac: last.mac })}\n`
}

type Account = NonNullable<Awaited<ReturnType<Store['accounts']['get']>>>

/** An account as the database of a folder has it. */
async function stored(folder: string, id: string): Promise<Account> {
  const database = openSqlite(folder)
  await database.migrate()
  const organization = await database.store.organizations.first()
  const account = await database.store.accounts.get(organization?.id ?? '', id)
  await database.close()
  if (!account) throw new Error('the account is not there')
  return account
}
