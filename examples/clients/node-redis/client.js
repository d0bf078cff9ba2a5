// node-redis against a cluster: the ports of its nodes are the arguments.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createClient, createCluster } from "redis";

const ports = process.argv.slice(2).map(Number);

/** Returns a client of the node that takes writes: a plain client follows no redirection. */
async function plainAtLeader() {
  let port = ports[0];
  for (let i = 0; i < 10; i++) {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    try {
      await client.set("node:plain", "value");
      return client;
    } catch (error) {
      const moved = /^MOVED \d+ .*:(\d+)$/.exec(error.message);
      if (!moved) throw error;
      port = Number(moved[1]);
      client.destroy();
    }
  }
  throw new Error("no node takes writes");
}

async function usePlain() {
  const client = await plainAtLeader();
  assert.equal(await client.get("node:plain"), "value");
  await client.del("node:count");

  // Commands of one turn of the event loop are pipelined.
  const counts = await Promise.all(Array.from({ length: 100 }, () => client.incr("node:count")));
  assert.deepEqual(counts, Array.from({ length: 100 }, (_, i) => i + 1));

  const results = await client.multi().incr("node:count").get("node:count").exec();
  assert.deepEqual(results, [101, "101"]);
  client.destroy();
}

async function useCluster() {
  const cluster = createCluster({
    rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
  });
  cluster.on("error", () => {});
  await cluster.connect();
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  await Promise.all(numbers.map((i) => cluster.set(`node:${i}`, String(i))));
  const values = await Promise.all(numbers.map((i) => cluster.get(`node:${i}`)));
  assert.deepEqual(values, numbers.map(String));

  for (let leader = 1; leader <= ports.length; leader++) {
    await transfer(leader);
    await cluster.set("node:leader", String(leader));
    assert.equal(await cluster.get("node:leader"), String(leader));
  }
  cluster.destroy();
}

async function transfer(leader) {
  const client = createClient({ url: `redis://127.0.0.1:${ports[0]}` });
  await client.connect();
  try {
    await client.sendCommand(["RAFT.TRANSFER", String(leader)]);
  } catch (error) {
    if (!error.message.includes("leads already")) throw error;
  }
  client.destroy();
}

await usePlain();
await useCluster();
const { version } = JSON.parse(readFileSync("node_modules/redis/package.json", "utf8"));
console.log(`node-redis ${version}: ok`);
