// The oracle: the API that the Amplify transformer generates, with conflict resolution on.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { translationBehavior } from "./features.js";

const require = createRequire(import.meta.url);
const { App, Duration, Stack } = require("aws-cdk-lib");
const { UserPool } = require("aws-cdk-lib/aws-cognito");
const { AmplifyGraphqlApi, AmplifyGraphqlDefinition } = require("@aws-amplify/graphql-api-construct");

// The parser and the plural rules that the transformer itself uses.
const own = createRequire(require.resolve("@aws-amplify/graphql-api-construct"));
export const graphql = own("graphql");
export const pluralize = own("pluralize");

/// The SDL of the API for a schema. The API key is the default mode; a user pool is there for rules that name a person.
export function realSdl(schema, features) {
  const outdir = mkdtempSync(join(tmpdir(), "syncline-transformer-"));
  try {
    const app = new App({ outdir });
    const stack = new Stack(app, "stack");
    new AmplifyGraphqlApi(stack, "api", {
      definition: AmplifyGraphqlDefinition.fromString(schema),
      authorizationModes: {
        defaultAuthorizationMode: "API_KEY",
        apiKeyConfig: { expires: Duration.days(7) },
        userPoolConfig: { userPool: UserPool.fromUserPoolId(stack, "pool", "us-east-1_pool") },
      },
      conflictResolution: { project: { detectionType: "VERSION", handlerType: "AUTOMERGE" } },
      translationBehavior: translationBehavior(features),
    });
    app.synth();
    const assets = readdirSync(outdir).filter((name) => name.endsWith(".graphql"));
    if (assets.length !== 1) throw new Error(`the transformer wrote ${assets.length} schemas`);
    return readFileSync(join(outdir, assets[0]), "utf8");
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
