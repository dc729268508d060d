// On CPUs with AMX, llama.cpp's deepseek2 path aborts ("cur_backend_id != -1"). Its backend loader picks the best library
// that it finds: without the one built for AMX it takes the next, which works. Nothing but this folder is touched.
import { readdirSync, rmSync } from 'node:fs';

const BUILDS = new URL('../node_modules/@node-llama-cpp/', import.meta.url);

let removed = 0;
for (const file of readdirSync(BUILDS, { recursive: true, withFileTypes: true })) {
  if (!file.name.includes('sapphirerapids')) continue;
  rmSync(`${file.parentPath}/${file.name}`);
  removed++;
}
console.log(`Removed ${removed} AMX builds of llama.cpp's CPU backend.`);
