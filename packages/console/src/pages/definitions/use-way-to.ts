import { useEffect, useState } from 'react'
import { idOf } from './form-context.tsx'

/** A way to the field of a place: where this view has none, to the view that has every field. */
export function useWayTo(hasEveryField: boolean, toEveryField: () => void): (pointer: string) => void {
  const [wanted, setWanted] = useState<string>()
  useEffect(() => {
    if (wanted === undefined) return
    if (isFocused(wanted) || hasEveryField) setWanted(undefined)
    else toEveryField()
  }, [wanted, hasEveryField, toEveryField])
  return setWanted
}

/** Puts the focus on what stands for a place, or on the nearest around it; false where the page has none. */
function isFocused(pointer: string): boolean {
  const element = nearest(pointer)
  for (let around = element?.parentElement; around; around = around.parentElement)
    if (around instanceof HTMLDetailsElement) around.open = true
  element?.focus()
  return element !== undefined
}

function nearest(pointer: string): HTMLElement | undefined {
  const found = document.getElementById(idOf(pointer))
  if (found) return found
  return pointer === '' ? undefined : nearest(pointer.replace(/\/[^/]*$/, ''))
}
