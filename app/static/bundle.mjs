// Bundles what the pages load into app/static/dist. Run by build_hook.py from the project's root.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const out = "app/static/dist";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await build({
  entryPoints: { handgrad: "app/static/js/main.js", style: "app/static/css/main.css" },
  outdir: out,
  bundle: true,
  minify: true,
  splitting: true, // the editor is a chunk of its own: most pages never load it
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "warning",
});

// The page of the REST API loads these two from here instead of from another host.
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  await copyFile(`node_modules/swagger-ui-dist/${name}`, `${out}/${name}`);
}
