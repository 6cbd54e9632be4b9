// node selftest.mjs <path of taa-vectors.json>
// Where request-cases.jsonl and error-messages.json lie beside it, they are used as well.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSIONS, issue, issuingProblem, loadPrivate, names, parseError, rc4, verify } from './legacy.mjs';
import { list } from './mutations.mjs';
import { send } from './send.mjs';

const vectorsFile = process.argv[2] ?? assert.fail('usage: node selftest.mjs <taa-vectors.json>');
const peer = fileURLToPath(new URL('peer.mjs', import.meta.url));
const beside = (name) => path.join(path.dirname(vectorsFile), name);
const { keys, vectors } = JSON.parse(fs.readFileSync(vectorsFile, 'utf8'));
const privateKeys = new Map();
const privateKey = (name) =>
  privateKeys.get(name) ?? privateKeys.set(name, loadPrivate(keys[name].private_key)).get(name);
const sorted = (headers) => Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));

// RC4: the well-known vector, and a key that wraps round
assert.equal(rc4(Buffer.from('Key'), Buffer.from('Plaintext')).toString('hex'), 'bbf316e8d940af0ad3');

// ---- every good vector: the same headers again, bit for bit, and the verdict ------------------------------------
const counts = {};
for (const v of vectors.filter((v) => v.kind === 'request' && v.category === 'good')) {
  const version = v.protocol_version === null ? 'warwick' : `${v.protocol_version}`;
  const sent = Object.fromEntries(v.headers.map(({ name, value }) => [name, value]));
  // the reference Node client writes one byte for each character into the Cert, though it signs UTF-8
  const latin1 = v.origin === 'reference-client:warwick-node' && /[^\x00-\x7f]/.test(v.user);

  const [stamp] = v.plaintext.certificate.text?.split('\n')
    ?? Buffer.from(v.plaintext.certificate.hex, 'hex').toString('latin1').split('\n');
  const made = issue({
    privateKey: privateKey(v.key), id: v.app_id, version, at: Number(stamp), url: v.url ?? undefined,
    user: latin1 ? Buffer.from(v.user, 'latin1') : v.user, signedUser: v.user,
    sign: names(version).signature in sent,
    secret: v.plaintext.secret_key_hex && Buffer.from(v.plaintext.secret_key_hex, 'hex'),
  });
  assert.deepEqual(sorted(made), sorted(sent), `${v.id}: headers`);

  const question = {
    publicKey: keys[v.key].public_key, version, headers: sent, url: v.url, id: v.app_id,
    now: v.server.now_ms, timeoutMs: v.server.conditions.certificate_timeout_ms || 300_000,
  };
  let verdict = 'accepted';
  if (keys[v.key].exponent !== 65537) {
    assert.throws(() => verify(question), /exponent/, v.id);
    verdict = 'key refused';
  } else if (latin1 || issuingProblem({ id: v.app_id, user: v.user })) {
    assert.equal(verify(question).code, 'SYSTEM', v.id);
    verdict = 'user refused';
  } else {
    const answer = verify(question);
    assert.equal(answer.why, null, v.id);
    assert.equal(answer.user, v.user, v.id);
    if (version !== '1') // and a wrong URL is not accepted
      assert.equal(verify({ ...question, url: `${v.url}x` }).code, 'BAD_SIGNATURE', v.id);
  }
  const row = counts[version] ??= { recomputed: 0 };
  row.recomputed++;
  row[verdict] = (row[verdict] ?? 0) + 1;
}
for (const version of VERSIONS) assert.ok(counts[version]?.accepted, `no good vector of version ${version}`);
console.log('good vectors:', JSON.stringify(counts));

// ---- the request cases that need nothing but verify and a list of users -----------------------------------------
if (fs.existsSync(beside('request-cases.jsonl'))) {
  const ours = ['APP_UNKNOWN', 'BAD_PROTOCOL_VERSION', 'APP_ID_NOT_FOUND', 'SECRET_KEY_NOT_FOUND', 'OLD_CERT',
    'MAGIC_NUMBER_NOT_FOUND', 'BAD_MAGIC', 'BAD_SIGNATURE', 'FUTURE_CERT', 'SYSTEM', 'USER_UNKNOWN',
    'PERMISSION_DENIED', 'PROVIDER_ID_NOT_FOUND'];
  let judged = 0;
  const skipped = {};
  for (const line of fs.readFileSync(beside('request-cases.jsonl'), 'utf8').trim().split('\n')) {
    const c = JSON.parse(line);
    const skip = (why) => { skipped[why] = (skipped[why] ?? 0) + 1; };
    if (c.expect.accept === null) { skip('not judged'); continue; }
    if (c.expect.codes && !c.expect.codes.some((code) => ours.includes(code))) { skip('condition'); continue; }
    if (!c.expect.codes && c.category === 'order') { skip('condition'); continue; } // any of several faults decides

    const got = answerCase(c);
    assert.equal(got.accepted, c.expect.accept, `${c.id}: ${got.code} ${got.why}`);
    if (c.expect.accept) assert.equal(got.user, c.expect.user, c.id);
    else if (c.expect.codes) assert.ok(c.expect.codes.includes(got.code), `${c.id}: ${got.code} ${got.why}`);
    judged++;
  }
  console.log(`request cases: ${judged} as expected, skipped ${JSON.stringify(skipped)}`);
}

function answerCase(c) {
  const r = c.request;
  const header = (name) => r.headers.find(([n]) => n.toLowerCase() === name.toLowerCase())?.[1];
  const warwick = c.trust.some((t) => t.versions.includes('warwick'));
  const id = header(names(warwick ? 'warwick' : '1').id);
  const trust = c.trust.find((t) => t.id === id);
  const said = header(names('1').version);
  const any = trust ?? c.trust[0];
  let answer;
  try {
    answer = verify({
      publicKey: any.publicKey, version: any.versions.includes(said) ? said : any.versions[0], id: any.id,
      headers: r.headers, url: `${r.scheme}://${r.host}${r.target}`, now: c.now, timeoutMs: any.timeoutMs,
    });
  } catch (e) {
    return { accepted: false, code: 'invalid', why: e.message };
  }
  if (answer.accepted && !c.users.includes(answer.user)) return { accepted: false, code: 'USER_UNKNOWN' };
  if (answer.accepted && c.deniedUsers.includes(answer.user)) return { accepted: false, code: 'PERMISSION_DENIED' };
  return answer;
}

// ---- error headers ------------------------------------------------------------------------------------------------
if (fs.existsSync(beside('error-messages.json'))) {
  const formats = JSON.parse(fs.readFileSync(beside('error-messages.json'), 'utf8')).vectors
    .filter((v) => v.kind === 'error-format');
  for (const v of formats) {
    const parsed = parseError(v.text);
    assert.deepEqual([parsed?.code, parsed?.params], [v.code, v.params], v.id);
  }
  console.log(`error headers: ${formats.length} parsed back`);
}
assert.equal(parseError('BAD_URL;\tmessage'), null);
assert.equal(parseError('BAD_URL;\tmessage;\t[1]'), null);

// ---- what a consumer must not issue -----------------------------------------------------------------------------
const fine = { id: 'app', user: 'admin', url: 'http://host/' };
assert.equal(issuingProblem(fine), null);
for (const bad of [{ user: '' }, { user: 'a\nb' }, { user: 'a\rb' }, { user: 'a\u0085b' }, { user: 'u'.repeat(1025) },
  { user: '\ud800' }, { url: 'http://host/a\nb' }, { id: '' }, { at: 0 }, { at: 1.5 }])
  assert.ok(issuingProblem({ ...fine, ...bad }), JSON.stringify(bad));

// ---- every mutation over a real socket against a small provider -------------------------------------------------
const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const privateKeyText = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const good = { privateKey: pair.privateKey, id: 'app-one', user: 'admin', method: 'POST', body: '{"ä":1}' };

/** The command line without blocking the provider in this process. */
const runBeside = (args, input) => new Promise((resolve, reject) => {
  const child = execFile(process.execPath, [peer, ...args],
    (error, stdout) => (error ? reject(new Error(stdout)) : resolve(JSON.parse(stdout))));
  child.stdin.end(JSON.stringify(input));
});

/** Section 2 as far as the peer has it, memory for every method, users at the end. */
function provider(version, base) {
  const memory = new Set();
  return (request, response) => {
    const headers = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2)
      headers.push([request.rawHeaders[i], request.rawHeaders[i + 1]]);
    let answer = verify({ publicKey, version, headers, id: 'app-one', baseUrls: [base()], timeoutMs: 300_000,
      url: `http://${request.headers.host}${request.url}` });
    if (answer.accepted) {
      const once = answer.secret ?? `${answer.stamp} ${request.url} ${answer.user}`;
      if (memory.has(once)) answer = { accepted: false, code: 'REPLAYED' };
      memory.add(once);
    }
    if (answer.accepted && answer.user !== 'admin') answer = { accepted: false, code: 'USER_UNKNOWN' };
    if (answer.accepted) response.setHeader('X-Seraph-Trusted-App-Status', 'OK');
    else if (answer.code) {
      response.setHeader('X-Seraph-Trusted-App-Status', 'ERROR');
      response.setHeader('X-Seraph-Trusted-App-Error', `${answer.code};\tno {0};\t["x"]`);
    }
    const body = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => response.end(`${request.method} ${answer.user ?? 'anonymous'} ${Buffer.concat(body)}`));
  };
}
let runs = 0;
for (const version of VERSIONS) {
  let base;
  const server = http.createServer(provider(version, () => base));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${server.address().port}`;
  const url = `${base}/rest/a%2Fb?x=1&y=2`;
  try {
    const ok = await send({ ...good, version, url });
    assert.deepEqual([ok.status, ok.trusted, ok.code, ok.body], [200, 'OK', null, 'POST admin {"ä":1}']);
    assert.equal((await send({ ...good, version, url: base })).trusted, 'OK'); // signed as / is sent
    if (version === '1') assert.equal((await send({ ...good, version, url, sign: true })).trusted, 'OK');
    const line = await runBeside(['send'], { ...good, privateKey: privateKeyText, version, url: `${url}&cli` });
    assert.deepEqual([line.status, line.headers['x-seraph-trusted-app-status'], line.body],
      [200, 'OK', 'POST admin {"ä":1}']);
    const issued = issue({ ...good, version, url, at: Date.now() - 60_000 });
    assert.equal((await send({ url, headers: issued })).trusted, 'OK');

    for (const { name, codes } of list().filter((m) => m.versions.includes(version)))
      for (const user of name === 'base64-stray-bits' ? ['admin', 'admins', 'adminis'] : ['admin']) {
        const answer = await send({ ...good, user, version, url, mutate: name });
        assert.equal(answer.trusted, 'ERROR', `${name}, version ${version}: accepted`);
        assert.ok(codes.includes(answer.code), `${name}, version ${version}: ${answer.code}`);
        if (answer.first) assert.equal(answer.first.trusted, 'OK', `${name}, version ${version}: first`);
        runs++;
      }
    if (version === '1' || version === '2') { // the known weakness: whoever delivers first chooses the user
      const forged = await send(
        { ...good, user: 'admio', version, url, mutate: 'user-swap-unseen', otherUser: 'admin' });
      assert.deepEqual([forged.trusted, forged.body], ['OK', 'POST admin {"ä":1}']);
    }
  } finally {
    await new Promise((done) => server.close(done));
  }
}
await assert.rejects(send({ ...good, version: '3', url: 'http://127.0.0.1:9/', mutate: 'missing-key' }), /no mutation/);
for (const url of ['https://host/', 'http://user@host/', 'http://host/ü', 'http://host/a b', 'http://host/#f'])
  await assert.rejects(send({ ...good, version: '3', url }), /URL in ASCII/, url);
const namesOfAll = new Set(list().map((m) => m.name));
console.log(`mutations: ${namesOfAll.size} names, ${runs} runs over HTTP refused with the right code`);

// ---- the command line -------------------------------------------------------------------------------------------
const run = (args, input) => JSON.parse(execFileSync(process.execPath, [peer, ...args],
  { input: JSON.stringify(input ?? null), encoding: 'utf8' }));
const made = run(['keygen', '--bits', '2048']);
for (const version of VERSIONS)
  for (const sign of version === '1' ? [false, true] : [undefined]) {
    const request = { id: 'app', version, user: 'Zoë 日本', url: 'http://host/x?y' };
    const headers = run(['issue'], { ...request, privateKey: made.privateKey, sign });
    assert.equal(names(version).signature in headers, sign ?? true);
    const lower = Object.fromEntries(Object.entries(headers).map(([n, v]) => [n.toLowerCase(), v]));
    const question = { ...request, publicKey: made.publicKey, headers: lower, timeoutMs: 300_000 };
    assert.deepEqual(run(['verify'], question), { accepted: true, user: 'Zoë 日本', code: null, why: null });
    assert.equal(run(['verify'], { ...question, now: Date.now() + 400_000 }).code, 'OLD_CERT');
  }
assert.deepEqual(run(['mutations']), list());
assert.throws(() => run(['issue'], { ...fine, version: '3', user: 'a\nb', privateKey: made.privateKey }),
  (e) => e.status === 2 && /bad user name/.test(e.stdout));
console.log('command line: keygen, issue, verify, send, mutations\nall passed');
