// What Node sends through cork, for node_test.py and undici_test.py.
//
//   node node_client.mjs WHICH PROXY < requests.json > answers.json
//
// WHICH is `https` (Node's own client through a CONNECT agent) or the path of an undici to import.
// Each request is {url, method, headers, body} or has {upload: {mib, secret, at_mib}} for a body.
import http from "node:http";
import https from "node:https";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import tls from "node:tls";

const MIB = 1 << 20;
const [which, proxy] = process.argv.slice(2);

function* upload({ mib, secret, at_mib }) {
  const block = Buffer.alloc(MIB, "nothing to see here, ");
  for (let i = 0; i < mib; ++i) {
    if (i === at_mib) yield Buffer.from(secret);
    yield block;
  }
}

// Opens a tunnel for each connection, which is all an agent for a forward proxy does.
class TunnelAgent extends https.Agent {
  createConnection(options, done) {
    const authority = `${options.host}:${options.port}`;
    const { hostname, port } = new URL(proxy);
    const connect = http.request({ host: hostname, port, method: "CONNECT", path: authority });
    connect.on("connect", (answer, socket) => {
      if (answer.statusCode !== 200) return done(new Error(`CONNECT: ${answer.statusCode}`));
      done(null, tls.connect({ ...options, socket, servername: options.host }));
    });
    connect.on("error", done);
    connect.end();
  }
}
const agent = new TunnelAgent({ keepAlive: true });

function withHttps(request) {
  return new Promise((resolve, reject) => {
    const { url, method = "GET", headers = {} } = request;
    const sent = https.request(url, { method, headers, agent }, async (answer) => {
      const pieces = [];
      for await (const piece of answer) pieces.push(piece);
      resolve({ status: answer.statusCode, headers: answer.headers,
                body: Buffer.concat(pieces).toString() });
    });
    sent.on("error", reject);
    if (request.upload) Readable.from(upload(request.upload)).pipe(sent);
    else sent.end(request.body);
  });
}

async function withUndici(undici, request) {
  const { url, method = "GET", headers = {}, upload: stream } = request;
  const answer = await undici.fetch(url, {
    method, headers, duplex: "half", body: stream ? Readable.from(upload(stream)) : request.body,
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers),
           body: await answer.text() };
}

async function chooseClient() {
  if (which === "https") return withHttps;
  const undici = (await import(which)).default;
  undici.setGlobalDispatcher(new undici.ProxyAgent(proxy));
  return (request) => withUndici(undici, request);
}

const send = await chooseClient();
const answers = [];
for (const request of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    answers.push(await send(request));
  } catch (error) {
    answers.push({ error: `${error} ${error.cause ?? ""}` });
  }
}
process.stdout.write(JSON.stringify(answers));
process.exit(0);
