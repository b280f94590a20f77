import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrganizationKeys } from '@sallyport/core'

/** Keys of organizations in a folder, a file of mode 0600 each; several nodes may share it. */
export function organizationKeyFolder(folder: string): OrganizationKeys {
  const fileOf = (name: string) => join(folder, `${name}.key`)
  return {
    get: (name) => read(fileOf(name)),
    async make(name) {
      const found = await read(fileOf(name))
      if (found) return found
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await write(folder, fileOf(name))
      const made = await read(fileOf(name))
      if (!made) throw new Error('A key that was written is not there.')
      return made
    },
    async destroy(name) {
      await rm(fileOf(name), { force: true })
      await settle(folder)
    },
  }
}

/** Undefined where there is none. */
async function read(file: string): Promise<KeyObject | undefined> {
  const text = await readFile(file, 'utf8').catch(absent)
  if (text === undefined) return undefined
  const bytes = Buffer.from(text.trim(), 'base64')
  try {
    if (bytes.length !== 32) throw new Error(`${file} holds no key. Put the right one back.`)
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** Whole or not at all, and never in place of one that is there: a link is refused where there is a file. */
async function write(folder: string, file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const bytes = randomBytes(32)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(`${bytes.toString('base64')}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  } finally {
    bytes.fill(0)
    await rm(draft, { force: true })
  }
  await settle(folder)
}

/** What was made or removed in a folder is so after a power cut only once the folder itself is written. */
async function settle(folder: string): Promise<void> {
  const handle: FileHandle | undefined = await open(folder, 'r').catch(absent)
  if (!handle) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
  return undefined
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
