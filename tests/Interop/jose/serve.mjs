// node serve.mjs PORT FILE [exact]: the certificate in FILE where section 2 wants it, on loopback, until stdin closes.
// White space round it is left out, because the protocol refuses it; with `exact` the octets go out as they are.
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const [port, file, exact] = process.argv.slice(2);

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
