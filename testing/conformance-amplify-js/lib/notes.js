'use strict';
// Notes at the server, asked for without Amplify.

const FIELDS = 'id title body rating tags createdAt updatedAt _version _deleted _lastChangedAt';

/** How many records one document makes. */
const BATCH = 50;

/** The stored note, a tombstone included, or null. */
async function note(server, id) {
  return (await server.graphql(`{ getNote(id: ${JSON.stringify(id)}) { ${FIELDS} } }`)).getNote;
}

/** Waits until the stored note satisfies `condition`. */
async function noteUntil(server, id, condition) {
  const query = `{ getNote(id: ${JSON.stringify(id)}) { ${FIELDS} } }`;
  return (await server.until(query, ({ getNote }) => getNote && condition(getNote))).getNote;
}

/** Makes a note as another application does. */
async function makeNote(server, input) {
  const query = `mutation ($input: CreateNoteInput!) { createNote(input: $input) { ${FIELDS} } }`;
  return (await server.graphql(query, { input })).createNote;
}

/** Changes a note as another application does. */
async function changeNote(server, input) {
  const query = `mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { ${FIELDS} } }`;
  return (await server.graphql(query, { input })).updateNote;
}

/** Deletes a note as another application does. */
async function deleteNote(server, input) {
  const query = `mutation ($input: DeleteNoteInput!) { deleteNote(input: $input) { ${FIELDS} } }`;
  return (await server.graphql(query, { input })).deleteNote;
}

/** Makes `count` notes called `note 0`, `note 1` …, rated with their numbers. */
async function makeNotes(server, count) {
  for (let first = 0; first < count; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - first) }, (_, at) => first + at);
    const fields = numbers.map(
      n => `n${n}: createNote(input: { id: "note-${n}", title: "note ${n}", rating: ${n} }) { id }`,
    );
    await server.graphql(`mutation { ${fields.join(' ')} }`);
  }
}

module.exports = { note, noteUntil, makeNote, changeNote, deleteNote, makeNotes };
