import { describe, expect, test } from 'vitest'
import { passwordFaults } from './password-rules.ts'

const owner = { email: 'Ada.Lovelace@example.com', name: 'Ada Lovelace' }
const codes = (password: string) => passwordFaults(password, owner).map(({ code }) => code)

describe('a new password', () => {
  test.each([
    ...['correct horse battery', 'пароль из нескольких слов', '🦉🐎🔋📎🦉🐎🔋📎🦉🐎🔋x', 'tr0ub4dor&3xyz'],
    ...['ada likes engines', 'a1b2c3d4e5f6', 'passwords are words', 'aB3$x'.repeat(51)],
  ])('may be %j: no rule asks for kinds of characters', (password) => {
    expect(codes(password)).toEqual([])
  })

  test('has 12 characters at least and 256 at most, counted as people count them', () => {
    expect(codes('a1b2c3d4e5f')).toEqual(['too_short'])
    expect(codes('🦉🐎🔋📎🦉🐎🔋📎🦉🐎🔋')).toEqual(['too_short'])
    expect(codes(`${'aB3$x'.repeat(51)}xx`)).toEqual(['too_long'])
    // Eleven letters, one of them written as two characters.
    expect(codes('cafe\u0301 latte!')).toEqual(['too_short'])
  })

  test.each([
    ...['ada.lovelace@example.com', 'ADA LOVELACE', 'adalovelace1843', 'Ada-Lovelace!', 'ada.lovelace'],
    ...['sallyport123', 'Ada.Lovelace@Example'],
  ])('is not %j, which everybody knows of its owner', (password) => {
    expect(passwordFaults(password, owner)).toEqual([
      expect.objectContaining({ code: 'guessable', path: '/password' }),
    ])
  })

  test.each([
    ...[
      'password1234',
      'Password1234!',
      'p@ssw0rd12345',
      'passwordpassword',
      'PASSWORDPASSWORD!',
      '123456789012',
    ],
    ...[
      'qwerty123456',
      '1q2w3e4r5t6y',
      'aaaaaaaaaaaa',
      'abababababab',
      'abcdefghijklm',
      '987654321098',
      'zyxwvutsrqpon',
    ],
    ...['dragon!!!!!!!!', '1234567890123456', 'iloveyou1234', '............', 'qazwsxedcrfv'],
  ])('is not %j, which is among the first that are tried', (password) => {
    expect(codes(password)).toEqual(['guessable'])
  })
})
