// The provider half as an HTTP server of Node.js: it judges, lets a small site answer, and proves what goes out.
import http from 'node:http';
import zlib from 'node:zlib';
import { pairsOf } from './consumer.mjs';
import { newProof, proofClaims } from './proof.mjs';
import { ERROR_HEADER, HEADERS, PROOF_HEADER, STATUS_HEADER, digestOf, fieldsOf, now } from './wire.mjs';

const NO_STORE = 'no-store, private';

/** The answers of the site, by the ends of their paths. */
const PAGES = {
  '/whoami': ({ request, verdict }) =>
    json({
      user: verdict.user,
      actors: verdict.actors,
      scopes: verdict.scopes,
      key: fieldsOf(request.headers).has(HEADERS.key.toLowerCase()),
      content: request.content.toString('base64'),
    }),
  '/empty': () => ({ status: 204 }),
  '/not-modified': () => ({ status: 304 }),
  '/redirect': () => ({ status: 302, headers: [['Location', '/elsewhere?x=1']] }),
  '/gzip': () => ({
    ...text(zlib.gzipSync('hello')),
    headers: [
      ['Content-Type', 'text/plain'],
      ['Content-Encoding', 'gzip'],
    ],
  }),
  '/fails': () => ({ ...text('failed'), status: 500 }),
  '/stream': () => ({ ...text(Buffer.alloc(3 << 20, 'a')), isStreamed: true }),
  '/stream-of-nothing': () => ({ ...text(''), isStreamed: true }),
  '/unproven': () => ({ ...text('by TLS alone'), dig: 'none' }),
};

/** What is done to an answer after its proof was made: below /spoilt, each must be noticed. */
export const SPOILT = {
  status: (answer) => ({ ...answer, status: 202 }),
  type: (answer) => ({ ...answer, headers: change(answer.headers, 'Content-Type', 'text/html') }),
  'no-type': (answer) => ({ ...answer, headers: answer.headers.filter(([name]) => name !== 'Content-Type') }),
  content: (answer) => ({ ...answer, content: Buffer.from('Hello') }),
  'cut-short': (answer) => ({ ...answer, content: Buffer.from('hell') }),
  'no-content': (answer) => ({ ...answer, content: Buffer.alloc(0) }),
  location: (answer) => ({ ...answer, headers: [...answer.headers, ['Location', 'https://evil.example/']] }),
  encoding: (answer) => ({ ...answer, headers: [...answer.headers, ['Content-Encoding', 'identity']] }),
  'no-proof': (answer) => ({ ...answer, headers: answer.headers.filter(([name]) => name !== PROOF_HEADER) }),
  'two-proofs': (answer) => ({
    ...answer,
    headers: [...answer.headers, answer.headers.find(([name]) => name === PROOF_HEADER)],
  }),
  'another-request': (answer, { prove }) => prove(answer, { req: Buffer.alloc(12).toString('base64url') }),
  'another-key': (answer, { prove }) => prove(answer, {}, Buffer.alloc(32)),
  'request-key': (answer, { prove, grant }) => prove(answer, {}, grant.keys.request),
  'an-unknown-member': (answer, { prove }) => prove(answer, { x: 1 }),
  'a-refusal': (answer, { prove }) => prove(answer, { dig: 'none', err: 'REPLAYED;\tseen\t;[]' }),
  'stream/no-trailer': (answer) => ({ ...answer, trailers: [] }),
  'stream/content': (answer) => ({ ...answer, content: Buffer.alloc(3 << 20, 'b') }),
  'stream/cut-short': (answer) => ({ ...answer, content: answer.content.subarray(1) }),
};

const text = (content) => ({ status: 200, headers: [['Content-Type', 'text/plain']], content: Buffer.from(content) });
const json = (value) => ({ ...text(JSON.stringify(value)), headers: [['Content-Type', 'application/json']] });
const change = (headers, name, value) => headers.map((pair) => (pair[0] === name ? [name, value] : pair));

/** Serves on loopback what the provider allows; base is known once it listens. clock: whole seconds. */
export async function serve({ providerOf, port = 0, clock = now }) {
  let provider;
  const server = http.createServer({ maxHeaderSize: 1 << 16 }, async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = {
      method: incoming.method,
      target: incoming.url,
      headers: pairsOf(incoming.rawHeaders),
      content: Buffer.concat(chunks),
    };
    const verdict = await provider.open(request, clock());
    write(outgoing, request, answerOf(request, verdict, clock()));
  });
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  provider = await providerOf(base);
  return {
    base,
    provider,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerOf(request, verdict, at) {
  if (verdict.none) return { status: 401, headers: [] };
  const path = request.target.replace(/[?#].*$/, '');
  const spoil = Object.keys(SPOILT).find((name) => path.endsWith(`/spoilt/${name}`));
  const name = spoil?.startsWith('stream') ? '/stream' : Object.keys(PAGES).find((page) => path.endsWith(page));
  const page =
    spoil && !spoil.startsWith('stream')
      ? () => text('hello')
      : (PAGES[name] ?? (() => text(verdict.user ?? 'itself')));
  const err = verdict.accepted ? undefined : `${verdict.code};\tno {0};\t["x"]`;
  const answer = verdict.accepted ? page({ request, verdict }) : { ...text(verdict.code), status: verdict.status };
  answer.headers = [
    ...(answer.headers ?? []),
    [STATUS_HEADER, verdict.accepted ? 'OK' : 'ERROR'],
    ['Cache-Control', NO_STORE],
  ];
  answer.content = isEmpty(request, answer) ? Buffer.alloc(0) : (answer.content ?? Buffer.alloc(0));
  answer.isStreamed &&= !isEmpty(request, answer);
  if (err) answer.headers.push([ERROR_HEADER, err]);
  if (!verdict.rsp) return answer;

  const { grant, iv } = verdict;
  const prove = (one, change = {}, key = grant.keys.response) => {
    const digest = one.content.length ? digestOf(one.content) : undefined;
    const fields = fieldsOf(one.headers);
    const dig = one.isStreamed ? 'trailer' : (one.dig ?? digest);
    const claims = { ...proofClaims({ iat: at, req: iv, status: one.status, fields, dig, err }), ...change };
    const by = { jti: grant.jti, keys: { response: key } };
    const { dig: _, ...rest } = claims;
    return {
      ...one,
      headers: [...one.headers.filter(([field]) => field !== PROOF_HEADER), [PROOF_HEADER, newProof(by, claims)]],
      ...(one.isStreamed && { trailers: [[PROOF_HEADER, newProof(by, digest ? { ...rest, dig: digest } : rest)]] }),
    };
  };
  answer.headers = change(answer.headers, 'Cache-Control', `${NO_STORE}, no-transform`);
  const proven = prove(answer);
  return spoil && verdict.accepted ? SPOILT[spoil](proven, { prove, grant }) : proven;
}

const isEmpty = ({ method }, { status }) => method === 'HEAD' || status === 204 || status === 304;

function write(outgoing, request, { status, headers, content = Buffer.alloc(0), isStreamed, trailers = [] }) {
  const flat = headers.flat();
  if (!isStreamed) {
    if (!isEmpty(request, { status })) flat.push('Content-Length', `${content.length}`);
    outgoing.writeHead(status, flat).end(content);
    return;
  }
  outgoing.writeHead(status, [...flat, 'Trailer', PROOF_HEADER, 'Transfer-Encoding', 'chunked']);
  for (let at = 0; at < content.length; at += 1 << 16) outgoing.write(content.subarray(at, at + (1 << 16)));
  if (trailers.length) outgoing.addTrailers(trailers);
  outgoing.end();
}
