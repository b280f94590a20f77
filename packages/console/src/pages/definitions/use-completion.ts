import { useId, useLayoutEffect, useRef, useState } from 'react'
import { useForm } from './form-context.tsx'
import { begunAt, completed, matching } from './placeholders.ts'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/** More would not be read. */
const most = 12

/** Completes the placeholder at the caret: the names that fit, which one is chosen, and what the field needs for it. */
export function useCompletion(content: {
  readonly text: string
  readonly onText: (text: string) => void
  readonly isTemplate: boolean
  readonly filled: readonly string[]
}) {
  const { text, onText, isTemplate, filled } = content
  const { parameters = [] } = useForm()
  const list = useId()
  const [caret, setCaret] = useState<number>()
  const [active, setActive] = useState(0)
  const [left, setLeft] = useState<number>()
  const { element, putCaret } = useCaret()
  const begun = isTemplate && caret !== undefined && caret !== left ? begunAt(text, caret) : undefined
  const names = begun ? matching([...parameters, ...filled], begun.text).slice(0, most) : []
  const choose = (name: string | undefined) => {
    if (!begun || name === undefined) return
    const next = completed(text, begun, name)
    putCaret(next.caret)
    onText(next.text)
    setCaret(undefined)
  }
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setActive((active + 1) % names.length),
    ArrowUp: () => setActive((active - 1 + names.length) % names.length),
    Enter: () => choose(names[active]),
    Escape: () => setLeft(caret),
  }
  const look = ({ selectionStart }: TextElement) => {
    if (selectionStart !== caret) setActive(0)
    setCaret(selectionStart ?? undefined)
  }
  const props = {
    ref: element,
    onChange: (event: React.ChangeEvent<TextElement>) => {
      setLeft(undefined)
      look(event.currentTarget)
      onText(event.currentTarget.value)
    },
    onSelect: (event: React.SyntheticEvent<TextElement>) => look(event.currentTarget),
    onBlur: () => setCaret(undefined),
    onKeyDown: (event: React.KeyboardEvent) => {
      const move = names.length > 0 ? moves[event.key] : undefined
      if (!move) return
      event.preventDefault()
      move()
    },
    ...(isTemplate && {
      'aria-autocomplete': 'list' as const,
      'aria-controls': names.length > 0 ? list : undefined,
      'aria-activedescendant': names.length > 0 ? `${list}-${active}` : undefined,
    }),
  }
  return { names, active, list, choose, props }
}

/** Puts the caret somewhere once the text is there. */
function useCaret() {
  const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const wanted = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined) return
    element.current?.focus()
    element.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })
  return {
    element,
    putCaret: (at: number) => {
      wanted.current = at
    },
  }
}
