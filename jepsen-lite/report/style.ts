/** Colours are told apart in every common kind of colour blindness; signs and words say the same. */
export const STYLE = `
:root {
  color-scheme: light dark; --zoom: 1; --label: 8.2rem;
  --bg: #fff; --panel: #f5f6f8; --fg: #1b1f24; --muted: #57606a; --rule: #d5dae0; --grid: #e6e9ee; --link: #0757b8;
  --ok: #3a7fc4; --fail: #d98a00; --info: #b04a9b; --hit: #d1202f;
  --valid: #17783a; --anomaly: #c21b29; --unknown: #8a5a00;
  --leader: #2f9e62; --candidate: #f2c14e; --follower: #cfd8e3; --frozen: #8fd0ea; --down: #a3abb5;
  --role-fg: #10151b; --hatch: #0005; --box: 22%;
  --network: #7a5cc2; --clock: #0b8f8f; --process: #c2410c; --disk: #8a6d1b; --request: #64748b; --band: .13; --bar: .38;
  --p50: #14324f; --p99: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12161b; --panel: #1a2027; --fg: #e4e8ed; --muted: #9aa5b1; --rule: #38424d; --grid: #262e37; --link: #79b8ff;
    --ok: #5b9fe0; --fail: #eba937; --info: #d684c4; --hit: #ff6b76;
    --valid: #4cc27a; --anomaly: #ff7b85; --unknown: #e5b04a;
    --leader: #24804f; --candidate: #9c7410; --follower: #46525f; --frozen: #3d86a3; --down: #0b0e11;
    --role-fg: #f4f6f8; --hatch: #fff3; --box: 30%;
    --network: #a78bfa; --clock: #2cc2c2; --process: #fb8a4c; --disk: #d0ae4a; --request: #94a3b8; --band: .16; --bar: .42;
    --p50: #e4e8ed; --p99: #fb8a4c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1440px; margin: 0 auto; padding: 1.25rem clamp(.75rem, 2.5vw, 2.25rem) 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .1rem 0 .8rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
h3 { font-size: 1.02rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h3 small { font-weight: 400; color: var(--muted); margin-left: .35rem; }
p { margin: .35rem 0; }
code { font: 13px ui-monospace, 'DejaVu Sans Mono', monospace; background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; padding: .1rem .4rem; overflow-wrap: anywhere; }
a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.kind, .note, .unit { color: var(--muted); }
.kind { margin: 0; }
.note { font-size: .87rem; }
.off, .defs { display: none; }
svg.defs { display: block; position: absolute; width: 0; height: 0; }
.badge { display: inline-block; font-size: .82rem; font-weight: 600; line-height: 1.5; border: 1.5px solid; border-radius: 999px; padding: 0 .6rem; white-space: nowrap; }
h1 .badge { font-size: 1rem; vertical-align: .12em; margin-left: .4rem; }
.badge.valid { color: var(--valid); } .badge.anomaly { color: var(--anomaly); } .badge.unknown { color: var(--unknown); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .7rem 1.5rem; margin: 0; padding: .85rem 1rem; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; }
.facts dt { font-size: .78rem; color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1.4rem; align-items: center; position: sticky; top: 0; z-index: 5; margin-top: 1rem; padding: .5rem 0; background: var(--bg); border-bottom: 1px solid var(--rule); font-size: .9rem; }
.tools[hidden] { display: none; }
.tools fieldset { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .7rem; border: 0; margin: 0; padding: 0; min-width: 0; }
.tools legend { float: left; padding: 0 .3rem 0 0; color: var(--muted); }
.tools select, .tools button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--rule); border-radius: 5px; padding: .1rem .5rem; min-width: 2rem; max-width: 14rem; }
.tools button:hover { border-color: var(--muted); }
.tools output { min-width: 2.2rem; text-align: center; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; margin: .3rem 0; padding: 0; font-size: .85rem; color: var(--muted); }
.legend b { font-weight: 600; color: var(--fg); }
.key { display: inline-block; width: .85rem; height: .7rem; margin-right: .35rem; border-radius: 2px; background: currentColor; vertical-align: -.02em; }
.line-key { display: inline-block; width: 1.3rem; margin-right: .35rem; border-top: 2px solid; vertical-align: .25em; }
.key.ok { color: var(--ok); } .key.fail { color: var(--fail); } .key.info { color: var(--info); }
.key.hit { background: none; border: 2px solid var(--hit); }
.key.leader { color: var(--leader); } .key.candidate { color: var(--candidate); } .key.follower { color: var(--follower); } .key.frozen { color: var(--frozen); } .key.down { color: var(--down); outline: 1px solid var(--rule); }
.key.network { color: var(--network); } .key.clock { color: var(--clock); } .key.process { color: var(--process); } .key.disk { color: var(--disk); } .key.request { color: var(--request); }
.line-key.p50 { color: var(--p50); } .line-key.p99 { color: var(--p99); }
.failures { margin: .3rem 0; padding: .6rem 1rem .6rem 2rem; border: 1px solid var(--anomaly); border-radius: 8px; }
.failures li { overflow-wrap: anywhere; white-space: pre-wrap; }
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px; }
.rows { width: calc(100% * var(--zoom)); min-width: calc(46rem * var(--zoom)); }
.row { display: grid; grid-template-columns: var(--label) minmax(0, 1fr); }
.row + .row { border-top: 1px solid var(--rule); }
.row.off { display: none; }
.row > svg { display: block; width: 100%; overflow: hidden; }
.label { position: sticky; left: 0; z-index: 1; min-width: 0; padding: 0 .5rem; background: var(--panel); border-right: 1px solid var(--rule); font-size: .8rem; line-height: 20px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.label .at { position: absolute; left: .5rem; right: .5rem; transform: translateY(-50%); overflow: hidden; text-overflow: ellipsis; line-height: 1.2; }
.label .small { font-size: .68rem; color: var(--muted); text-align: right; }
.row svg text { fill: var(--fg); font-size: 11px; }
.row svg text.tick { fill: var(--muted); }
.tick.minor { display: none; } .zoomed .tick.minor { display: inline; }
.grid, .rule { stroke: var(--grid); }
.band { opacity: var(--band); } .fault { opacity: var(--bar); }
.network { fill: var(--network); } .clock { fill: var(--clock); } .process { fill: var(--process); } .disk { fill: var(--disk); } .request { fill: var(--request); }
.role { stroke: var(--bg); stroke-width: .6; }
.leader { fill: var(--leader); } .candidate { fill: var(--candidate); } .follower { fill: var(--follower); } .frozen { fill: var(--frozen); } .down { fill: var(--down); }
.hatch { stroke: var(--hatch); stroke-width: 5; } .hatched { fill: url(#hatch); pointer-events: none; }
.row svg text.role-name { fill: var(--role-fg); pointer-events: none; }
.row svg text.name { pointer-events: none; }
.ok { fill: var(--ok); } .fail { fill: var(--fail); } .info { fill: var(--info); }
.op { opacity: .92; } .op:hover { opacity: 1; stroke: var(--fg); }
.op.hit { stroke: var(--hit); stroke-width: 2.5; opacity: 1; }
a:focus-visible .op.hit { stroke: var(--link); stroke-width: 4; }
.no-ok :is(.op, .dots, .line, .area).ok, .no-fail :is(.op, .dots, .line).fail, .no-info :is(.op, .dots, .line).info { display: none; }
.plot { overflow: visible; }
.dots, .line { fill: none; vector-effect: non-scaling-stroke; }
.dots { stroke-width: 3.5; stroke-linecap: round; opacity: .6; } .line { stroke-width: 1.6; stroke-linejoin: round; }
.dots.ok, .line.ok { stroke: var(--ok); } .dots.fail, .line.fail { stroke: var(--fail); } .dots.info, .line.info { stroke: var(--info); }
.dots.fail, .dots.info { opacity: .95; stroke-width: 4.5; }
.area.ok { opacity: .18; }
.line.p50 { stroke: var(--p50); } .line.p99 { stroke: var(--p99); }
.tips rect { fill: transparent; } .tips rect:hover { fill: var(--fg); opacity: .07; }
.card { border: 1px solid var(--rule); border-left: 4px solid var(--anomaly); border-radius: 8px; padding: .8rem 1rem; margin: .8rem 0; scroll-margin-top: 7rem; }
.card.unknown { border-left-color: var(--unknown); }
.card:target { outline: 2px solid var(--link); }
.message { overflow-wrap: anywhere; }
.picture { display: grid; grid-template-columns: auto minmax(0, 1fr); margin: .6rem 0; border: 1px solid var(--rule); border-radius: 8px; overflow: hidden; }
.picture .scroll { border: 0; border-radius: 0; }
.picture .label { position: relative; width: 6.6rem; }
.picture svg, .cycle { display: block; }
.box { stroke-width: 1.4; }
.box.ok { fill: color-mix(in srgb, var(--ok) var(--box), var(--bg)); stroke: var(--ok); }
.box.fail { fill: color-mix(in srgb, var(--fail) var(--box), var(--bg)); stroke: var(--fail); }
.box.info { fill: color-mix(in srgb, var(--info) var(--box), var(--bg)); stroke: var(--info); }
.said { font: 11px ui-monospace, 'DejaVu Sans Mono', monospace; fill: var(--fg); white-space: pre; }
.cycle-box { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.5rem; margin: .4rem 0; overflow-x: auto; }
.cycle-box .legend { flex-direction: column; }
.node { fill: var(--panel); stroke: var(--fg); stroke-width: 1.3; }
.node-name, .edge-name { font-size: 11px; font-weight: 600; text-anchor: middle; fill: var(--fg); }
.edge-name { paint-order: stroke; stroke: var(--bg); stroke-width: 4px; }
.edge { fill: none; stroke-width: 2; }
.edge.ww { stroke: var(--fail); } .edge.wr { stroke: var(--ok); } .edge.rw { stroke: var(--hit); } .edge.rt { stroke: var(--muted); stroke-dasharray: 5 4; }
.head.ww, .edge-name.ww { fill: var(--fail); } .head.wr, .edge-name.wr { fill: var(--ok); } .head.rw, .edge-name.rw { fill: var(--hit); } .head.rt, .edge-name.rt { fill: var(--muted); }
.edge-key { display: inline-block; min-width: 2rem; font-weight: 600; color: var(--muted); }
.edge-key.ww { color: var(--fail); } .edge-key.wr { color: var(--ok); } .edge-key.rw { color: var(--hit); }
summary { cursor: pointer; padding: .2rem 0; color: var(--link); width: fit-content; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { text-align: left; vertical-align: top; padding: .32rem .7rem; border-top: 1px solid var(--rule); }
thead th { border-top: 0; background: var(--panel); font-size: .8rem; font-weight: 600; color: var(--muted); white-space: nowrap; }
td { min-width: 4rem; overflow-wrap: break-word; max-width: 34rem; }
.wide { min-width: 54rem; }
td.name { white-space: nowrap; }
.number, thead .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 640px) {
  :root { --label: 6.2rem; }
  .label { font-size: .74rem; }
  .tools { position: static; }
  .card { padding: .7rem .75rem; }
}
`;
