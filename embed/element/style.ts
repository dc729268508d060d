/** The element's own look: one constructed style sheet for all of them, so that a host's policy need not allow inline styles. */

const LIGHT =
  '--ground:#fff;--text:#1b1c24;--muted:#5f616e;--line:#e5e5df;--edge:#86888f;--bubble:#e9e9f3;--fill:#1f2350;--on-fill:#fff;--dim:#cfcfc7;--lit:#e8950c;--focus:#4b52c4';
const DARK =
  '--ground:#1c1e26;--text:#ececf1;--muted:#a2a5b3;--line:#2a2c36;--edge:#737685;--bubble:#272a3c;--fill:#ffc453;--on-fill:#221803;--dim:#3d404d;--lit:#ffc453;--focus:#a3aaff';
const SHEET = `
:host{display:block;width:100%;height:30rem;
transition:--mixtab-accent 1ms step-start,--mixtab-radius 1ms step-start,--mixtab-font 1ms step-start,--mixtab-background 1ms step-start;transition-behavior:allow-discrete}
:host([height]){height:auto}
:host([hidden]),[hidden]{display:none!important}
.box{${LIGHT};height:100%;box-sizing:border-box;overflow:hidden;border:1px solid var(--line);border-radius:var(--mixtab-radius,.9rem);background:var(--mixtab-background,var(--ground));color:var(--text);font:400 1rem/1.5 var(--mixtab-font,system-ui,sans-serif)}
.box[data-scheme=dark]{${DARK}}
iframe{display:block;width:100%;height:100%;border:0}
.poster{display:flex;flex-direction:column;gap:.9rem;height:100%;box-sizing:border-box;padding:1rem;overflow:auto}
.head{display:flex;gap:.6rem;align-items:center;font-weight:600}
svg{flex:none;width:26px;height:26px}
circle{fill:var(--dim)}circle.lit{fill:var(--lit)}
polyline{fill:none;stroke:var(--lit);stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.talk{display:flex;flex:1;flex-direction:column;align-items:flex-end;gap:.5rem}
p{margin:0}
.bubble{max-width:85%;padding:.55rem .95rem;border-radius:1.2rem 1.2rem .35rem;background:var(--bubble);overflow-wrap:anywhere;white-space:pre-wrap}
button{min-height:2.75rem;padding:.4rem 1.1rem;border:1px solid var(--edge);border-radius:.7rem;background:none;color:inherit;font:inherit;text-align:start;cursor:pointer}
.start{align-self:center;border-color:transparent;background:var(--mixtab-accent,var(--fill));color:var(--on-fill);font-weight:600}
button:focus-visible,iframe:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.note{color:var(--muted);font-size:.875rem;text-align:center}
`;

let sheet: CSSStyleSheet | undefined;

export function ownStyle(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
  }
  return sheet;
}
