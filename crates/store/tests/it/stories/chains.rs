//! What meets what in a chain of entries of one record (SYNC 1.1, 1.4, 1.5, 1.7, 2.3).

use super::script::run;

#[test]
fn what_is_made_anew_replaces_what_was_pending_before_the_delete() {
    run(
        "1.1, 1.4: over a sent change, back to what the server has",
        "frame p v1 title=T content=C
         edit p title=X content=Y
         claim
         delete p
         new p title=T
         > p title=T v1
         > outbox m1 update p title:T>X content:C>Y v1 sent | m2 update p title:X>T content:Y>null
         applied p v2 title=X content=Y
         claim
         applied p v3 title=T
         > p title=T v3",
    );
    run(
        "1.1, 1.4: over a sent create",
        "new p title=A content=Y
         claim
         delete p
         new p title=B
         > p title=B
         applied p v1 title=A content=Y
         > p title=B v1
         > outbox m2 update p title:A>B content:Y>null v1",
    );
}

#[test]
fn a_delete_gives_way_to_a_change_that_nobody_here_had_seen() {
    run(
        "1.5: the server merged it with a change that was sent before the delete",
        "frame p v3 title=T
         edit p title=X
         claim
         delete p
         applied p v5 title=X content=R
         > p title=X content=R v5
         > outbox
         > conflicts m2 DeleteMeetsUpdate",
    );
    run(
        "1.5: nothing but the change that was sent before the delete",
        "frame p v3 title=T
         edit p title=X
         claim
         delete p
         frame p v4 title=X
         applied p v4 title=X
         > p none
         > outbox m2 delete p v4",
    );
    run(
        "1.5: behind a conditional change that is rebased",
        "frame p v3 title=T
         edit p title=X when title=T
         delete p
         frame p v4 title=T content=R
         > p title=X content=R v4
         > conflicts m2 DeleteMeetsUpdate",
    );
    run(
        "1.5: behind a parked change",
        "frame p v3 title=T
         edit p title=X
         claim
         refused p no
         delete p
         > outbox m1 update p title:T>X v3 parked(no) | m2 delete p v3
         frame p v4 title=T content=R
         > p title=X content=R v4
         > conflicts m2 DeleteMeetsUpdate",
    );
    run(
        "1.5, 2.3: a create that met somebody else's record, and was deleted before that was known",
        "new p title=A
         claim
         delete p
         conflict p v1 title=R
         > p title=R v1
         > outbox
         > conflicts m3 CreateMeetsRecord | m3 title:null/A/R | m2 DeleteMeetsUpdate",
    );
}

#[test]
fn a_parked_change_that_is_taken_back_is_not_sent() {
    run(
        "1.4, 1.7",
        "frame p v1
         edit p title=X
         claim
         refused p no
         edit p title=T
         > says nothing m1
         > p title=T v1
         > outbox",
    );
}

#[test]
fn a_parked_change_is_overwritten_also_when_another_field_went_past_it() {
    run(
        "1.7",
        "frame p v1
         edit p title=X
         claim
         refused p no
         edit p content=C
         edit p title=Y
         > says m2 m1
         > p title=Y content=C v1
         > outbox m2 update p title:T>Y content:null>C v1
         claim
         applied p v2 title=Y content=C
         > outbox",
    );
    run(
        "1.7: while it is in flight",
        "frame p v1
         edit p title=X
         claim
         refused p no
         edit p content=C
         claim
         edit p title=Y
         applied p v2 content=C
         > p title=Y content=C v2
         > outbox m3 update p title:T>Y v2",
    );
}

#[test]
fn a_create_names_no_version_but_a_tombstones() {
    run(
        "2.3: over an evicted record it meets what is there",
        "frame p v5 title=A rating=9 for rating=9
         frame p v6 title=A rating=1 for rating=9
         new p title=N content=C
         > outbox m1 create p title=N content=C
         claim
         conflict p v6 title=A rating=1
         > p title=A content=C rating=1 v6
         > outbox m2 update p content:null>C v6
         > conflicts m2 CreateMeetsRecord | m2 title:null/N/A",
    );
}

#[test]
fn a_delete_that_was_made_on_what_the_server_has_goes_when_what_was_parked_is_dropped() {
    run(
        "1.1, 1.5: it knew of the change that came after the parked one",
        "frame p v1 title=T content=C
         edit p title=X
         claim
         refused p no
         frame p v2 title=T content=D
         delete p
         > outbox m1 update p title:T>X v1 parked(no) | m2 delete p v2
         discard p
         > p none
         > outbox m2 delete p v2
         > conflicts",
    );
    run(
        "1.6: and no handler is asked about it",
        "settles handler
         frame p v1 title=T content=C
         edit p title=X
         claim
         refused p no
         frame p v2 title=T content=D
         delete p
         discard p
         claim
         > says m2",
    );
}

#[test]
fn a_delete_behind_what_was_refused_was_made_on_what_that_was_made_on() {
    run(
        "1.1, 1.5: somebody else changed the record while the refused change was in flight",
        "frame p v3 title=T
         edit p title=X
         claim
         delete p
         frame p v4 title=T content=R
         refused p no
         > p title=X content=R v4
         > outbox m1 update p title:T>X v3 parked(no)
         > conflicts m2 DeleteMeetsUpdate",
    );
}
