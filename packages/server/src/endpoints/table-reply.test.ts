import { expect, test } from 'vitest'
import { tableLine } from './table-reply.ts'

test('a cell holds whatever it is given, and a spreadsheet runs none of it', () => {
  const cells = ['plain', 'a "quoted", one', 'two\nlines', '=HYPERLINK("x")', '+1', '-1', '@sum', '\tx', '']
  expect(tableLine(cells)).toBe(
    `"plain","a ""quoted"", one","two\nlines","'=HYPERLINK(""x"")","'+1","'-1","'@sum","'\tx",""\r\n`,
  )
})
