import { expect, test } from 'vitest'
import { exportPath } from './export-path.ts'

test('an export is downloaded as chosen, and of all there is where nothing is', () => {
  const all = { after: undefined, since: undefined, until: undefined }
  expect(exportPath({ ...all, format: 'jsonl' })).toBe('/v1/audit/export')
  expect(exportPath({ ...all, after: 0, since: '2026-01-01T00:00:00.000Z', format: 'csv' })).toBe(
    '/v1/audit/export?after=0&since=2026-01-01T00%3A00%3A00.000Z&format=csv',
  )
})
