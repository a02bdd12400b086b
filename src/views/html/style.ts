/** The look of the HTML report, light and dark by the reader's own setting. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1a1d23;--soft:#5b6270;--line:#dfe2e8;--warn:#8a4b00;--warn-card:#fff6e5;--warn-line:#f0d9ad;
--c0:#9aa1ad;--c1:#2563eb;--c2:#e08a00;--c3:#0a9170;--c4:#8b5cf6;--c5:#dc4b4b;--c6:#0e9fc0;--c7:#a3701c;--c8:#d6479a}
@media (prefers-color-scheme:dark){:root{--page:#14161a;--card:#1d2026;--text:#e8eaee;--soft:#a0a7b4;--line:#343944;--warn:#ffd08a;--warn-card:#2d2517;--warn-line:#584522;
--c0:#767d8a;--c1:#6b9bff;--c2:#f2a93b;--c3:#35c19b;--c4:#ae90ff;--c5:#f47c7c;--c6:#4cc4e0;--c7:#cfa055;--c8:#ef7cbb}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1240px;margin:0 auto;padding:32px 20px 48px}
h1{font-size:26px;margin:0}h2{font-size:17px;margin:32px 0 10px}
.period,footer{color:var(--soft);margin:4px 0 0}footer{margin-top:28px;font-size:13px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;margin:22px 0}
.card,figure,.rows,.caveats{background:var(--card);border:1px solid var(--line);border-radius:10px}
.card{padding:14px 16px}.card dt{color:var(--soft);font-size:13px}.card dd{margin:2px 0 0}
.card .value{font-size:26px;font-weight:650;font-variant-numeric:tabular-nums}.card .more{color:var(--soft);font-size:13px}
.caveats{background:var(--warn-card);border-color:var(--warn-line);color:var(--warn);padding:10px 16px;margin:0 0 18px}
.caveats ul{margin:4px 0;padding-left:20px}.caveats li{overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,500px),1fr));gap:14px;align-items:start}
figure{margin:0;padding:14px 16px}figcaption{font-weight:600;margin-bottom:10px}
.chart{overflow-x:auto}svg{display:block;width:100%;min-width:340px;max-width:760px;height:auto}
svg text{fill:var(--text);font-size:13px}svg .tick{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}svg .grid{stroke:var(--line)}
${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((colour) => `.c${colour}{fill:var(--c${colour})}.b${colour}{background:var(--c${colour})}`).join('')}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:10px 0 0;padding:0;font-size:13px;color:var(--soft)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:6px}
.rows{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;font-size:14px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th:first-child{text-align:left;position:sticky;left:0;background:var(--card)}thead th{color:var(--soft);font-size:13px;font-weight:600}
tbody th{font-weight:400}tbody tr.outer th,tbody tr.outer td,tfoot th,tfoot td{font-weight:600}
tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}tfoot th,tfoot td{border-top:2px solid var(--line);border-bottom:0}
.share{display:inline-block;width:90px;height:9px;margin-right:8px;border-radius:2px;background:var(--line);overflow:hidden;vertical-align:baseline}
.share span{display:block;height:100%;background:var(--c1)}
.percent{display:inline-block;min-width:46px}
td.none{color:var(--soft)}
details{margin-top:22px}summary{cursor:pointer;font-weight:600;margin-bottom:10px}
@media print{body{background:#fff}.card,figure,.rows{break-inside:avoid}}
`.trim();
