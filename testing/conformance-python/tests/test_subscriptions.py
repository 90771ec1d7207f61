"""What subscribers are told, read by gql's AppSync transport."""

import pytest

from clients import Subscription, connected, operation

pytestmark = pytest.mark.anyio

FILTER = "(filter: $filter)"


async def test_each_kind_of_write_is_told(api):
    async with connected(api) as (socket, notes):
        created = await Subscription.started(socket, "onCreateNote")
        updated = await Subscription.started(socket, "onUpdateNote")
        deleted = await Subscription.started(socket, "onDeleteNote")

        note = await notes.create(title="one", rank=1)
        assert await created.next() == note
        assert (note["_version"], note["_deleted"], note["__typename"]) == (1, None, "Note")

        changed = await notes.update(note, title="two", rank=None)
        assert await updated.next() == changed
        assert (changed["title"], changed["rank"], changed["_version"]) == ("two", None, 2)

        gone = await notes.delete(changed)
        assert await deleted.next() == gone
        assert (gone["_deleted"], gone["_version"], gone["title"]) == (True, 3, "two")
        assert created.events.empty() and updated.events.empty() and deleted.events.empty()


async def test_a_subscriber_gets_what_it_selects_whatever_the_writer_selected(api):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onCreateNote", selection="title again: title kind: __typename rank")
        made = await notes.session.execute(operation('mutation { createNote(input: {title: "x", rank: 4}) { id } }'))
        assert list(made["createNote"]) == ["id"]
        assert await told.next() == {"title": "x", "again": "x", "kind": "Note", "rank": 4}


async def test_an_event_names_the_record_it_belongs_to(api):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onCreateNote")
        folder = await notes.session.execute(operation('mutation { createFolder(input: {name: "f"}) { id } }'))
        folder = folder["createFolder"]
        await notes.create(title="inside", folderNotesId=folder["id"])
        assert (await told.next())["folder"] == folder


FILTERS = {
    "eq": {"title": {"eq": "yes"}},
    "ne": {"title": {"ne": "no"}},
    "gt": {"rank": {"gt": 5}},
    "ge": {"rank": {"ge": 7}},
    "lt": {"rank": {"lt": 8}, "color": {"eq": "red"}},
    "le": {"rank": {"le": 7}, "color": {"eq": "red"}},
    "between": {"rank": {"between": [6, 8]}},
    "beginsWith": {"title": {"beginsWith": "ye"}},
    "contains": {"title": {"contains": "es"}},
    "notContains": {"title": {"notContains": "n"}},
    "in": {"rank": {"in": [1, 7, 9]}},
    "notIn": {"rank": {"notIn": [1, 2, 3]}},
    "and": {"and": [{"title": {"beginsWith": "y"}}, {"rank": {"gt": 1}}]},
    "or": {"or": [{"title": {"eq": "nobody's"}}, {"color": {"eq": "red"}}]},
    "two fields": {"title": {"eq": "yes"}, "rank": {"eq": 7}},
}


@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_lets_through_what_it_says(api, name):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onCreateNote", FILTER, filter=FILTERS[name])
        await notes.create(title="no", rank=2, color="blue")
        wanted = await notes.create(title="yes", rank=7, color="red")
        # Events come in the order of the commits: had the first one matched, it would be here.
        assert await told.next() == wanted


@pytest.mark.parametrize("given", [None, {}])
async def test_no_filter_is_no_restriction(api, given):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onCreateNote", FILTER, filter=given)
        note = await notes.create(title="any")
        assert await told.next() == note


async def test_a_filter_of_onupdate_looks_at_the_record_as_it_is_now(api):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onUpdateNote", FILTER, filter={"color": {"eq": "green"}})
        note = await notes.create(title="t", color="blue")
        green = await notes.update(note, color="green")
        assert await told.next() == green
        blue = await notes.update(green, color="blue")
        again = await notes.update(blue, color="green")
        assert await told.next() == again


async def test_two_subscriptions_share_a_socket(api):
    async with connected(api) as (socket, notes):
        red = await Subscription.started(socket, "onCreateNote", FILTER, filter={"color": {"eq": "red"}})
        blue = await Subscription.started(socket, "onCreateNote", FILTER, filter={"color": {"eq": "blue"}})
        made = [await notes.create(title=str(n), color=color) for n, color in enumerate(["red", "blue", "blue", "red"])]
        assert [await red.next(), await red.next()] == [made[0], made[3]]
        assert [await blue.next(), await blue.next()] == [made[1], made[2]]


async def test_two_sockets_are_told_the_same(api):
    async with connected(api) as (first, notes), api.socket() as second:
        here = await Subscription.started(first, "onCreateNote")
        there = await Subscription.started(second, "onCreateNote")
        note = await notes.create(title="for both")
        assert await here.next() == await there.next() == note


async def test_who_unsubscribes_is_told_so_and_hears_no_more(api):
    async with connected(api) as (socket, notes):
        ends = await Subscription.started(socket, "onCreateNote")
        stays = await Subscription.started(socket, "onCreateNote")
        first = await notes.create(title="first")
        assert await ends.next() == await stays.next() == first
        await ends.unsubscribe()
        await socket.transport.until("complete", 1)
        second = await notes.create(title="second")
        assert await stays.next() == second
        assert ends.events.empty()
        frames = [frame for frame in socket.transport.frames if frame["type"] == "data"]
        assert [frame["id"] for frame in frames] == ["1", "2", "2"]
        # The socket takes new subscriptions, under a new id.
        again = await Subscription.started(socket, "onCreateNote")
        third = await notes.create(title="third")
        assert await again.next() == await stays.next() == third


async def test_five_hundred_events_of_one_record_come_in_order(api):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onUpdateNote", selection="rank _version")
        note = await notes.create(title="counted", rank=0)
        version = note["_version"]
        for start in range(0, 500, 25):
            parts = (
                f'n{n}: updateNote(input: {{id: "{note["id"]}", rank: {n + 1}, _version: {version + n}}}) {{ rank }}'
                for n in range(start, start + 25)
            )
            await notes.session.execute(operation(f"mutation {{ {' '.join(parts)} }}"))
        events = [await told.next() for _ in range(500)]
        assert events == [{"rank": n + 1, "_version": version + n + 1} for n in range(500)]


async def test_what_was_refused_is_not_told(api):
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onUpdateNote")
        note = await notes.create(title="here", rank=1)
        refused = operation(
            "mutation Do($input: UpdateNoteInput!, $if: ModelNoteConditionInput) "
            "{ updateNote(input: $input, condition: $if) { id } }",
            input={"id": note["id"], "_version": 1, "rank": 2},
            **{"if": {"rank": {"gt": 5}}},
        )
        with pytest.raises(Exception, match="ConditionalCheckFailedException"):
            await notes.session.execute(refused)
        changed = await notes.update(note, rank=3)
        assert await told.next() == changed
