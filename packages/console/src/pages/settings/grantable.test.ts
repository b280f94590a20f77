import { type RoleReply, type Scope, scopes } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { grantableRoles, mayChange } from './grantable.ts'
import { settingsFor } from './sections.ts'

const role = (key: string, held: readonly Scope[]): RoleReply => ({
  ...{ key, name: key, builtIn: true, scopes: [...held] },
})
const roles = [role('owner', scopes), role('admin', scopes), role('auditor', ['accounts:read', 'audit:read'])]
const keys = (given: Parameters<typeof grantableRoles>[1]) =>
  grantableRoles(roles, given).map(({ key }) => key)

test('nobody is offered to give a role that may do more than they, and owners alone make owners', () => {
  expect(keys({ role: 'owner', scopes: [...scopes] })).toEqual(['owner', 'admin', 'auditor'])
  expect(keys({ role: 'admin', scopes: [...scopes] })).toEqual(['admin', 'auditor'])
  expect(keys({ role: 'narrow', scopes: ['organization:admin', 'accounts:read'] })).toEqual([])
})

test('owners are changed by owners alone', () => {
  expect(mayChange({ role: 'admin', scopes: [] }, { role: 'owner' })).toBe(false)
  expect(mayChange({ role: 'owner', scopes: [] }, { role: 'owner' })).toBe(true)
  expect(mayChange({ role: 'admin', scopes: [] }, { role: 'developer' })).toBe(true)
})

test('settings that a role refuses are not listed', () => {
  expect(settingsFor(['accounts:read']).map(({ to }) => to)).not.toContain('/settings/people')
  expect(settingsFor(scopes).map(({ to }) => to)).toContain('/settings/people')
})
