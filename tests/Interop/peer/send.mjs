// Performs the request, over a plain socket with node:http.
import http from 'node:http';
import { issue, issuingProblem, parseError } from './legacy.mjs';
import { mutate } from './mutations.mjs';

/** {authority, target} of the URL, both as they stand: `new URL` would fold case and drop the default port. */
function split(url) {
  const match = /^http:\/\/([^/?#@]+)((?:[/?][^#]*)?)$/.exec(url);
  if (!match || /[^\x21-\x7e]/.test(url))
    throw new Error('an http URL in ASCII without user information and fragment is needed');
  const target = match[2].startsWith('/') ? match[2] : `/${match[2]}`; // what HTTP sends for an empty path
  return { authority: match[1], target };
}

function exchange({ authority, target, hostHeader, headers, method, body }) {
  const { hostname, port } = new URL(`http://${authority}/`);
  const sent = { Host: hostHeader ?? authority };
  // node writes header values as Latin-1; this sends the UTF-8 bytes of a non-ASCII id
  for (const [name, value] of Object.entries(headers))
    sent[name] = [value].flat().map((v) => Buffer.from(v, 'utf8').toString('latin1'));
  if (body !== undefined) sent['Content-Length'] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: hostname.replace(/^\[|\]$/g, ''), port: port || 80, method, path: target, headers: sent,
      setHost: false, agent: false, timeout: 30_000,
    }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        ...verdict(response.headers),
      }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 30 s')));
    request.on('error', reject);
    request.end(body);
  });
}

/** {trusted: status header or null, code: error code or null}; code MALFORMED if the error header cannot be read. */
function verdict(headers) {
  const seraphError = headers['x-seraph-trusted-app-error'];
  return {
    trusted: headers['x-seraph-trusted-app-status'] ?? headers['x-trusted-app-status'] ?? null,
    code: seraphError !== undefined
      ? parseError(seraphError)?.code ?? 'MALFORMED'
      : headers['x-trusted-app-error-code'] ?? null,
  };
}

/** options.privateKey is a KeyObject; options.headers (already issued) are sent as they are, without it. */
export async function send({ url, method = 'GET', body, mutate: mutation, headers, ...options }) {
  const { authority, target } = split(url);
  const wire = { authority, target, method, body };
  if (headers) return exchange({ ...wire, headers });

  const o = { ...options, url: `http://${authority}${target}` }; // sign what is sent
  const problem = issuingProblem(o);
  if (problem) throw new Error(problem);
  if (!mutation) return exchange({ ...wire, headers: issue(o) });

  const made = mutate(mutation, o);
  const first = made.first && await exchange({ ...wire, headers: made.first });
  return { ...await exchange({ ...wire, ...made }), ...(first && { first }) };
}
