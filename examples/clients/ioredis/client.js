// ioredis against a cluster: the ports of its nodes are the arguments.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Cluster, Redis } from "ioredis";

const ports = process.argv.slice(2).map(Number);

/** Returns a client of the node that takes writes: a plain client follows no redirection. */
async function plainAtLeader() {
  let port = ports[0];
  for (let i = 0; i < 10; i++) {
    const client = new Redis(port);
    try {
      await client.set("io:plain", "value");
      return client;
    } catch (error) {
      const moved = /^MOVED \d+ .*:(\d+)$/.exec(error.message);
      if (!moved) throw error;
      port = Number(moved[1]);
      client.disconnect();
    }
  }
  throw new Error("no node takes writes");
}

async function usePlain() {
  const client = await plainAtLeader();
  assert.equal(await client.get("io:plain"), "value");
  await client.del("io:count");

  const pipeline = client.pipeline();
  for (let i = 0; i < 100; i++) pipeline.incr("io:count");
  const counts = await pipeline.exec();
  assert.deepEqual(counts, Array.from({ length: 100 }, (_, i) => [null, i + 1]));

  const results = await client.multi().incr("io:count").get("io:count").exec();
  assert.deepEqual(results, [[null, 101], [null, "101"]]);
  client.disconnect();
}

async function useCluster() {
  const cluster = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  await Promise.all(numbers.map((i) => cluster.set(`io:${i}`, i)));
  const values = await Promise.all(numbers.map((i) => cluster.get(`io:${i}`)));
  assert.deepEqual(values, numbers.map(String));

  for (let leader = 1; leader <= ports.length; leader++) {
    await transfer(leader);
    await cluster.set("io:leader", leader);
    assert.equal(await cluster.get("io:leader"), String(leader));
  }
  cluster.disconnect();
}

async function transfer(leader) {
  const client = new Redis(ports[0]);
  try {
    await client.call("RAFT.TRANSFER", leader);
  } catch (error) {
    if (!error.message.includes("leads already")) throw error;
  }
  client.disconnect();
}

await usePlain();
await useCluster();
const { version } = JSON.parse(readFileSync("node_modules/ioredis/package.json", "utf8"));
console.log(`ioredis ${version}: ok`);
