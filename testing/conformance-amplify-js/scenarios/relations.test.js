'use strict';
// Records that belong to records.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

scenario('has-many and belongs-to', { schema: 'blog' }, async ({ server, client }) => {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  const ids = await one.run(async ({ DataStore, Post, Comment }) => {
    const post = await DataStore.save(new Post({ title: 'post', status: 'PUBLISHED', tags: ['a'] }));
    const comments = [];
    for (const content of ['first', 'second']) comments.push(await DataStore.save(new Comment({ content, post })));
    return { post: post.id, comments: comments.map(({ id }) => id) };
  });
  await one.sent();
  await other.until(async ({ DataStore, Comment }) => (await DataStore.query(Comment)).length === 2);
  const seen = await other.run(async ({ DataStore, Post }, id) => {
    const post = await DataStore.query(Post, id);
    const comments = await post.comments.toArray();
    const parents = await Promise.all(comments.map(comment => comment.post));
    return {
      title: post.title,
      status: post.status,
      contents: comments.map(({ content }) => content).sort(),
      parents: parents.map(({ id }) => id),
    };
  }, ids.post);
  assert.deepEqual(seen, {
    title: 'post',
    status: 'PUBLISHED',
    contents: ['first', 'second'],
    parents: [ids.post, ids.post],
  });
  const { commentsByPost } = await server.graphql(
    `{ commentsByPost(postID: "${ids.post}") { items { content post { id title } } } }`,
  );
  assert.deepEqual(
    commentsByPost.items,
    ['first', 'second'].map(content => ({ content, post: { id: ids.post, title: 'post' } })),
  );

  // Deleting the parent deletes its children: the client does that, one mutation for each.
  await one.run(async ({ DataStore, Post }, id) => DataStore.delete(Post, id), ids.post);
  await one.sent();
  await other.until(
    async ({ DataStore, Post, Comment }) =>
      (await DataStore.query(Post)).length === 0 && (await DataStore.query(Comment)).length === 0,
  );
  const { listComments } = await server.graphql('{ listComments { items { _deleted } } }');
  assert.deepEqual(listComments.items, [{ _deleted: true }, { _deleted: true }]);
});

scenario('parents are synced before their children', { schema: 'blog' }, async ({ server, client }) => {
  await server.graphql(`mutation {
    p: createPost(input: { id: "p", title: "post" }) { id }
    c: createComment(input: { id: "c", content: "comment", postID: "p" }) { id }
  }`);
  const app = await client();
  await app.ready();
  const order = await app.run(({ hub }) => hub.all('modelSynced').map(({ model }) => model));
  assert.deepEqual(order, ['Post', 'Comment']);
  const content = await app.run(async ({ DataStore, Post }) =>
    (await (await DataStore.query(Post, 'p')).comments.toArray()).map(({ content }) => content),
  );
  assert.deepEqual(content, ['comment']);
});

scenario('many-to-many', { schema: 'relations' }, async ({ server, client }) => {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  await one.run(async ({ DataStore, Article, Label, ArticleLabel }) => {
    const [red, blue] = await Promise.all(['red', 'blue'].map(name => DataStore.save(new Label({ name }))));
    const [long, short] = await Promise.all(['long', 'short'].map(name => DataStore.save(new Article({ name }))));
    for (const [article, label] of [
      [long, red],
      [long, blue],
      [short, red],
    ]) {
      await DataStore.save(new ArticleLabel({ article, label }));
    }
  });
  await one.sent();
  await other.until(async ({ DataStore, ArticleLabel }) => (await DataStore.query(ArticleLabel)).length === 3);
  const seen = await other.run(async ({ DataStore, Article, Label }) => {
    const names = {};
    for (const article of await DataStore.query(Article)) {
      const links = await article.labels.toArray();
      const labels = await Promise.all(links.map(link => link.label));
      names[article.name] = labels.map(({ name }) => name).sort();
    }
    for (const label of await DataStore.query(Label)) {
      const links = await label.articles.toArray();
      names[label.name] = (await Promise.all(links.map(link => link.article))).map(({ name }) => name).sort();
    }
    return names;
  });
  assert.deepEqual(seen, { long: ['blue', 'red'], short: ['red'], red: ['long', 'short'], blue: ['long'] });
  const { listArticles } = await server.graphql(
    '{ listArticles { items { name labels { items { label { name } } } } } }',
  );
  const names = Object.fromEntries(
    listArticles.items.map(({ name, labels }) => [name, labels.items.map(({ label }) => label.name).sort()]),
  );
  assert.deepEqual(names, { long: ['blue', 'red'], short: ['red'] });
});

scenario(
  'has-one, and a has-many that the children do not know of',
  { schema: 'relations' },
  async ({ server, client }) => {
    const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
    await Promise.all([one.ready(), other.ready()]);
    await one.run(async ({ DataStore, Person, Passport, Team, Member }) => {
      const passport = await DataStore.save(new Passport({ number: '123' }));
      await DataStore.save(new Person({ name: 'Ada', passport }));
      const team = await DataStore.save(new Team({ name: 'blue' }));
      for (const name of ['x', 'y']) await DataStore.save(new Member({ name, teamMembersId: team.id }));
    });
    await one.sent();
    await other.until(
      async ({ DataStore, Person, Member }) =>
        (await DataStore.query(Person)).length === 1 && (await DataStore.query(Member)).length === 2,
    );
    const seen = await other.run(async ({ DataStore, Person, Team }) => {
      const [person] = await DataStore.query(Person);
      const [team] = await DataStore.query(Team);
      return [(await person.passport).number, (await team.members.toArray()).map(({ name }) => name).sort()];
    });
    assert.deepEqual(seen, ['123', ['x', 'y']]);
    const { listPeople, listTeams } = await server.graphql(
      '{ listPeople { items { name passport { number } } } listTeams { items { members { items { name } } } } }',
    );
    assert.deepEqual(listPeople.items, [{ name: 'Ada', passport: { number: '123' } }]);
    assert.deepEqual(listTeams.items[0].members.items.map(({ name }) => name).sort(), ['x', 'y']);
  },
);
