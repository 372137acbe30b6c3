/** The page's style sheet: light and dark by preference, and for paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #f6f8fa; --line: #d0d7de; --quiet: #57606a; --error: #a40e26; --warning: #7a4d00; --note: #0550ae; --good: #116329; --hit: #fff3b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #161b22; --line: #30363d; --quiet: #9da7b1; --error: #ff8f98; --warning: #e3b341; --note: #79c0ff; --good: #56d364; --hit: #4d3f0a; } }
* { box-sizing: border-box; }
body { margin: 0; overflow-wrap: anywhere; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 12px; border-bottom: 1px solid var(--line); padding-bottom: 6px; } h3 { font-size: 17px; margin: 0; }
a { color: var(--note); }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
.lead { font-size: 17px; } .quiet { color: var(--quiet); }
.level { font-weight: 700; } .level.error { color: var(--error); } .level.warning { color: var(--warning); } .level.note { color: var(--note); } .good { color: var(--good); font-weight: 700; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 6px 10px; border-bottom: 1px solid var(--line); } th { font-weight: 600; } th, td.keep { overflow-wrap: normal; } caption { text-align: left; padding: 10px 0 4px; } .finding .scroll { margin-top: 12px; }
.scroll { overflow: auto; max-height: 760px; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
.finding { border: 1px solid var(--line); border-left-width: 5px; border-radius: 8px; padding: 16px 18px; margin: 0 0 22px; background: var(--paper); } .finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); } .finding.note { border-left-color: var(--note); }
.finding:target { box-shadow: 0 0 0 3px var(--note); }
.fix { background: var(--soft); border-radius: 6px; padding: 8px 12px; }
.path td:first-child { width: 2.5em; font-weight: 700; } .path td:last-child { white-space: nowrap; overflow-wrap: normal; } .by { color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 14px; padding: 8px 0; list-style: none; margin: 0; } .legend svg { vertical-align: -6px; }
details { margin: 8px 0; } summary { cursor: pointer; font-weight: 600; }
.source { border: 1px solid var(--line); border-radius: 8px; overflow: auto; max-height: 560px; } .source pre { margin: 0; padding: 8px 0; min-width: max-content; overflow-wrap: normal; }
.source .row { display: block; padding: 0 12px; } .source .row:target { background: var(--hit); outline: 2px solid var(--note); outline-offset: -2px; } .source .number { display: inline-block; width: 4em; color: var(--quiet); user-select: none; text-decoration: none; } .source .hit { background: var(--hit); }
.warn { border: 2px solid var(--error); border-radius: 8px; padding: 10px 14px; }
@media (max-width: 700px) { header, main, footer { padding: 0 10px; } .finding { padding: 10px; } th, td { padding: 4px; } th, td, .path td:last-child { white-space: normal; overflow-wrap: anywhere; } body { font-size: 14px; } }
@media print { .scroll, .source { max-height: none; overflow: visible; } .weir-graph { max-width: 100%; height: auto; } .finding { break-inside: avoid; } details::details-content { content-visibility: visible; block-size: auto; } .source pre { min-width: 0; white-space: pre-wrap; } th, td { padding: 4px; } code { font-size: 10px; } .path td:last-child { white-space: normal; overflow-wrap: anywhere; } header nav { display: none; } body { font-size: 12px; } }
`;
