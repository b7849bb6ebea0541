// The same counts with GitHub's own JavaScript client and its throttling and retry plugins, set up as in their READMEs.
import { readFileSync } from "node:fs";
import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";

const [url, file] = process.argv.slice(2);

const Client = Octokit.plugin(throttling, retry);
const again = (after, options, octokit, count) => count < 3;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const octokit = new Client({ auth: "t", baseUrl: url, log, throttle: { onRateLimit: again, onSecondaryRateLimit: again } });

const fields = `databaseId nameWithOwner stargazerCount issues(first: 1, states: OPEN) { totalCount }
  pullRequests(first: 1, states: OPEN) { totalCount } languages(first: 50) { totalSize } repositoryTopics(first: 20) { nodes { topic { name } } }
  releases(first: 1) { totalCount } watchers(first: 1) { totalCount }`;
const names = readFileSync(file, "utf8").trim().split("\n");
const batches = Array.from({ length: Math.ceil(names.length / 100) }, (_, at) => names.slice(at * 100, at * 100 + 100));
const started = performance.now();
let answered = 0;
await Promise.all(batches.map(async (batch) => {
  const aliases = batch.map((name, at) => `r${at}: repository(owner: "${name.split("/")[0]}", name: "${name.split("/")[1]}") { ${fields} }`);
  const query = `{ rateLimit { cost remaining } ${aliases.join("\n")} }`;
  const data = await octokit.graphql(query).catch((error) => error.data ?? {});
  answered += Object.keys(data).filter((alias) => alias !== "rateLimit").length;
}));
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, answered, lost: names.length - answered }));
