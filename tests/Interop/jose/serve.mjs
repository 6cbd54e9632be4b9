// node serve.mjs PORT FILE: the certificate in FILE where section 2 wants it, on loopback, until stdin closes.
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const [port, file] = process.argv.slice(2);

const server = http.createServer(async (request, response) => {
  if (request.method !== 'GET' || request.url !== '/.well-known/trusted-app') {
    response.writeHead(404, { 'Content-Length': 0 }).end();
    return;
  }
  try {
    const document = (await readFile(file, 'utf8')).trim(); // read each time, so that a rotation can be played
    response.writeHead(200, { 'Content-Type': 'application/jose+json', 'Content-Length': Buffer.byteLength(document) }).end(document);
  } catch {
    response.writeHead(500, { 'Content-Length': 0 }).end();
  }
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));

process.stdin.resume().on('end', () => {
  server.close();
  server.closeAllConnections();
});
