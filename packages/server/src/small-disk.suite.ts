import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const megabyte = 1024 * 1024

/** A disk of some megabytes of its own, which a test can fill up. */
export interface SmallDisk {
  readonly folder: string
  /** Until not one more byte is taken. */
  fill(): void
  empty(): void
}

/** Whether this machine lets its user mount one: on Linux, root may. */
export const canMount = mounts()

function mounts(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-mount-'))
  try {
    mount(folder, 1)
    unmount(folder)
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function mount(folder: string, megabytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder], {
    stdio: 'ignore',
  })
}

function unmount(folder: string): void {
  // Files of a database may stay open until its statements are collected.
  execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' })
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'))
  mount(folder, megabytes)
  onTestFinished(() => {
    unmount(folder)
    rmSync(folder, { recursive: true })
  })
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a')
      for (let chunk = megabyte; chunk > 0; ) {
        try {
          writeSync(file, Buffer.alloc(chunk))
        } catch {
          chunk = Math.floor(chunk / 2)
        }
      }
      closeSync(file)
    },
    empty: () => rmSync(filler),
  }
}
