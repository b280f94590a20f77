import type { OperationInput } from '@sallyport/contract'
import { publicDocument } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { placeholderFaults } from '../operations/check-placeholders.ts'
import { stepFaults } from '../operations/check-steps.ts'
import { fieldsOf } from '../operations/fields.ts'
import { compileSchema } from '../operations/steps/sandbox/inside/schemas.ts'
import { imported } from './imported.suite.ts'

/** Holds operations to what is asked of those that somebody writes; of schemas, some. */
function expectSound(operations: readonly OperationInput[]): void {
  for (const [index, operation] of operations.entries()) {
    const fields = fieldsOf(operation)
    expect([...stepFaults(fields), ...placeholderFaults(fields)]).toEqual([])
    if (index % 50 > 0) continue
    for (const schema of [operation.input, operation.outputSchema ?? {}]) {
      expect(() => compileSchema(schema)).not.toThrow()
    }
  }
}

/** How often each part was left out or simplified. */
function counted(skipped: readonly { readonly part: string; readonly reason: string }[]) {
  const counts: Record<string, number> = {}
  for (const { part, reason } of skipped) {
    const what = `${part}: ${reason.replace(/from level \d+/, 'from some level').replace(/ For this one .*/, '')}`
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}

test('all 499 operations of Jira are imported, and what is simplified is named', { timeout: 60_000 }, () => {
  const { operations, leftOut, skipped, skippedMore, ...summary } = imported(publicDocument('jira'))
  expect([operations.length, leftOut, skippedMore]).toEqual([499, 0, 0])
  expect(new Set(operations.map(({ key }) => key.toLowerCase())).size).toBe(499)
  expect(summary.integration).toEqual({
    name: 'The Jira Cloud platform REST API',
    baseUrl: 'https://your-domain.atlassian.net',
    auth: { type: 'basic' },
  })
  expectSound(operations)
  expect(counted(skipped)).toEqual({
    'body: Of this body the parts are not named, or over a hundred: it is left out.': 1,
    'schema: This refers to a schema that it is within: there anything passes.': 5,
    'schema: Whole, this schema is very large: from some level on anything passes.': 28,
    'security: An integration has one way to authenticate, and it is by basicAuth.': 1,
  })
})

test('all 452 operations of Stripe are imported, and what is simplified is named', {
  timeout: 60_000,
}, () => {
  const { operations, leftOut, skipped, skippedMore, ...summary } = imported(publicDocument('stripe'))
  expect([operations.length, leftOut, skippedMore]).toEqual([452, 0, 0])
  expect(summary.integration).toMatchObject({
    auth: { type: 'basic' },
    hosts: ['api.stripe.com', 'files.stripe.com'],
  })
  expectSound(operations)
  expect(counted(skipped)).toEqual({
    'body: The list expand is sent as JSON.': 1,
    'parameter: Of this object the members that the document names are sent, and no others.': 2,
    'schema: This refers to a schema that it is within: there anything passes.': 26,
    'schema: Whole, this schema is very large: from some level on anything passes.': 293,
    'security: An integration has one way to authenticate, and it is by basicAuth.': 1,
  })
})

test('all 1014 operations of Kubernetes, in Swagger 2.0, are imported, and what is simplified is named', {
  timeout: 60_000,
}, () => {
  const { operations, leftOut, skipped, skippedMore, ...summary } = imported(publicDocument('kubernetes'))
  expect([operations.length, leftOut, skippedMore]).toEqual([1014, 0, 0])
  expect(summary.integration).toMatchObject({
    baseUrl: 'https://{host}',
    placement: { in: 'header', name: 'authorization', template: '{token}' },
  })
  expectSound(operations)
  expect(counted(skipped)).toEqual({
    'schema: This refers to a schema that it is within: there anything passes.': 7,
    'schema: Whole, this schema is very large: from some level on anything passes.': 248,
    'server: This address is relative to where the document was read, which is not known here: each account says its host.': 1,
  })
})
