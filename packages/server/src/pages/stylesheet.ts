/** The look of our few plain pages, light and dark. */
export const stylesheet = `:root { color-scheme: light dark; --accent: #2257bf; --line: #808080; --alert: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #8db4ff; --alert: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1.05rem/1.6 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 38rem; margin: 12vh auto 4rem; padding: 0 1.5rem; }
.product { font-size: .9rem; letter-spacing: .06em; text-transform: uppercase; color: var(--accent); margin: 0; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .3rem 0 1.2rem; overflow-wrap: anywhere; }
blockquote { margin: 1.2rem 0; padding: .6rem 1rem; border-left: .25rem solid var(--accent); background: #8881; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; }
.alert { margin: 1.2rem 0; padding: .6rem 1rem; border: 1px solid var(--alert); border-left-width: .25rem; border-radius: .4rem; overflow-wrap: anywhere; }
.hint { font-size: .92rem; margin: .2rem 0 0; }
.codes { columns: 2; padding-left: 1.2rem; }
ul.sessions { list-style: none; padding: 0; }
ul.sessions li { padding: .8rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
svg { display: block; width: 13rem; max-width: 100%; background: #fff; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { width: 100%; font: inherit; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: Field; color: FieldText; }
button { font: inherit; margin-top: 1rem; padding: .55rem 1.2rem; border: 0; border-radius: .4rem; background: #2257bf; color: #fff; cursor: pointer; }
button.quiet { background: none; color: var(--accent); border: 1px solid var(--accent); }
:is(input, button, a):focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .92rem; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { padding: .8rem 1rem; background: #8881; border-radius: .4rem; }
a { color: var(--accent); }
`
