import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'

test('lines come as they were sent, wherever the network cut them, the last one without its end too', async () => {
  const bytes = new TextEncoder().encode('{"a":"ä"}\n\n{"b":2}\n{"c":3}')
  for (const size of [1, 2, 5, bytes.length]) {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.slice(at * size, (at + 1) * size),
    )
    const lines: unknown[] = []
    for await (const line of linesOf(new Response(new Blob(parts)))) lines.push(line)
    expect(lines).toEqual([{ a: 'ä' }, { b: 2 }, { c: 3 }])
  }
})
