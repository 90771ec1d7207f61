'use strict';
// GraphQL over HTTP and nothing else.

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');

/** Posts one document; answers with the status and the parsed body. */
function request({ endpoint, apiKey, certificate }, body) {
  const secure = endpoint.startsWith('https:');
  const options = {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    ...(secure && { ca: fs.readFileSync(certificate) }),
  };
  return new Promise((resolve, reject) => {
    const call = (secure ? https : http).request(endpoint, options, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        try {
          resolve({ status: response.statusCode, body: JSON.parse(text) });
        } catch {
          reject(new Error(`HTTP ${response.statusCode} with a body that is not JSON: ${text}`));
        }
      });
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

module.exports = { request };
