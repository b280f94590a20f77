import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What a server takes at one moment, its workers included. */
export interface Reading {
  /** Seconds since the first one. */
  readonly at: number
  readonly residentMegabytes: number
  /** What JavaScript keeps when garbage has been collected; undefined until the server first said so. */
  readonly heapMegabytes: number | undefined
  readonly sockets: number
  /** Open files of any kind, sockets among them. */
  readonly handles: number
}

const megabyte = 1_048_576

/** Reads one from /proc, and what its processes wrote into the folder of heaps. */
export function readingOf(pid: number, heapFolder: string, at: number): Reading {
  const pids = treeOf(pid)
  const links = pids.flatMap(linksOf)
  const heaps = pids.flatMap((each) => heapOf(heapFolder, each))
  return {
    at,
    residentMegabytes: sum(pids.map(residentBytes)) / megabyte,
    heapMegabytes: heaps.length === 0 ? undefined : sum(heaps) / megabyte,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    handles: links.length,
  }
}

/** The folder that `heap-probe` writes to, made. */
export function heapFolderIn(folder: string): string {
  const path = join(folder, 'heaps')
  mkdirSync(path, { recursive: true })
  return path
}

export function residentMegabytes(pid: number): number {
  return sum(treeOf(pid).map(residentBytes)) / megabyte
}

function treeOf(pid: number): number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    const parent = /^\d+$/.test(name) ? /^PPid:\t(\d+)$/m.exec(text(`/proc/${name}/status`))?.[1] : undefined
    return parent === undefined ? [] : [[Number(name), Number(parent)] as const]
  })
  const below = (root: number): number[] => [
    root,
    ...parents.filter(([, parent]) => parent === root).flatMap(([child]) => below(child)),
  ]
  return below(pid)
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

function linksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function heapOf(folder: string, pid: number): number[] {
  const written = text(join(folder, String(pid)))
  return written === '' ? [] : [Number(written)]
}

/** Empty where it is gone: processes and their files come and go while they are read. */
function text(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
