const LIGHT =
  '--ink:#1a2027;--quiet:#535e6b;--paper:#ffffff;--page:#f5f7f9;--soft:#f2f5f8;--line:#d5dce4;--accent:#1f5fa8;--error:#b0102a;--error-soft:#fdecee;--warning:#7d4e00;--warning-soft:#fdf3dc;--note:#1f5fa8;--note-soft:#e7f0fb;--good:#136b33;--good-soft:#e5f5ea;--mark:#ffe48a;--mark-ink:#1a2027;--hit:#fff8dc;--k0:#eef1f4;--k1:#dcebfb;--k2:#dcd9fb;--k3:#f0d3f3;--path:#c0122f;--on-path:#ffffff;';
const DARK =
  '--ink:#e8edf3;--quiet:#a9b4c1;--paper:#161b22;--page:#0e1217;--soft:#1d232c;--line:#333d49;--accent:#7fb6f2;--error:#ff8a98;--error-soft:#3a161d;--warning:#efbf5a;--warning-soft:#33270d;--note:#7fb6f2;--note-soft:#14283f;--good:#63d087;--good-soft:#12301d;--mark:#6b5610;--mark-ink:#fff6d6;--hit:#2a2614;--k0:#2a323c;--k1:#16304b;--k2:#2a2754;--k3:#431c49;--path:#ff7b8e;--on-path:#12161c;';

const SCREEN = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{scroll-padding-top:16px}
body{margin:0;font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--page);overflow-wrap:anywhere}
.top,main,footer{max-width:1240px;margin:0 auto;padding:0 24px}
.top{padding-top:28px}
h1{font-size:34px;line-height:1.15;margin:2px 0 10px;letter-spacing:-.01em}
h2{font-size:22px;margin:44px 0 14px;letter-spacing:-.005em} h3{font-size:17px;margin:22px 0 8px;line-height:1.4} h4{font-size:14px;margin:16px 0 10px;font-weight:600}
p{margin:0 0 8px} ul,ol{margin:0 0 8px;padding-left:22px}
a{color:var(--accent);text-underline-offset:2px} a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
code,pre{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.quiet{color:var(--quiet)} .brand{font-weight:700;margin-bottom:14px} .brand .quiet{font-weight:400}
.level{display:inline-block;font-size:12px;line-height:18px;font-weight:650;padding:1px 9px;border-radius:11px;white-space:nowrap;vertical-align:1px}
.level.error{color:var(--error);background:var(--error-soft)} .level.warning{color:var(--warning);background:var(--warning-soft)} .level.note{color:var(--note);background:var(--note-soft)} .level.good{color:var(--good);background:var(--good-soft)} .level.plain{color:var(--quiet);background:var(--soft);font-weight:500}
.levels .level{font-size:14px;line-height:22px;padding:2px 12px;border-radius:14px} .top .level.plain{background:var(--paper)}
.incomplete{border:1px solid var(--error);border-left-width:6px;border-radius:8px;padding:10px 14px;background:var(--error-soft);margin:14px 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:14px;margin:18px 0}
.tile{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:14px 18px} .tile h2{font-size:17px;margin:0 0 8px;border:0} .tile p{margin:0 0 4px} .tile ul{list-style:none;margin:8px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px 16px}
.bar{display:block;width:100%;height:10px;border-radius:5px} .bar .none{fill:var(--line)} .bar .good{fill:#2f9e57} .bar .warning{fill:#d99a1c} .bar .error{fill:#cc2f48}
.dot{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px} .dot.good{background:#2f9e57} .dot.warning{background:#d99a1c;border-radius:0} .dot.error{background:#cc2f48;border-radius:0;transform:rotate(45deg)}
nav{display:flex;flex-wrap:wrap;gap:6px 22px;border-bottom:1px solid var(--line);padding:10px 0 12px}
table{border-collapse:collapse;width:100%} th,td{text-align:left;vertical-align:top;padding:9px 12px;border-bottom:1px solid var(--line)} th{font-weight:600;color:var(--quiet);font-size:13px;overflow-wrap:normal} tbody tr:last-child td{border-bottom:0} .number{font-variant-numeric:tabular-nums} td.number,th.number{text-align:right}
.scroll{overflow:auto;border:1px solid var(--line);border-radius:12px;background:var(--paper);margin:0 0 14px}
.overview td:nth-child(2){white-space:nowrap} .overview .muted td{font-style:italic} .overview td:nth-child(3){min-width:240px} .overview td:nth-child(n+4){overflow-wrap:normal}
.rows{list-style:none;padding:0} .rows>li{padding:8px 0;border-bottom:1px solid var(--line)} .rows>li:last-child{border-bottom:0}
details>summary{cursor:pointer} .workflow>summary,.file>summary{font-weight:650;padding:6px 0}
footer{padding-top:30px;padding-bottom:40px}
`;

const FINDINGS = `
.finding{background:var(--paper);border:1px solid var(--line);border-left:6px solid var(--quiet);border-radius:12px;padding:18px 22px 12px;margin:22px 0} .finding.error{border-left-color:var(--error)} .finding.warning{border-left-color:var(--warning)} .finding.note{border-left-color:var(--note)}
.finding:target{outline:3px solid var(--accent);outline-offset:3px}
.finding h3{margin:0 0 4px;font-size:18px} .count{color:var(--quiet);font-weight:500} .what{font-size:16px;margin-top:10px}
.fix{background:var(--good-soft);border-radius:8px;padding:9px 14px} .suppression{background:var(--soft);border-radius:8px;padding:9px 14px}
.excerpt{margin:12px 0;background:var(--soft)} .excerpt pre{margin:0;padding:8px 0;min-width:max-content;overflow-wrap:normal} .excerpt .row{display:block;padding:0 14px;white-space:pre}
mark{background:var(--mark);color:var(--mark-ink);border-radius:3px;padding:1px 0}
.flow{display:grid;gap:18px;align-items:start} .flow.beside{grid-template-columns:minmax(0,1fr) minmax(0,auto)}
.drawing{max-height:720px} .drawing svg{margin:0 auto} .flow .drawing{margin-top:12px;max-width:600px} .flow.below .drawing{max-width:none;margin-top:0}
.path{list-style:none;margin:0;padding:0}
.hop{position:relative;display:flex;gap:14px;padding-bottom:14px} .hop p{margin:0}
.hop::before{content:"";position:absolute;left:13px;top:27px;bottom:-1px;border-left:2px solid var(--path)} .hop.to-control::before{border-left-style:dashed} .hop:last-child::before{display:none}
.path .number{flex:none;width:28px;height:28px;border-radius:14px;border:2px solid var(--path);color:var(--path);background:var(--paper);font-weight:700;font-size:13px;line-height:24px;text-align:center} .path .end .number{background:var(--path);color:var(--on-path)}
.hop>div{flex:1;min-width:0} .word,.by{color:var(--quiet);font-size:13px} .by{border-bottom:2px dashed var(--path)} .at{float:right;margin-left:10px}
.chip{display:inline-block;font-size:12.5px;line-height:18px;padding:0 8px;border-radius:6px;background:var(--k0);border:1px solid var(--line)} .chip.k1{background:var(--k1)} .chip.k2{background:var(--k2)} .chip.k3{background:var(--k3)}
.related{margin-top:12px;color:var(--quiet)} .about{margin:10px 0;color:var(--quiet)} .about p,.about ul{margin:6px 0}
`;

const SOURCES = `
.legend{display:flex;flex-wrap:wrap;gap:6px 44px;margin:0 0 14px} .legend h3{font-size:13px;color:var(--quiet);font-weight:600;margin:0 0 4px} .legend ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:6px 18px} .legend li{display:flex;align-items:center;gap:7px} .legend .code{font:700 12px/1 ui-monospace,SFMono-Regular,Menlo,monospace}
.source{border:1px solid var(--line);border-radius:12px;background:var(--paper);overflow:auto;max-height:620px} .source pre{margin:0;padding:10px 0;min-width:max-content;overflow-wrap:normal}
.source .row{display:block;padding:0 14px;white-space:pre} .row .number{display:inline-block;min-width:3.6em;color:var(--quiet);user-select:none} .source .hit{background:var(--hit)} .source .gap{color:var(--quiet)}
.source .row:target{background:var(--mark);color:var(--mark-ink);outline:2px solid var(--accent);outline-offset:-2px} .row:target .number,.row:target .back a{color:inherit}
.back{font-family:system-ui,sans-serif;font-size:12px;margin-left:18px;user-select:none}
`;

const NARROW = `
@media (max-width:1000px){.flow.beside{grid-template-columns:minmax(0,1fr)} .flow .drawing{max-width:none}}
@media (max-width:700px){.top,main,footer{padding:0 12px} .finding{padding:14px} h1{font-size:27px} th,td{padding:6px} .at{float:none;display:block;margin:0} .overview td:nth-child(2),.overview td:nth-child(3){white-space:normal;min-width:0}}
`;

/** On paper: light, without what only a screen can do, and of the sources what the findings point at. */
const PAPER = `
@page{margin:14mm}
@media print{body{background:#fff;font-size:11.5px} .top,main,footer{max-width:none;padding:0} h1{font-size:24px} h2{margin-top:22px;break-after:avoid} h3,h4,summary{break-after:avoid} nav{display:none} .tile,.finding,.scroll,.source{border-color:#bbb} .tiles{grid-template-columns:repeat(3,1fr)} .hop,.tile,.fix,.excerpt,tr{break-inside:avoid}
.scroll,.source,.drawing{max-height:none;overflow:visible} .flow.beside{grid-template-columns:minmax(0,1fr) minmax(0,44%)} .weir-graph{max-width:100%;height:auto;max-height:235mm;break-inside:avoid} .legend .weir-graph{max-height:none}
code,pre{font-size:10px} .what,h4{font-size:12.5px} .chip,.word,.by,.finding .level,.overview .level{font-size:10px} .overview td:nth-child(3){min-width:0} .excerpt pre,.source pre{min-width:0;white-space:normal} .excerpt .row,.source .row{white-space:pre-wrap} .source .row:not(.printed){display:none} .file:not(:has(.printed)){display:none} .back{display:none} th,td{padding:4px 6px} a{color:inherit;text-decoration:none}
details::details-content{content-visibility:visible;block-size:auto} *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** The page's style sheet: light and dark by preference, for small screens and for paper. */
export const PAGE_STYLE = SCREEN + FINDINGS + SOURCES + NARROW + PAPER;
