import { HttpStep, JwtStep, Step } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { pagingVariants } from './paging-fields.ts'
import { type StepKind, stepKinds } from './step-kinds.ts'

test('the choices of a field are those of the contract', () => {
  const { control } = stepKinds.jwt.fields.algorithm
  expect('choices' in control && control.choices).toEqual(JwtStep.shape.algorithm.options)
})

test.each(Object.keys(stepKinds))('a blank %s is a step but for what only its author knows', (kind) => {
  const result = Step.safeParse({ name: 'x', kind, ...stepKinds[kind as StepKind].blank })
  const paths = result.error?.issues.map(({ path }) => path.join('/')) ?? []
  const open: Readonly<Record<string, readonly string[]>> = {
    transform: ['expression'],
    run: ['operation'],
    try: ['steps'],
  }
  expect(paths).toEqual(open[kind] ?? [])
})

test.each(Object.entries(pagingVariants))(
  'paging by %s has no field that the contract does not know',
  (kind, { fields }) => {
    const given = Object.fromEntries(Object.keys(fields).map((name) => [name, undefined]))
    const result = HttpStep.shape.paging.safeParse({ ...given, kind })
    expect(result.error?.issues.filter(({ code }) => code === 'unrecognized_keys') ?? []).toEqual([])
  },
)
