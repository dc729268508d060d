// node tools/run-all.mjs SCRIPT...: runs npm scripts side by side, prints the output of those that fail, and fails if one
// did.
import { spawn } from 'node:child_process';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function run(script) {
  const start = performance.now();
  const child = spawn(npm, ['run', '--silent', script], { env: { ...process.env, FORCE_COLOR: '1' } });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${script} (${seconds(start)})`);
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(process.argv.slice(2).map(run));
if (results.includes(false)) process.exitCode = 1;
