import { readFile } from 'node:fs/promises'

/** The package's folder, from its sources and from what they are built to alike. */
const folder = new URL('../', import.meta.url)

/** A file of data of this package, which its tests have looked at. */
export async function readData<Data>(file: string): Promise<Data> {
  return JSON.parse(await readFile(new URL(file, folder), 'utf8')) as Data
}

/** Undefined where there is no such file. */
export async function readDataIfAny<Data>(file: string): Promise<Data | undefined> {
  return readData<Data>(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
