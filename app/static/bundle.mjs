// Bundles what the pages load into app/static/dist. Run by build_hook.py from the project's root.
import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build } from "esbuild";
import subset from "subset-font";
import { MATHEMATICS, PLAIN } from "./characters.mjs";

// Made aside and then moved, so that a service that runs meanwhile misses its files for no more than a moment.
const made = "build/pages";
const out = "app/static/dist";
await rm(made, { recursive: true, force: true });

// Whole, the faces of a page are 350 kB. The address in fonts.css says which part of one is wanted.
const PARTS = {
  "?formulas": { text: MATHEMATICS },
  "?plain": { text: PLAIN, noLayoutClosure: true, variationAxes: { wght: 400 } },
  "?plain-and-bold": {
    text: PLAIN,
    noLayoutClosure: true,
    variationAxes: { wght: { min: 400, max: 650, default: 400 } },
  },
};
const partsOfFaces = {
  name: "parts of faces",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.woff2$/ }, async ({ path, suffix }) => {
      if (!suffix) return null;
      const { text, ...options } = PARTS[suffix];
      const contents = await subset(await readFile(path), text, { targetFormat: "woff2", ...options });
      return { contents, loader: "file" };
    }),
};

await build({
  entryPoints: {
    handgrad: "app/static/js/main.js",
    style: "app/static/css/main.css",
    dark: "app/static/css/dark.css",
    rest: "app/static/js/rest.js", // and the style sheet that it imports
  },
  outdir: made,
  bundle: true,
  minify: true,
  splitting: true, // the editor is a chunk of its own: most pages never load it
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  plugins: [partsOfFaces],
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "warning",
});

// The page of the REST API loads these two from here instead of from another host.
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  await cp(`node_modules/swagger-ui-dist/${name}`, `${made}/${name}`);
}

// Compressed once here, as small as it gets, instead of for each browser anew.
for (const name of await readdir(made)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const whole = await readFile(`${made}/${name}`);
  await writeFile(`${made}/${name}.br`, await promisify(brotliCompress)(whole)); // its default is as hard as it can
  await writeFile(`${made}/${name}.gz`, await promisify(gzip)(whole, { level: 9 }));
}

await rm(out, { recursive: true, force: true });
await rename(made, out);
