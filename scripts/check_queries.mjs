// Reads a JSON list of GraphQL queries on standard input and validates each against GitHub's schema.
import { readFileSync } from "node:fs";
import { schema as published } from "@octokit/graphql-schema";
import { buildSchema, parse, validate } from "graphql";

// The published schema defines two fields twice; that is GitHub's error.
const schema = buildSchema(published.idl, { assumeValidSDL: true });

const queries = JSON.parse(readFileSync(0, "utf8"));
const errors = queries.flatMap((query) => validate(schema, parse(query)).map((error) => `${error.message}\n${query}`));
errors.forEach((error) => console.error(`check_queries: ${error}`));
console.log(`${queries.length} queries, ${errors.length} errors`);
process.exit(errors.length > 0 || queries.length === 0 ? 1 : 0);
