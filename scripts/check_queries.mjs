// Reads a JSON list of GraphQL queries on standard input and validates each against GitHub's schema.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildSchema, parse, validate } from "graphql";

// The published schema defines two fields twice, which is GitHub's affair.
const sdl = readFileSync(createRequire(import.meta.url).resolve("@octokit/graphql-schema/schema.graphql"), "utf8");
const schema = buildSchema(sdl, { assumeValidSDL: true });

const queries = JSON.parse(readFileSync(0, "utf8"));
const errors = queries.flatMap((query) => validate(schema, parse(query)).map((error) => `${error.message}\n${query}`));
errors.forEach((error) => console.error(`check_queries: ${error}`));
console.log(`${queries.length} queries, ${errors.length} errors`);
process.exit(errors.length > 0 || queries.length === 0 ? 1 : 0);
