// fetch() as a program of matrix.py, for Node, Deno and Bun.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";

const MIB = 1 << 20;
const SHOWN = 64 * 1024;
const filler = new TextEncoder().encode("nothing to see here, ".repeat(50000)).slice(0, MIB);

// `@MIB,AT,TEXT` as a stream.
function upload(body) {
  const [, mib, at, text] = /^@(\d+),(\d+),(.*)$/s.exec(body).map((part, i) =>
    i === 1 || i === 2 ? Number(part) : part);
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next === mib) return controller.close();
      if (next === at) controller.enqueue(new TextEncoder().encode(text));
      next += 1;
      controller.enqueue(filler);
    },
  });
}

async function ask([method, url, body]) {
  const stream = body.startsWith("@");
  const answer = await fetch(url, {
    method, ...(body ? { body: stream ? upload(body) : body } : {}),
    ...(stream ? { duplex: "half" } : {}),
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return [answer.status, answer.headers.get("cork-decision") ?? "", bytes];
}

const lines = [];
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  let answer;
  try {
    answer = await ask(line.split("\t"));
  } catch (error) {
    answer = [0, "", new TextEncoder().encode(`${error} ${error.cause ?? ""}`)];
  }
  const [status, decision, bytes] = answer;
  lines.push([status, decision, bytes.length, createHash("sha256").update(bytes).digest("hex"),
              Buffer.from(bytes.slice(0, SHOWN)).toString("base64")].join("\t"));
}
process.stdout.write(lines.join("\n") + "\n");
