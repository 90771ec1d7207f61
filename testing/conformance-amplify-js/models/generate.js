'use strict';
// Writes what `amplify codegen models` writes for an app: one schema object for each `*.graphql` beside this file.
// Generated at each run, so that the models are always those of the real generator.

const fs = require('node:fs');
const path = require('node:path');
const { generateModels } = require('@aws-amplify/graphql-generator');

const OUT = path.join(__dirname, 'generated');

/** The schema object in the generator's `schema.js`, as JSON text: all that `initSchema` is given in an app. */
async function schemaOf(text) {
  const files = await generateModels({ schema: text, target: 'javascript', isDataStoreEnabled: true });
  const source = Object.entries(files).find(([name]) => name.endsWith('schema.js'))[1];
  return source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1);
}

async function main() {
  fs.mkdirSync(OUT, { recursive: true });
  for (const file of fs.readdirSync(__dirname).filter(name => name.endsWith('.graphql'))) {
    const text = fs.readFileSync(path.join(__dirname, file), 'utf8');
    const json = JSON.stringify(JSON.parse(await schemaOf(text)), null, 2);
    fs.writeFileSync(path.join(OUT, `${path.parse(file).name}.json`), `${json}\n`);
  }
}

main();
