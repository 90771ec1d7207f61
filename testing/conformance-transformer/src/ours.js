// What `syncline api gql-compile` prints. The binary is the one that SYNCLINE_BIN names.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliJson } from "./features.js";

/// The SDL of the API for a schema.
export function ourSdl(schema, features) {
  const binary = process.env.SYNCLINE_BIN;
  if (!binary) throw new Error("SYNCLINE_BIN does not name the syncline binary");
  const directory = mkdtempSync(join(tmpdir(), "syncline-transformer-"));
  try {
    const file = join(directory, "schema.graphql");
    const flags = join(directory, "cli.json");
    writeFileSync(file, schema);
    writeFileSync(flags, cliJson(features));
    const args = ["api", "gql-compile", "--schema", file, "--cli-json", flags];
    return execFileSync(binary, args, { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
