// node send.mjs: {url, variants} on stdin -> a list of answers on stdout. Plain sockets, so that what is sent is what the variant says.
import net from 'node:net';
import { pathToFileURL } from 'node:url';
import { codeOf } from './wire.mjs';

const PATIENCE = 30_000; // milliseconds for one exchange

/** The request as octets; {authority} in a target is where it goes. */
function requestOf({ method, target, headers, content, framing, trailers = [] }, authority) {
  const body = content === undefined ? null : Buffer.from(content, 'base64');
  const has = (name) => headers.some(([n]) => n.toLowerCase() === name);
  const fields = [...headers];
  if (!has('host')) fields.unshift(['Host', authority]);
  if (!has('connection')) fields.push(['Connection', 'close']);
  if (framing === 'chunked') {
    if (trailers.length) fields.push(['Trailer', trailers.map(([name]) => name).join(', ')]);
    fields.push(['Transfer-Encoding', 'chunked']);
  } else if (body) fields.push(['Content-Length', `${body.length}`]);

  const lines = (list) => list.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(
    `${method} ${target.replace('{authority}', authority)} HTTP/1.1\r\n${lines(fields)}\r\n`,
    'utf8',
  );
  if (framing !== 'chunked') return Buffer.concat([head, body ?? Buffer.alloc(0)]);
  const chunks = [];
  const size = Math.max(1, Math.ceil((body?.length ?? 0) / 2)); // two chunks, so that the content has a seam
  for (let at = 0; at < (body?.length ?? 0); at += size) {
    const chunk = body.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([head, ...chunks, Buffer.from(`0\r\n${lines(trailers)}\r\n`)]);
}

/** {status, headers, body} once the response is whole, null before. */
function responseOf(bytes, closed) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(first.split(' ')[1]);
  if (status >= 100 && status < 200 && status !== 101) return responseOf(bytes.subarray(end + 4), closed);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    (headers[line.slice(0, colon).toLowerCase()] ??= []).push(line.slice(colon + 1).trim());
  }
  const rest = bytes.subarray(end + 4);
  const length = headers['content-length']?.[0];
  if (status === 101 || status === 204 || status === 304) return { status, headers, body: '' };
  if (length !== undefined)
    return rest.length >= Number(length) || closed
      ? { status, headers, body: rest.toString('utf8', 0, Number(length)) }
      : null;
  if (/chunked/i.test(headers['transfer-encoding']?.[0] ?? '')) {
    const chunks = [];
    for (let at = 0; ;) {
      const line = rest.indexOf('\r\n', at);
      if (line < 0) return closed ? { status, headers, body: Buffer.concat(chunks).toString('utf8') } : null;
      const size = parseInt(rest.toString('latin1', at, line), 16);
      if (size === 0) return { status, headers, body: Buffer.concat(chunks).toString('utf8') };
      chunks.push(rest.subarray(line + 2, line + 2 + size));
      at = line + 2 + size + 2;
    }
  }
  return closed ? { status, headers, body: rest.toString('utf8') } : null;
}

function exchange(host, port, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    let received = Buffer.alloc(0);
    let over = false;
    const finish = (closed, problem) => {
      if (over) return;
      const response = responseOf(received, closed);
      if (!response && !closed) return;
      over = true;
      socket.destroy();
      if (response) resolve(response);
      else reject(new Error(problem ?? 'the connection was closed without a response'));
    };
    socket.setTimeout(PATIENCE, () => finish(true, 'no answer in time'));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      finish(false);
    });
    socket.on('error', (error) => finish(true, error.message)); // a server may answer 413 and close before it has read all
    socket.on('close', () => finish(true));
    socket.on('connect', () => socket.write(bytes));
  });
}

async function sendStep(step, host, port, authority) {
  try {
    const { status, headers, body } = await exchange(host, port, requestOf(step, authority));
    const one = (name) => headers[name]?.join(', ');
    return {
      status,
      trusted: one('x-seraph-trusted-app-status') ?? null,
      code: codeOf(one('x-seraph-trusted-app-error')),
      error: one('x-seraph-trusted-app-error') ?? null,
      cacheControl: one('cache-control') ?? null,
      retryAfter: one('retry-after') ?? null,
      body: body.slice(0, 2000),
    };
  } catch (error) {
    return {
      status: null,
      trusted: null,
      code: null,
      error: null,
      cacheControl: null,
      retryAfter: null,
      body: null,
      problem: error.message,
    };
  }
}

/** accepted: OK and, at the end, the status; refused: ERROR with a code and its status; none: neither. */
function judge({ expect, codes = [], status, serverMayRefuse }, answer) {
  if (serverMayRefuse && answer.trusted === null && answer.status >= 400 && answer.status < 500) return true;
  if (expect === 'none') return answer.trusted === null && answer.code === null && answer.status !== null;
  if (expect === 'refused')
    return (
      answer.trusted === 'ERROR' &&
      (!codes.length || codes.includes(answer.code)) &&
      (status === undefined || answer.status === status)
    );
  return answer.trusted === 'OK' && answer.code === null && (status === undefined || answer.status === status);
}

export async function send({ url, variants }) {
  const { hostname, port, host: authority } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const answers = [];
  for (const variant of variants) {
    const steps = [];
    let fine = true;
    for (const [index, step] of variant.steps.entries()) {
      const answer = await sendStep(step, host, Number(port || 80), authority);
      const last = index === variant.steps.length - 1;
      const asExpected = judge(last ? variant : { expect: 'accepted', ...step }, answer);
      fine &&= asExpected;
      steps.push({ ...answer, asExpected });
    }
    const { status, trusted, code, error, cacheControl, body, problem } = steps.at(-1);
    answers.push({
      name: variant.name,
      section: variant.section,
      asExpected: fine,
      status,
      trusted,
      code,
      error,
      cacheControl,
      body,
      ...(problem && { problem }),
      ...(!fine && {
        expected: { expect: variant.expect, codes: variant.codes, status: variant.status, why: variant.why },
      }),
      ...(steps.length > 1 && { steps }),
    });
  }
  return answers;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  process.stdout.write(`${JSON.stringify(await send(JSON.parse(text)))}\n`);
}
