import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { generateKeyRing, type KeyRing, parseKeyRing } from '@sallyport/core'
import type { RealmSettings } from './realm-settings.ts'
import { StartRefused } from './start-refused.ts'

/**
 * The key ring of the data folder's own file. Made together with the database, and never again after that: a
 * new key could not open what the lost one sealed (E4).
 *
 * @throws StartRefused
 */
export function keyRingOfFolder(
  { dataFolder, named }: Pick<RealmSettings, 'dataFolder' | 'named'>,
  databaseExists: boolean,
): KeyRing {
  const file = join(dataFolder, 'encryption-key')
  if (readText(file) === '') {
    if (databaseExists) {
      throw new StartRefused([
        `The database is sealed, and its key is missing. Put the key file back as ${file}, or set ${named.encryptionKeys}.`,
      ])
    }
    writeKeyFile(file)
  }
  const parsed = parseKeyRing(readText(file))
  if ('faults' in parsed)
    throw new StartRefused(parsed.faults.map((fault) => `${file}: ${fault}. Put the right key back.`))
  return parsed.ring
}

/** That of a folder which has its key file already; undefined where it has none, or one that cannot be read. */
export function keyRingIn(folder: string): KeyRing | undefined {
  const parsed = parseKeyRing(readText(join(folder, 'encryption-key')))
  return 'ring' in parsed ? parsed.ring : undefined
}

/** Empty where there is no file, or one whose writing was cut off by the end of the process. */
function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

function writeKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  rmSync(file, { force: true })
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeSync(descriptor, `${generateKeyRing({ bytes: randomBytes })}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  chmodSync(file, 0o600)
}
