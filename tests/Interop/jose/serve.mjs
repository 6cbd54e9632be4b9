// Servers on loopback, until standard input closes.
//   node serve.mjs PORT FILE [exact]: the certificate in FILE where section 2 wants it. White space round it is left
//     out, because the protocol refuses it; with `exact` the octets go out as they are.
//   node serve.mjs provider: the provider half with the site of site.mjs. The first line of standard input is
//     {"provider": application, "consumers": [{"certificate", conditions}], "requiredHeaders", "conceal"}.
// The first line of output is `listening` or `listening BASE`.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import readline from 'node:readline';
import { readCertificate } from './certificate.mjs';
import { keysOf } from './keys.mjs';
import { Provider } from './provider.mjs';
import { serve } from './site.mjs';

async function serveProvider() {
  const lines = readline.createInterface({ input: process.stdin });
  const [line] = await new Promise((resolve) => lines.once('line', (...all) => resolve(all)));
  const { provider, consumers, ...settings } = JSON.parse(line);
  const trusts = await Promise.all(
    consumers.map(async ({ certificate, ...conditions }) => ({
      ...(await readCertificate(certificate)),
      ...conditions,
    })),
  );
  const wrong = trusts.flatMap(({ problems }) => problems);
  if (wrong.length) throw new Error(wrong.join('; '));
  const site = await serve({
    providerOf: (base) =>
      new Provider({ id: provider.id, keys: keysOf(provider), baseUrls: [base], trusts, ...settings }),
  });
  console.log(`listening ${site.base}`);
  lines.on('close', () => site.close());
}

function serveCertificate([port, file, exact]) {
  const server = http.createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/.well-known/trusted-app') {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    try {
      const read = await readFile(file); // each time, so that a rotation can be played
      const document = exact === 'exact' ? read : Buffer.from(read.toString('utf8').trim());
      response
        .writeHead(200, { 'Content-Type': 'application/jose+json', 'Content-Length': document.length })
        .end(document);
    } catch {
      response.writeHead(500, { 'Content-Length': 0 }).end();
    }
  });
  server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
  process.stdin.resume().on('end', () => {
    server.close();
    server.closeAllConnections();
  });
}

if (process.argv[2] === 'provider') await serveProvider();
else serveCertificate(process.argv.slice(2));
