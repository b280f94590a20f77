import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'

/** Gives this test a folder for temporary files in which nobody else makes any; returns what lists it. */
export function ownFolder(): () => string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
  return () => readdirSync(folder)
}
